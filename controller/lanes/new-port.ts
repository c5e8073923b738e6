import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import type { ObservedTarget } from '../../shared/model/observed.ts'
import { groupOfBinding } from '../../shared/plan/binding-owner.ts'
import { admitsPort } from '../../shared/plan/binding-rules.ts'
import type { Step } from '../../shared/plan/step.ts'
import type { BindingIo } from './binding-pass.ts'

/**
 * Waits until targets on a new port can be reached, since those on the port before go in the same pass. First the binding
 * must ask for the port, which its group has it do; then it must be let in.
 * @returns for how long the pass is put off, in milliseconds; 0: not at all, or not any longer
 */
export const untilReachable = async (
  io: BindingIo,
  key: string,
  binding: TargetGroupBinding,
  steps: readonly Step[],
  observed: readonly ObservedTarget[],
): Promise<number> => {
  const used = new Set(observed.filter(({ state }) => !state.endsWith('draining')).map(({ port }) => port))
  const wanted = steps.flatMap((step) => (step.is === 'register-targets' ? step.targets : []))
  const fresh = [...new Set(wanted.map(({ port }) => port))].filter((port) => !used.has(port))
  const { waitingSince } = io.memory
  if (used.size === 0 || fresh.length === 0 || groupOfBinding(binding) === undefined) {
    waitingSince.delete(key)
    return 0
  }
  const since = waitingSince.get(key) ?? io.timing.now()
  waitingSince.set(key, since)
  const leftMs = since + io.settings.waits.firstTargetsTimeout - io.timing.now()
  if (leftMs > 0 && !fresh.every((port) => admitsPort(binding, port))) return leftMs
  if (leftMs > 0) await io.whenLetIn(leftMs)
  waitingSince.delete(key)
  return 0
}
