import { nameOf } from '../kubernetes/objects.ts'
import type { ObservedSecurityGroup } from '../model/observed.ts'
import { nodeTargets } from './node-targets.ts'
import { podKey } from './pod-interfaces.ts'
import type { PodTarget } from './pod-targets.ts'
import type { NodeRulesWorld } from './security.ts'

/** The security groups that take the rules of a binding, and why others cannot. */
export interface EndpointGroups {
  readonly groups: readonly string[]
  readonly faults: readonly string[]
}

type World = Pick<
  NodeRulesWorld,
  'nodes' | 'groupsOfInstance' | 'groupsOfPod' | 'observed' | 'clusterName' | 'targetTags'
>

export const clusterTag = (clusterName: string): string => `kubernetes.io/cluster/${clusterName}`

/** The one group of each node that takes the rules. */
export const groupsOfNodes = (world: World): EndpointGroups => {
  const choose = chooser(world)
  const chosen = nodeTargets(world.nodes).instanceIds.map((id) =>
    choose(`instance ${id}`, world.groupsOfInstance.get(id)),
  )
  return {
    groups: [...new Set(chosen.flatMap(({ group }) => group ?? []))],
    faults: told(
      chosen.flatMap(({ fault }) => fault ?? []),
      'instances',
    ),
  }
}

/** The groups of Pods, each with the named ports of Pods behind it; the same pair once. */
export const groupsOfPods = (
  pods: readonly PodTarget[],
  world: World,
): {
  readonly groups: readonly { readonly group: string; readonly names: ReadonlyMap<string, number> }[]
  readonly faults: readonly string[]
} => {
  const choose = chooser(world)
  const groups = new Map<string, { readonly group: string; readonly names: ReadonlyMap<string, number> }>()
  const faults: string[] = []
  for (const target of pods) {
    const all = world.groupsOfPod.get(podKey(target))
    if (all === 'none') continue
    const { group, fault } = choose(`Pod ${nameOf(target.pod)}`, all)
    if (fault !== undefined) faults.push(fault)
    if (group === undefined) continue
    const { namedPorts } = target.pod
    groups.set(JSON.stringify([group, namedPorts]), {
      group,
      names: new Map(namedPorts.map(({ name, port }) => [name, port])),
    })
  }
  return { groups: [...groups.values()], faults: told(faults, 'Pods') }
}

interface Choice {
  readonly group?: string
  readonly fault?: string
}

/** Of several groups exactly one must be tagged for the cluster, and as the operator asks for. */
const chooser = ({ observed, clusterName, targetTags = {} }: World) => {
  const tag = clusterTag(clusterName)
  const known = new Set(observed.map(({ id }) => id))
  const wanted = Object.entries(targetTags)
  const isTagged = ({ tags }: ObservedSecurityGroup): boolean =>
    Object.hasOwn(tags, tag) && wanted.every(([key, value]) => tags[key] === value)
  const tagged = new Set(observed.filter(isTagged).map(({ id }) => id))
  const named = [tag, ...wanted.map(([key, value]) => `${key}=${value}`)].join(', ')
  return (what: string, all: readonly string[] | undefined): Choice => {
    const candidates = all === undefined || all.length === 1 ? (all ?? []) : all.filter((group) => tagged.has(group))
    const [only, second] = candidates
    if (only !== undefined && second === undefined)
      return known.has(only) ? { group: only } : { fault: `security group ${only} of ${what} is not there` }
    return {
      fault:
        all === undefined
          ? `EC2 tells no security group of ${what}`
          : `of the security groups of ${what} exactly one must be tagged ${named}: ${all.toSorted().join(', ')}`,
    }
  }
}

/** The first of several, and how many there are. */
const told = (faults: readonly string[], what: string): readonly string[] => {
  const [first, ...more] = faults
  return more.length === 0 || first === undefined ? faults : [`${first}, and ${more.length} more ${what} alike`]
}
