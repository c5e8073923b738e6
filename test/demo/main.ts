import { parseArgs } from 'node:util'
import { cleanUp } from './clean-up.ts'
import { examples, manifests } from './places.ts'
import { play } from './play.ts'
import { watchSignals } from './signals.ts'
import { type DemoStack, startKeptStack, startOwnStack, stopKeptStack } from './stack.ts'
import { createStage } from './stage.ts'
import { story } from './story.ts'
import { printSummary } from './summary.ts'

const help = `Plays the main job on a real control plane and an emulated AWS, and checks every step of it.

  npm run demo [-- --keep]

  --keep   leave the stack up afterwards; npm run local:stop ends it
  --help   this text

The exit status is 0 only if every observation held.`

const { values } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})

if (values.help) console.log(help)
else process.exit(await demo(values.keep))

async function demo(keep: boolean): Promise<number> {
  const start = performance.now()
  const signals = watchSignals(keep ? stopKeptStack : undefined)
  let stack: DemoStack | undefined
  try {
    stack = await (keep ? startKeptStack() : startOwnStack())
    const running = await createStage(stack)
    const broken = await play(story, running)
    await running.leave()
    if (signals.came()) return await signals.end
    const held = printSummary(running, broken, (performance.now() - start) / 1000)
    if (!held && !keep) await cleanUp(running.stage, stack)
    if (!held) console.log(`The logs are in ${await stack.keepLogs()}.`)
    if (keep) console.log(afterwards(stack))
    else await stack.stop()
    return held ? 0 : 1
  } catch (error) {
    if (signals.came()) return await signals.end
    console.error(error instanceof Error ? error.message : error)
    if (stack !== undefined) console.error(`The logs are in ${await stack.keepLogs()}.`)
    if (!keep) await stack?.stop()
    return 1
  }
}

/** What one can do with a stack that stays. */
function afterwards({ summary }: DemoStack): string {
  return `
The local stack stays up.
${summary ?? ''}
try
  kubectl apply -k ${examples}
  kubectl apply -f ${manifests}/listen-ports-not-json.yaml`
}
