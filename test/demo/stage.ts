import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { type EchoServer, startEchoServer } from '../aws/echo-server.ts'
import type { CommandResult } from '../local/run.ts'
import { type CountedCalls, countByAction } from './calls.ts'
import { tellCommand, tellLines, tellObservation, tellOutput } from './narrator.ts'
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
  /** Ends the echo servers. */
  leave(): Promise<void>
}

const defaultTimeoutMilliseconds = 60_000
const nodes = z.object({ items: z.array(z.object({ spec: z.object({ providerID: z.string() }) })) })

export async function createStage(stack: DemoStack): Promise<RunningStage> {
  const { emulator, shell } = stack
  const observations: Observation[] = []
  const counts: CountedCalls[] = []
  const echoServers: EchoServer[] = []
  let current = ''
  const stage: Stage = {
    emulator,
    awsAtStart: await emulator.snapshot(),
    say: (text) => console.log(text),
    show: tellLines,
    async run(...command) {
      tellCommand(command)
      const result = await shell.run(command)
      tellOutput(result)
      return result
    },
    async request(wanted) {
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
    },
    waitFor,
    async serveAtNodePort(nodePort) {
      const echoServer = await startEchoServer()
      echoServers.push(echoServer)
      for (const instance of await instancesOfNodes(shell)) await emulator.setTarget(instance, nodePort, echoServer)
    },
    async countCalls(name, work) {
      await emulator.resetCalls()
      const start = performance.now()
      await work()
      const counted = countByAction(name, await emulator.calls(), performance.now() - start)
      counts.push(counted)
      return counted
    },
  }
  return {
    stage,
    observations,
    counts,
    enter: (step) => (current = step),
    leave: async () => void (await Promise.all(echoServers.map((server) => server.stop()))),
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

/** EC2 instance ids: `spec.providerID` of a Node is `aws:///ZONE/INSTANCE`. */
async function instancesOfNodes(shell: Shell): Promise<readonly string[]> {
  const answer: CommandResult = await shell.run(['kubectl', 'get', 'nodes', '-o', 'json'])
  return nodes.parse(JSON.parse(answer.stdout)).items.map(({ spec }) => spec.providerID.split('/').at(-1) ?? '')
}

function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
