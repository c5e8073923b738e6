import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { type EchoServer, startEchoServer } from '../aws/echo-server.ts'
import type { Emulator } from '../aws/emulator.ts'
import { repository } from '../local/product.ts'
import type { CommandResult } from '../local/run.ts'
import { type CountedCalls, countByAction } from './calls.ts'
import { tellCommand, tellPipe, tellLines, tellObservation, tellOutput } from './narrator.ts'
import type { Observation } from './observations.ts'
import { curlCommand, requestLikeCurl } from './request.ts'
import type { Shell } from './shell.ts'
import type { DemoStack } from './stack.ts'
import type { Stage } from './step.ts'

/** A stage, with what has been observed on it so far. */
export interface RunningStage {
  readonly stage: Stage
  readonly observations: readonly Observation[]
  readonly counts: readonly CountedCalls[]
  /** Names the step that plays now. */
  enter(step: string): void
  /** Ends the echo servers, and no node port leads to them any more. */
  leave(): Promise<void>
}

/** An echo server and what it stands behind. */
interface Served {
  readonly server: EchoServer
  readonly nodePort: number
  readonly instances: readonly string[]
}

const defaultTimeoutMilliseconds = 60_000
const quietMilliseconds = 1_000
const nodes = z.object({ items: z.array(z.object({ spec: z.object({ providerID: z.string() }) })) })

export async function createStage(stack: DemoStack): Promise<RunningStage> {
  const { emulator, shell } = stack
  const observations: Observation[] = []
  const counts: CountedCalls[] = []
  const served: Served[] = []
  let current = ''
  let observedLast = false
  const paragraph = (): void => {
    if (observedLast) console.log()
    observedLast = false
  }
  const stage: Stage = {
    emulator,
    controllerLog: stack.controllerLog,
    manifests: stack.manifests,
    ...(stack.processes === undefined ? {} : { processes: stack.processes }),
    awsAtStart: await emulator.snapshot(),
    say: (text) => {
      paragraph()
      console.log(text)
    },
    show: tellLines,
    async run(...command) {
      paragraph()
      tellCommand(command)
      const result = await shell.run(command)
      tellOutput(result)
      return result
    },
    async applyFilled(file, words, ...args) {
      paragraph()
      const apply = ['kubectl', 'apply', ...args, '-f', '-']
      tellPipe(['sed', ...Object.entries(words).flatMap(([word, value]) => ['-e', `s|${word}|${value}|`]), file], apply)
      const text = await readFile(join(repository, file), 'utf8')
      const filled = Object.entries(words).reduce((all, [word, value]) => all.replace(word, value), text)
      const result = await shell.run(apply, filled)
      tellOutput(result)
      return result
    },
    async request(wanted) {
      paragraph()
      tellCommand(curlCommand(wanted))
      const result = await shell.run(curlCommand(wanted)).catch((error: unknown) => {
        if (isMissingProgram(error)) return requestLikeCurl(wanted)
        throw error
      })
      tellOutput(result)
      return result
    },
    kubectl: (...args) => shell.run(['kubectl', ...args]),
    observe(sentence, held, instead) {
      const observation = { step: current, sentence, held, ...(instead === undefined ? {} : { instead }) }
      observations.push(observation)
      tellObservation(observation)
      observedLast = true
    },
    waitFor,
    untilQuiet: () => untilQuiet(emulator),
    async serveAtNodePort(nodePort) {
      const server = await startEchoServer()
      const instances = await instancesOfNodes(shell)
      served.push({ server, nodePort, instances })
      for (const instance of instances) await emulator.setTarget(instance, nodePort, server)
    },
    async countCalls(name, work) {
      await emulator.resetCalls()
      const start = performance.now()
      await work()
      const milliseconds = performance.now() - start
      await untilQuiet(emulator)
      const counted = countByAction(name, await emulator.calls(), milliseconds)
      counts.push(counted)
      return counted
    },
  }
  return {
    stage,
    observations,
    counts,
    enter: (step) => {
      current = step
      observedLast = false
    },
    async leave() {
      for (const { server, nodePort, instances } of served.splice(0)) {
        for (const instance of instances) await emulator.setTarget(instance, nodePort, undefined)
        await server.stop()
      }
    },
  }
}

async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMilliseconds = defaultTimeoutMilliseconds,
): Promise<T> {
  const deadline = performance.now() + timeoutMilliseconds
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) throw new Error(`not seen in ${timeoutMilliseconds / 1000} seconds: ${what}`)
    await delay(200)
  }
}

async function untilQuiet(emulator: Emulator): Promise<void> {
  let [seen, since] = [-1, performance.now()]
  await waitFor('a second without an AWS call', async () => {
    const { length } = await emulator.calls()
    if (length !== seen) [seen, since] = [length, performance.now()]
    return performance.now() - since > quietMilliseconds ? length : undefined
  })
}

/** EC2 instance ids: `spec.providerID` of a Node is `aws:///ZONE/INSTANCE`. */
async function instancesOfNodes(shell: Shell): Promise<readonly string[]> {
  const answer: CommandResult = await shell.run(['kubectl', 'get', 'nodes', '-o', 'json'])
  return nodes.parse(JSON.parse(answer.stdout)).items.map(({ spec }) => spec.providerID.split('/').at(-1) ?? '')
}

function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
