import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isAlive } from './processes.ts'
import { isUp, localDirectory, localFiles, readRunningStack, type RunningStack } from './state.ts'

const help = `The local stack: a real control plane, AWS emulated on loopback, the webhook and the controller.

  npm run local [-- --no-webhook --no-controller]   start it in the background, or tell of the one that runs
  npm run local:stop                                end it

  --no-webhook      neither start nor register the webhook
  --no-controller   do not start the controller
  --help            this text

It writes .local/kubeconfig and .local/aws.env; logs are in .local/stack.`
const stopTimeoutMilliseconds = 40_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'no-webhook': { type: 'boolean', default: false },
    'no-controller': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const [command] = positionals
if (values.help) {
  console.log(help)
} else if (command === 'start' && positionals.length === 1) {
  process.exitCode = await start()
} else if (command === 'stop' && positionals.length === 1) {
  process.exitCode = await stop()
} else {
  console.error(help)
  process.exitCode = 2
}

async function start(): Promise<number> {
  const before = readRunningStack()
  if (before !== undefined && (await isUp(before))) {
    console.log(`The local stack is running already.\n${before.summary}`)
    return 0
  }
  if (before !== undefined) await end(before)
  mkdirSync(localDirectory, { recursive: true })
  const supervisor = spawnSupervisor()
  let ended = false
  supervisor.once('exit', () => (ended = true))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => supervisor.kill('SIGTERM'))
  }
  let shown = 0
  for (;;) {
    // Read before the log, so that what the supervisor said at its end is shown.
    const last = ended
    const log = readFileSync(localFiles.supervisorLog, 'utf8')
    process.stdout.write(log.slice(shown))
    shown = log.length
    const stack = readRunningStack()
    if (stack !== undefined) {
      console.log(`The local stack is up.\n${stack.summary}`)
      supervisor.unref()
      supervisor.stdin?.destroy()
      return 0
    }
    if (last) {
      console.error('The local stack did not start.')
      return 1
    }
    await delay(100)
  }
}

function spawnSupervisor(): ChildProcess {
  rmSync(localFiles.supervisorLog, { force: true })
  const log = openSync(localFiles.supervisorLog, 'a')
  try {
    const script = fileURLToPath(new URL('supervisor.ts', import.meta.url))
    return spawn(process.execPath, [script, ...startFlags()], { detached: true, stdio: ['pipe', log, log] })
  } finally {
    closeSync(log)
  }
}

function startFlags(): readonly string[] {
  return [...(values['no-webhook'] ? ['--no-webhook'] : []), ...(values['no-controller'] ? ['--no-controller'] : [])]
}

async function stop(): Promise<number> {
  const stack = readRunningStack()
  if (stack === undefined) {
    console.log('The local stack is not running.')
    return 0
  }
  const left = await end(stack)
  if (left.length > 0) {
    console.error(`The local stack is not gone: ${left.join(', ')}.`)
    return 1
  }
  console.log(`The local stack has stopped: ${stack.processes.length + 1} processes ended.`)
  return 0
}

/** Ends the supervisor and with it the rest; answers what is still there after the wait. */
async function end(stack: RunningStack): Promise<readonly string[]> {
  if (await isUp(stack)) process.kill(stack.supervisor, 'SIGTERM')
  const all = [{ name: 'supervisor', pid: stack.supervisor }, ...stack.processes]
  const deadline = Date.now() + stopTimeoutMilliseconds
  let left = all.filter(({ pid }) => isAlive(pid))
  while (left.length > 0 && Date.now() < deadline) {
    await delay(100)
    left = all.filter(({ pid }) => isAlive(pid))
  }
  if (left.length === 0) {
    for (const file of [localFiles.state, localFiles.kubeconfig, localFiles.awsEnvironment]) {
      if (existsSync(file)) rmSync(file)
    }
  }
  return left.map(({ name, pid }) => `${name} (process ${pid})`)
}
