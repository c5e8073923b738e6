import type { GroupKey } from '../shared/model/model.ts'
import type { Step } from '../shared/plan/step.ts'

/** How a pass tells the lane that keeps the rules on nodes and Pods that bindings of its group are being written. */
export interface BindingBatchUse {
  /** From now on the bindings of the group count as they are at this moment. */
  readonly freeze: (group: GroupKey) => void
  /** They count as they are again, and the rules are computed anew. */
  readonly thaw: (group: GroupKey) => void
  /** Resolves once the rules are computed, or after the time for it. */
  readonly whenDone: (timeoutMs: number) => Promise<boolean>
}

export interface BindingBatches {
  /** Runs a step, which may begin or end a batch. */
  readonly run: <T>(step: Step, work: () => Promise<T>) => Promise<T>
  /** Ends a batch that a failed step left open. */
  readonly end: () => void
}

/**
 * The bindings that a plan writes are one batch, and those that it deletes are another. Rules are computed from whole
 * batches: with each binding by itself a range would grow or shrink step by step, and each step costs two writes. Where
 * something is deleted the rules of what was written are in place before.
 */
export const bindingBatches = (
  lane: BindingBatchUse,
  group: GroupKey,
  steps: readonly Step[],
  timeoutMs: number,
): BindingBatches => {
  const [lastApplied, lastDeleted] = (['apply-binding', 'delete-binding'] as const).map((is) =>
    steps.findLast((step) => step.is === is),
  )
  return {
    run: async (step, work) => {
      if (step.is !== 'apply-binding' && step.is !== 'delete-binding') return work()
      lane.freeze(group)
      const result = await work()
      if (step === lastApplied || step === lastDeleted) lane.thaw(group)
      if (step === lastApplied && lastDeleted !== undefined) await lane.whenDone(timeoutMs)
      return result
    },
    end: () => lane.thaw(group),
  }
}
