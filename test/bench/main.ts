import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { writeFile } from 'node:fs/promises'
import { succeed } from '../e2e/support/kubectl.ts'
import { typed } from '../demo/shell.ts'
import { repository } from '../local/product.ts'
import { runCommand } from '../local/run.ts'
import { type Stack, startStack } from '../local/stack.ts'
import { countCalls } from './calls.ts'
import type { Circumstances, Figures } from './figures.ts'
import { countGroups } from './groups.ts'
import { measureLatency } from './latency.ts'
import { realIngresses } from './objects.ts'
import { printed } from './print.ts'
import { type Pair, residentOf, ship, type Shipped } from './processes.ts'
import { help, readSettings, type Settings } from './settings.ts'
import { learnFacts, loadWebhook } from './webhook.ts'

const tell = (line: string): void => console.error(line)
const settings = readSettings(process.argv.slice(2))

if (settings === 'help') {
  console.log(help)
} else if ('wrong' in settings) {
  console.error(`${settings.wrong}\n\n${help}`)
  process.exitCode = 2
} else {
  const figures = await run(settings)
  console.log(printed(figures))
  if (settings.json !== undefined) await writeFile(settings.json, `${JSON.stringify(figures, null, 2)}\n`)
}

async function run(settings: Settings): Promise<Figures> {
  const circumstances = await look()
  const stack = await startStack({ webhook: false, controller: false, progress: tell })
  try {
    await stack.registerWebhooks()
    return { circumstances, ...(await measure(stack, settings)) }
  } finally {
    await stack.stop()
  }
}

async function measure(stack: Stack, { only, groups, seconds }: Settings): Promise<Omit<Figures, 'circumstances'>> {
  tell('building the image')
  const shipped = await ship(stack)
  const wants = (name: Settings['only'][number]): boolean => only.includes(name)
  const calls = wants('calls') ? { calls: await countCalls(stack, shipped, tell) } : {}
  const made = wants('groups') ? await countGroups(stack, shipped, groups, tell) : undefined
  if (!wants('webhook') && !wants('latency'))
    return { ...calls, ...(made === undefined ? {} : { groups: made.figures }) }
  const namespace = 'bench-real'
  let pair = made?.pair ?? (await startBoth(shipped))
  const objects = await realIngresses(stack, namespace)
  const ingresses = (await succeed(stack, ['get', 'ingresses', '--all-namespaces', '-o', 'name']))
    .trim()
    .split('\n').length
  const restartWebhook = async (): Promise<void> => {
    await pair.webhook.stop()
    pair = { ...pair, webhook: await shipped.start('webhook') }
  }
  await learnFacts(stack, objects, namespace, tell)
  const options = { seconds, tell, restartWebhook }
  const webhook = wants('webhook')
    ? { webhook: { ingresses, endpoints: await loadWebhook(stack, pair.webhook, objects, namespace, options) } }
    : {}
  const latency = wants('latency')
    ? {
        latency: {
          ingresses,
          conditions: await measureLatency(stack, objects, namespace, options),
          resident: await residentOf(pair),
        },
      }
    : {}
  return { ...calls, ...(made === undefined ? {} : { groups: made.figures }), ...webhook, ...latency }
}

async function look(): Promise<Circumstances> {
  const { stdout } = await runCommand('git', ['rev-parse', '--short', 'HEAD'], { workingDirectory: repository })
  const changed = await runCommand('git', ['status', '--porcelain'], { workingDirectory: repository })
  const args = process.argv.slice(2)
  return {
    command: typed(['npm', 'run', 'bench', ...(args.length === 0 ? [] : ['--', ...args])]),
    at: new Date().toISOString(),
    commit: `${stdout.trim()}${changed.stdout === '' ? '' : ' with changes'}`,
    node: process.versions.node,
    processors: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

async function startBoth(shipped: Shipped): Promise<Pair> {
  return { webhook: await shipped.start('webhook'), controller: await shipped.start('controller') }
}
