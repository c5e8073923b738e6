import type { Ref } from '../../shared/plan/step.ts'
import type { Made } from './io.ts'

/** The ARN (or the id of a security group) behind a reference. Throws when the step that makes it has not run. */
export const resolve = (reference: Ref, made: Made): string => {
  if ('arn' in reference) return reference.arn
  const arn = made.get(reference.madeBy)
  if (arn === undefined) throw new Error(`step ${reference.madeBy} has made nothing yet`)
  return arn
}

/** Whether this pass made it, so that AWS may not know it everywhere yet. */
export const isNew = (reference: Ref): boolean => 'madeBy' in reference
