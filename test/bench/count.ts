import type { Call, Emulator } from '../aws/emulator.ts'
import type { Role } from '../local/product.ts'
import { quietCalls } from '../e2e/support/aws.ts'

/** The AWS calls of one step, by process and by action. */
export interface StepCalls {
  readonly step: string
  readonly calls: number
  readonly writes: number
  readonly byProcess: Readonly<Record<Role, Readonly<Record<string, number>>>>
}

/** Without a call for so long a step is over. */
const quietMilliseconds = 1_500

/**
 * Counts the calls that a piece of work causes, until none comes any more. The processes are told apart by the application
 * ids that they were started with.
 */
export const counted = async (emulator: Emulator, step: string, work: () => Promise<unknown>): Promise<StepCalls> => {
  await quietCalls(emulator, quietMilliseconds)
  await emulator.resetCalls()
  await work()
  return stepOf(step, await quietCalls(emulator, quietMilliseconds))
}

/** Calls as a step's figures. */
export const stepOf = (step: string, calls: readonly Call[]): StepCalls => ({
  step,
  calls: calls.length,
  writes: calls.filter(({ write }) => write).length,
  byProcess: {
    webhook: countsOf(calls.filter(({ client }) => client === 'webhook')),
    controller: countsOf(calls.filter(({ client }) => client === 'controller')),
  },
})

const countsOf = (calls: readonly Call[]): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>()
  // Writes first, each kind in the order of first use.
  for (const { action } of [...calls.filter(({ write }) => write), ...calls.filter(({ write }) => !write)])
    counts.set(action, (counts.get(action) ?? 0) + 1)
  return Object.fromEntries(counts)
}
