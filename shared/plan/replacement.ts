import type { ObservedTargetGroup } from '../model/observed.ts'
import type { GroupWorld } from './context.ts'
import type { Sides } from './sides.ts'
import { hasHealthy } from './stand-ins.ts'
import type { Replacement } from './step.ts'

/** The load balancer that gives way to another, and what the members' addresses wait for before they move. */
export const replacementOf = (world: GroupWorld, sides: Sides): Replacement | undefined => {
  const { current, old } = sides
  if (old === undefined) return undefined
  const to = current.loadBalancer
  return {
    from: old.loadBalancer,
    ...(to === undefined ? {} : { to }),
    waitsFor: world.replacement === 'built' ? waitsFor(sides) : [],
  }
}

const waitsFor = (sides: Sides): readonly string[] => {
  const { loadBalancer } = sides.current
  if (loadBalancer === undefined) return ['the new load balancer is not made yet']
  return [
    ...(loadBalancer.state === 'active' ? [] : [`load balancer ${loadBalancer.name} is ${loadBalancer.state}`]),
    ...pairsOf(sides).flatMap(({ from, to }) =>
      hasHealthy(from.targets) && !(to !== undefined && hasHealthy(to.targets))
        ? [`target group ${to?.name ?? from.name} has no healthy target`]
        : [],
    ),
  ]
}

/** Target groups whose targets must be read before the addresses may move; none while the rest is not ready. */
export const unreadBeforeMove = (world: GroupWorld, sides: Sides): readonly string[] =>
  world.replacement !== 'built' || world.whole || sides.current.loadBalancer?.state !== 'active'
    ? []
    : pairsOf(sides).flatMap(({ from, to }) =>
        [from, ...(to === undefined ? [] : [to])]
          .filter(({ targets }) => targets.is === 'unread')
          .map(({ arn }) => arn),
      )

/** Target groups of the same id on both sides. */
const pairsOf = ({
  current,
  old,
}: Sides): readonly { readonly from: ObservedTargetGroup; readonly to: ObservedTargetGroup | undefined }[] =>
  [...(old?.live ?? [])].map(([id, from]) => ({ from, to: current.live.get(id) }))
