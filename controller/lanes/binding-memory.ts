import { nameOf } from '../../shared/kubernetes/objects.ts'
import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import { isOurs } from '../../shared/plan/binding-owner.ts'
import type { Io } from '../io.ts'

/** What the lane keeps of bindings while the process lives; losing it costs a read of targets each. */
export interface BindingMemory {
  /** Digest of the targets last registered. */
  readonly digests: Map<string, string>
  /** UID and generation of the binding that was last brought in line. */
  readonly settled: Map<string, string>
  readonly readAt: Map<string, number>
  /** Since when a binding waits for its new port to be let in. */
  readonly waitingSince: Map<string, number>
}

export const newBindingMemory = (): BindingMemory => ({
  digests: new Map(),
  settled: new Map(),
  readAt: new Map(),
  waitingSince: new Map(),
})

/** Tells one state of a binding's spec from another. */
export const generationOf = ({ uid, generation }: TargetGroupBinding): string => `${uid}/${generation}`

/** Whether the targets of a binding are those that it asks for. */
export const isSettled = (memory: BindingMemory, binding: TargetGroupBinding): boolean =>
  memory.settled.get(nameOf(binding)) === generationOf(binding)

/** Whether the targets of all bindings of ours are those that they ask for. */
export const areAllSettled = (io: Io, memory: BindingMemory): boolean =>
  memory.waitingSince.size === 0 &&
  io.bindings
    .list()
    .filter((binding) => binding.deletionTimestamp === undefined && isOurs(binding, io.settings.flags))
    .every((binding) => isSettled(memory, binding))
