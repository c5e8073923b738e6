import { type Values, valueOf } from '../annotation/setting.ts'
import { ipAddressType } from '../features/exposure.ts'
import { subnets } from '../features/subnets.ts'
import type { Finding } from '../findings/finding.ts'
import { type Fact, type Facts, factOf, type LiveLoadBalancer, type Need, type Subnet } from '../ingress/facts.ts'
import { type Discovery, discoverSubnets } from '../ingress/subnets/discovery.ts'
import { isMalformed, isSubnetId, lookUpEntries, type SubnetLookUp } from '../ingress/subnets/entries.ts'
import { judgeExplicitSubnets, withoutIpv6 } from '../ingress/subnets/explicit.ts'
import { gatewayProblems } from '../ingress/subnets/gateways.ts'
import type { SubnetProblem } from '../ingress/subnets/problem.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import type { Contribution } from '../model/contribution.ts'
import type { Known, Scheme } from '../model/model.ts'
import { quote } from '../text/quote.ts'
import { ipAddressTypeOf, isDualStack } from './address-type.ts'
import { notChecked, onSetting } from './on-setting.ts'

type Live = Fact<readonly LiveLoadBalancer[]>

interface Judged {
  readonly findings: readonly Finding[]
  readonly needs: readonly Need[]
}

/** Judges the subnets that somebody wrote, or what discovery finds for the scheme. */
export const judgeSubnets = (
  ingress: Ingress,
  values: Values,
  wanted: Scheme | undefined,
  live: Live,
  facts: Facts,
): Judged => {
  const settled = values.get(subnets)
  if (!settled.ok) return { findings: [], needs: [] }
  const on = (problem: SubnetProblem): Finding => onSetting(ingress, values, subnets, problem)
  const dualStack = isDualStack(valueOf(values, ipAddressType) ?? 'ipv4')
  if (settled.value !== undefined) return judgeEntries(settled.value, { scheme: wanted, dualStack }, facts, on)
  if (wanted === undefined) return { findings: [], needs: [] }
  const wish = { scheme: wanted, dualStack }
  return judgeDiscovery(wish, live, facts, {
    on,
    onAddressType: (problem) => onSetting(ingress, values, ipAddressType, problem),
    unknown: (why) => notChecked(ingress, values, subnets, why),
  })
}

/** Subnets that are written stand or fall without the live load balancer. */
const judgeEntries = (
  entries: readonly string[],
  { scheme: wanted, dualStack }: { readonly scheme: Scheme | undefined; readonly dualStack: boolean },
  facts: Facts,
  on: (problem: SubnetProblem) => Finding,
): Judged => {
  const judgement = judgeExplicitSubnets({
    entries,
    ...lookUpIn(facts),
    scheme: wanted,
    dualStack,
    routes: factOf(facts, { is: 'routes' }),
    internetGateways: factOf(facts, { is: 'internet-gateways' }),
    vpcId: facts.flags.vpcId,
    clusterName: facts.flags.clusterName,
    singleSubnet: facts.flags.albSingleSubnet,
  })
  return {
    findings: judgement.problems.map(on),
    needs: [
      ...entries
        .filter((entry) => !isMalformed(entry))
        .map((entry): Need => (isSubnetId(entry) ? { is: 'subnet', id: entry } : { is: 'subnets' })),
      { is: 'routes' },
      ...gatewaysFor(wanted),
    ],
  }
}

const gatewaysFor = (wanted: Scheme | undefined): readonly Need[] =>
  wanted === 'internet-facing' ? [{ is: 'internet-gateways' }] : []

/** Discovery is asked for a scheme only; a live load balancer keeps the subnets that it has. */
const judgeDiscovery = (
  wish: Wish,
  live: Live,
  facts: Facts,
  told: {
    readonly on: (problem: SubnetProblem) => Finding
    readonly onAddressType: (problem: SubnetProblem) => Finding
    readonly unknown: (why: string) => Finding
  },
): Judged => {
  const wanted = wish.scheme
  const all = factOf<readonly Subnet[]>(facts, { is: 'subnets' })
  const found = discovery(wish, facts)
  const balancer = live.is === 'present' ? live.value.find((one) => one.scheme === wanted) : undefined
  const needs: readonly Need[] = [
    { is: 'subnets' },
    // Route tables are looked at only where the role tag does not tell the subnets.
    ...(all.is !== 'present' || (found.is === 'chosen' && found.by === 'role') ? [] : [{ is: 'routes' } as const]),
    // A load balancer that is there stays in its subnets, whatever the way to the internet.
    ...(balancer === undefined ? gatewaysFor(wanted) : []),
  ]
  if (live.is === 'unknown') return { findings: [told.unknown(live.why)], needs }
  if (balancer !== undefined) {
    const kept = all.is === 'present' ? all.value.filter(({ id }) => balancer.subnetIds.includes(id)) : []
    const unfit = wish.dualStack ? kept.flatMap(withoutIpv6) : []
    const unchecked = wish.dualStack && all.is === 'unknown' ? [told.unknown(all.why)] : []
    const findings = [...unfit.map(told.onAddressType), ...outdated(balancer, found, facts).map(told.on)]
    return { findings: [...findings, ...unchecked], needs }
  }
  const gateways =
    wanted === 'internet-facing' ? gatewayProblems(factOf(facts, { is: 'internet-gateways' }), facts.flags.vpcId) : []
  switch (found.is) {
    case 'chosen':
      return { findings: [...gateways, ...found.notices].map(told.on), needs }
    case 'unknown':
      return { findings: [told.unknown(found.why)], needs }
    case 'none':
      return { findings: [found.problem, ...gateways].map(told.on), needs }
    default:
      return found satisfies never
  }
}

