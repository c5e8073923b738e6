import type { Tags } from '../model/model.ts'
import type {
  ObservedLoadBalancer,
  ObservedSecurityGroup,
  ObservedTargetGroup,
  SecurityGroupRule,
} from '../model/observed.ts'

/** What carries our cluster tag, by ARN or by id. */
export interface Listing {
  readonly loadBalancers: ReadonlyMap<string, ObservedLoadBalancer>
  readonly targetGroups: ReadonlyMap<string, ObservedTargetGroup>
  readonly securityGroups: ReadonlyMap<string, ObservedSecurityGroup>
  /** Names that are taken in the region, whoever's they are. */
  readonly names: Names
}

export type Named = 'load-balancer' | 'target-group'

export type Names = Readonly<Record<Named, ReadonlySet<string>>>

/** A change that one of our own writes made to what is listed. */
export type Written =
  | { readonly is: 'load-balancer'; readonly value: ObservedLoadBalancer }
  | { readonly is: 'target-group'; readonly value: ObservedTargetGroup }
  | { readonly is: 'security-group'; readonly value: ObservedSecurityGroup }
  /** Gone, by ARN or by id. */
  | { readonly is: 'gone'; readonly id: string }
  | { readonly is: 'tags'; readonly id: string; readonly set: Tags; readonly remove: readonly string[] }
  | {
      readonly is: 'load-balancer-changed'
      readonly arn: string
      readonly change: Partial<Pick<ObservedLoadBalancer, 'securityGroupIds' | 'subnetIds' | 'ipAddressType'>>
    }
  | {
      readonly is: 'target-group-changed'
      readonly arn: string
      readonly change: Partial<Pick<ObservedTargetGroup, 'healthCheck'>>
    }
  | {
      readonly is: 'inbound'
      readonly id: string
      readonly add: readonly SecurityGroupRule[]
      readonly remove: readonly SecurityGroupRule[]
    }

/** The listing after a change. Repeating a change changes nothing more. */
export const withWritten = (listing: Listing, written: Written): Listing => {
  const { loadBalancers, targetGroups, securityGroups } = listing
  switch (written.is) {
    case 'load-balancer':
      return { ...taken(listing, written), loadBalancers: addTo(loadBalancers, written.value.arn, written.value) }
    case 'target-group':
      return { ...taken(listing, written), targetGroups: addTo(targetGroups, written.value.arn, written.value) }
    case 'security-group':
      return { ...listing, securityGroups: addTo(securityGroups, written.value.id, written.value) }
    case 'gone':
      return {
        ...listing,
        loadBalancers: without(loadBalancers, written.id),
        targetGroups: without(targetGroups, written.id),
        securityGroups: without(securityGroups, written.id),
      }
    case 'tags': {
      const retag = <T extends { readonly tags: Tags }>(of: T): T => ({ ...of, tags: withTags(of.tags, written) })
      return {
        loadBalancers: changed(loadBalancers, written.id, retag),
        targetGroups: changed(targetGroups, written.id, retag),
        securityGroups: changed(securityGroups, written.id, retag),
        names: listing.names,
      }
    }
    case 'load-balancer-changed':
      return { ...listing, loadBalancers: changed(loadBalancers, written.arn, (of) => ({ ...of, ...written.change })) }
    case 'target-group-changed':
      return { ...listing, targetGroups: changed(targetGroups, written.arn, (of) => ({ ...of, ...written.change })) }
    case 'inbound':
      return {
        ...listing,
        securityGroups: changed(securityGroups, written.id, (of) => ({
          ...of,
          inbound: withInbound(of.inbound, written),
        })),
      }
    default:
      return written satisfies never
  }
}

const taken = (
  listing: Listing,
  { is, value: { name } }: { readonly is: Named; readonly value: { readonly name: string } },
): Listing => ({ ...listing, names: { ...listing.names, [is]: new Set([...listing.names[is], name]) } })

/** A text that two rules share if EC2 takes them for the same: protocol, ports and source, without the description. */
export const sameRuleKey = (rule: SecurityGroupRule): string =>
  [rule.protocol, rule.fromPort, rule.toPort, sourceText(rule.source)].join(' ')

const sourceText = (source: SecurityGroupRule['source']): string => {
  switch (source.is) {
    case 'cidr':
      return source.cidr
    case 'group':
      return source.groupId
    case 'prefix-list':
      return source.id
    default:
      return source satisfies never
  }
}

const withInbound = (
  inbound: readonly SecurityGroupRule[],
  { add, remove }: Pick<Extract<Written, { is: 'inbound' }>, 'add' | 'remove'>,
): readonly SecurityGroupRule[] => {
  const dropped = new Set([...add, ...remove].map(sameRuleKey))
  return [...inbound.filter((rule) => !dropped.has(sameRuleKey(rule))), ...add]
}

const withTags = (tags: Tags, { set, remove }: { readonly set: Tags; readonly remove: readonly string[] }): Tags =>
  Object.fromEntries([...Object.entries(tags).filter(([key]) => !remove.includes(key)), ...Object.entries(set)])

/** Keeps what is listed already: a listing that shows the new resource knows more of it than the answer to its creation. */
const addTo = <T>(map: ReadonlyMap<string, T>, id: string, value: T): ReadonlyMap<string, T> =>
  map.has(id) ? map : new Map([...map, [id, value]])

const without = <T>(map: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> =>
  map.has(id) ? new Map([...map].filter(([key]) => key !== id)) : map

const changed = <T>(map: ReadonlyMap<string, T>, id: string, change: (of: T) => T): ReadonlyMap<string, T> => {
  const of = map.get(id)
  return of === undefined ? map : new Map([...map, [id, change(of)]])
}
