import { hasRemedy } from '../shared/cluster/errors.ts'

/** The API server refuses a write in a way that waiting alone does not mend; `reason` is that of the event. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly reason: RefusedReason

  constructor(reason: RefusedReason, cause: Error) {
    super(cause.message, { cause })
    this.reason = reason
  }
}

export type RefusedReason = 'FailedAddFinalizer' | 'FailedRemoveFinalizer' | 'FailedUpdateStatus'

/** Says what was refused, for the event; other failures pass as they are. */
export const orRefused = async <T>(reason: RefusedReason, write: Promise<T>): Promise<T> => {
  try {
    return await write
  } catch (error) {
    if (hasRemedy(error, 'forbidden', 'invalid')) throw new Refused(reason, error)
    throw error
  }
}
