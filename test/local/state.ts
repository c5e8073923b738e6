import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { isAlive } from './processes.ts'
import { repository } from './product.ts'

/** Where `npm run local` keeps what belongs to the running stack; git ignores it. */
export const localDirectory = join(repository, '.local')
export const localFiles = {
  stack: join(localDirectory, 'stack'),
  state: join(localDirectory, 'stack.json'),
  supervisorLog: join(localDirectory, 'supervisor.log'),
  kubeconfig: join(localDirectory, 'kubeconfig'),
  awsEnvironment: join(localDirectory, 'aws.env'),
} as const

const runningStack = z.object({
  /** The supervisor, which holds all the others. */
  supervisor: z.int(),
  /** What `npm run local` prints about the stack. */
  summary: z.string(),
  awsEndpoint: z.string(),
  /** All processes of the stack, so that a stop can verify that they are gone. */
  processes: z.array(z.object({ name: z.string(), pid: z.int() })),
})

/** What the supervisor tells of a stack that is up. */
export type RunningStack = z.infer<typeof runningStack>

/** The state file, when there is one. */
export function readRunningStack(): RunningStack | undefined {
  if (!existsSync(localFiles.state)) return undefined
  return runningStack.parse(JSON.parse(readFileSync(localFiles.state, 'utf8')))
}

/** Whether the stack of the state file is up: its supervisor lives and answers at AWS's address. */
export async function isUp(stack: RunningStack): Promise<boolean> {
  if (!isAlive(stack.supervisor)) return false
  return fetch(stack.awsEndpoint, { signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  )
}