/** A live load balancer is in fewer zones than discovery would choose now; it moves only when it is told to. */
const outdated = (balancer: LiveLoadBalancer, found: Discovery, facts: Facts): readonly SubnetProblem[] => {
  const all = factOf<readonly Subnet[]>(facts, { is: 'subnets' })
  if (found.is !== 'chosen' || all.is !== 'present') return []
  const zoneOf = (id: string): string | undefined => all.value.find((subnet) => subnet.id === id)?.availabilityZone
  const used = new Set(balancer.subnetIds.map(zoneOf))
  const more = found.ids.filter((id) => !used.has(zoneOf(id)))
  if (used.has(undefined) || more.length === 0 || found.ids.length <= used.size) return []
  return [
    {
      code: 'SubnetsOutdated',
      kind: 'notice',
      needs: 'aws',
      message: `${used.size} zone${used.size === 1 ? '' : 's'} in use, discovery would now choose ${found.ids.length}`,
      fix: `write subnets to add ${more.join(', ')}`,
    },
  ]
}

/** What a load balancer is, as far as its subnets depend on it. */
export interface Wish {
  readonly scheme: Scheme
  readonly dualStack: boolean
}

/** What discovery chooses, with the reason of each subnet. */
export const discovery = (wish: Wish, facts: Facts): Discovery => {
  const all = factOf<readonly Subnet[]>(facts, { is: 'subnets' })
  if (all.is === 'unknown') return { is: 'unknown', why: all.why }
  const { flags } = facts
  return discoverSubnets({
    subnets: all.is === 'present' ? all.value : [],
    ...wish,
    routes: factOf(facts, { is: 'routes' }),
    byReachability: flags.subnetDiscoveryByReachability,
    vpcId: flags.vpcId,
    clusterName: flags.clusterName,
    clusterTagCheck: flags.subnetsClusterTagCheck,
    singleSubnet: flags.albSingleSubnet,
  })
}

/** The ids of the subnets of a group's load balancer, sorted: those written, those of the live one, or those found. */
export const subnetsFor = (
  contributions: readonly Contribution[],
  wanted: Scheme,
  live: Live,
  facts: Facts,
): Known<readonly string[]> => {
  const explicit = contributions.find(({ group }) => group.subnets !== undefined)?.group.subnets
  if (explicit !== undefined) return idsOf(explicit, facts)
  if (live.is === 'unknown') return { unknown: live.why }
  const same = live.is === 'present' ? live.value.find((balancer) => balancer.scheme === wanted) : undefined
  if (same !== undefined) return { known: [...same.subnetIds].sort() }
  const found = discovery({ scheme: wanted, dualStack: isDualStack(ipAddressTypeOf(contributions)) }, facts)
  if (found.is === 'chosen') return { known: found.ids }
  return { unknown: found.is === 'unknown' ? found.why : found.problem.message }
}

/** An id stands for itself, whatever is known of it. */
const idsOf = (entries: readonly string[], facts: Facts): Known<readonly string[]> => {
  const ids: string[] = []
  for (const { entry, subnet } of lookUpEntries(entries, lookUpIn(facts))) {
    if (isSubnetId(entry)) ids.push(entry)
    else if (subnet.is === 'present') ids.push(subnet.value.id)
    else return { unknown: subnet.is === 'unknown' ? subnet.why : `no subnet has the Name ${quote(entry)}` }
  }
  return { known: ids.toSorted() }
}

const lookUpIn = (facts: Facts): SubnetLookUp => ({
  byId: (id) => factOf(facts, { is: 'subnet', id }),
  ofVpc: factOf(facts, { is: 'subnets' }),
})
