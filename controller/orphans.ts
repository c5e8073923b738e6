import type { GroupIo } from './io.ts'
import type { World } from './observe/group.ts'
import type { PlannedGroup } from './plan.ts'

export type Confirmation = { readonly is: 'confirmed' } | { readonly is: 'wait'; readonly milliseconds: number }

/**
 * Resources that no Ingress explains (its finalizer was stripped, or it went while nobody watched) are removed only when a
 * second look, some time after the first, says the same. A group with members needs no second look.
 */
export const isConfirmed = (io: GroupIo, world: World, { plan }: PlannedGroup): Confirmation => {
  const { orphanSince } = io.memory
  if (world.members.length > 0 || plan.steps.length === 0) {
    orphanSince.delete(world.group)
    return { is: 'confirmed' }
  }
  const now = io.timing.now()
  const since = orphanSince.get(world.group) ?? now
  orphanSince.set(world.group, since)
  const left = since + io.settings.waits.orphanObservationDelay - now
  if (left <= 0) {
    io.log.info({ group: world.group }, 'removing what no Ingress explains')
    return { is: 'confirmed' }
  }
  io.log.info(
    { group: world.group, steps: plan.steps.length },
    'found resources that no Ingress explains; looking again',
  )
  return { is: 'wait', milliseconds: left }
}
