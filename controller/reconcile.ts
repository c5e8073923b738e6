import { abortAfter } from '../shared/process/clock.ts'
import type { GroupKey } from '../shared/model/model.ts'
import { apply } from './apply-plan.ts'
import type { GroupIo } from './io.ts'
import { observe } from './observe/group.ts'
import { isConfirmed } from './orphans.ts'
import { planFor } from './plan.ts'
import type { Outcome } from './queue.ts'
import { reportPass } from './report-pass.ts'

/** No pass may take longer; the next one goes on where it stopped. */
const passTimeoutMs = 300_000

/** One pass over one group. */
export const reconcile = async (io: GroupIo, group: GroupKey): Promise<Outcome> => {
  const signal = AbortSignal.any([io.signal, abortAfter(passTimeoutMs)])
  const world = await observe(io, group, signal)
  if (world.evaluation.model.is === 'stack') await io.securityLane.hold(group)
  const planned = await planFor(io, world, signal)
  const unexplained = isConfirmed(io, world, planned)
  if (unexplained.is === 'wait') return { is: 'done', againAfterMs: unexplained.milliseconds }
  const applied = await apply(io, world, planned, signal)
  return reportPass(io, world, planned, applied, signal)
}
