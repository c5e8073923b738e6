import type { ApplyIo } from './apply/io.ts'
import type { Io } from './io.ts'

/** A listing older than this may not show a resource of ours; a create looks for its name first. */
const listingIsOldMs = 60_000

/** What running a step needs, with the functions for steps on bindings. */
export const applyIo = (
  io: Io,
  bindings: Pick<ApplyIo, 'applyBinding' | 'deleteBinding' | 'awaitTargets'>,
  signal: AbortSignal,
): ApplyIo => ({
  aws: io.aws,
  vpcId: io.settings.flags.vpcId,
  signal,
  retryDelayMs: io.settings.waits.awsRetryDelay,
  retryTimeoutMs: io.settings.waits.awsRetryTimeout,
  listingIsOld: () => io.inventory.age > listingIsOldMs,
  isFree: (is, name) => io.inventory.age <= listingIsOldMs && io.inventory.isFree(is, name),
  fence: io.fence,
  // One by one: a lane is an instance of a class, and a spread leaves out what stands on its prototype.
  applyBinding: (work) => bindings.applyBinding(work),
  deleteBinding: (step) => bindings.deleteBinding(step),
  awaitTargets: (step) => bindings.awaitTargets(step),
  protectionSwitchedOff: ({ group, name }) => {
    io.log.warn({ group, name }, 'switched off protection from deletion')
  },
  stillInUse: ({ step, id }, { action, code, requestId }) => {
    const fields = { group: step.group, step: step.id, id, action, code, 'request-id': requestId ?? '' }
    io.log.info(fields, 'waiting, as it is still in use')
  },
})

const none = (): Promise<never> => Promise.reject(new Error('this lane has no steps on bindings'))

/** For the lanes that write no TargetGroupBinding objects. */
export const noBindings: Pick<ApplyIo, 'applyBinding' | 'deleteBinding' | 'awaitTargets'> = {
  applyBinding: none,
  deleteBinding: none,
  awaitTargets: none,
}
