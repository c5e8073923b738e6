import { hasRemedy } from '../../shared/aws/errors.ts'
import type { AwsError } from '../../shared/aws/errors.ts'
import type { Ref } from '../../shared/plan/step.ts'
import type { ApplyIo, Removal } from './io.ts'
import { isNew } from './references.ts'

/** Repeats a call while it fails in a way that passes by itself, and no longer than `timeoutMs`. */
const repeat = async <T>(
  io: ApplyIo,
  timeoutMs: number,
  passes: (error: unknown) => error is AwsError,
  call: () => Promise<T>,
): Promise<T> => {
  const { clock } = io.aws
  const endsAt = clock.monotonic() + timeoutMs
  for (let wait = io.retryDelayMs; ; wait = Math.min(2 * wait, 10 * io.retryDelayMs)) {
    try {
      return await call()
    } catch (error) {
      if (!passes(error) || clock.monotonic() + wait > endsAt) throw error
      await clock.sleep(wait, io.signal)
    }
  }
}

/** AWS may answer NotFound for some seconds about what it has just made; about anything else NotFound is the truth. */
export const whileInvisible = <T>(io: ApplyIo, uses: readonly Ref[], call: () => Promise<T>): Promise<T> =>
  uses.some(isNew) ? whileUnknown(io, call) : call()

/** As `whileInvisible`, for what this step itself has just made. */
export const whileUnknown = <T>(io: ApplyIo, call: () => Promise<T>): Promise<T> =>
  repeat(io, io.visibilityTimeoutMs ?? 20_000, isUnknown, call)

/** Elastic Load Balancing calls a security group that it cannot see invalid. */
const isUnknown = (error: unknown): error is AwsError =>
  hasRemedy(error, 'not-found') || (hasRemedy(error, 'invalid') && error.code === 'InvalidSecurityGroup')

/**
 * Deletes: fenced before each attempt, repeated while something still hangs on the resource (`ResourceInUse`,
 * `DependencyViolation`), done when it is gone already.
 */
export const remove = async (io: ApplyIo, removal: Removal, call: () => Promise<unknown>): Promise<void> => {
  let isTold = false
  const passes = (error: unknown): error is AwsError => {
    if (!hasRemedy(error, 'in-use')) return false
    if (!isTold) io.stillInUse(removal, error)
    isTold = true
    return true
  }
  await repeat(io, io.retryTimeoutMs, passes, async () => {
    await io.fence()
    try {
      await call()
    } catch (error) {
      if (!hasRemedy(error, 'not-found')) throw error
    }
  })
}
