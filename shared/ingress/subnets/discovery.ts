import type { Scheme } from '../../model/model.ts'
import type { Subnet } from '../facts.ts'
import { type Candidates, type CandidateSearch, candidatesOf, legacyRoleTag, roleTag } from './candidates.ts'
import { freeAddresses, isPublic, isTaggedFor, neededAddresses, otherClusters, reachability } from './eligibility.ts'
import type { SubnetProblem } from './problem.ts'

/** What a load balancer needs, and where to look. */
export interface SubnetSearch extends CandidateSearch {
  readonly vpcId: string
  readonly clusterName: string
  /** Whether a subnet that is tagged for other clusters only is left out (`--subnets-cluster-tag-check`). */
  readonly clusterTagCheck: boolean
  /** Whether the load balancer has IPv6 addresses too. */
  readonly dualStack: boolean
  /** Whether one zone is enough (`--alb-single-subnet`). */
  readonly singleSubnet: boolean
}

/** The chosen ids, sorted, with what is to be told of them, or the fault of a search without result. */
export type Discovery =
  | {
      readonly is: 'chosen'
      readonly ids: readonly string[]
      readonly by: Found['by']
      /** One line for each subnet. */
      readonly verdicts: readonly string[]
      readonly notices: readonly SubnetProblem[]
    }
  | { readonly is: 'unknown'; readonly why: string }
  | { readonly is: 'none'; readonly problem: SubnetProblem }

type Found = Extract<Candidates, { is: 'found' }>

const neededZones = 2
const maximumLines = 20

/** Chooses subnets by tag or by their route tables, with a verdict on each. */
export const discoverSubnets = (search: SubnetSearch): Discovery => {
  const candidates = candidatesOf(search)
  if (candidates.is === 'unknown') return candidates
  const subnets = search.subnets.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const reasons = new Map(subnets.map((subnet) => [subnet.id, refusal(subnet, candidates, search)]))
  const usable = subnets.filter(({ id }) => reasons.get(id) === undefined)
  const chosen = onePerZone(usable, search)
  const lines = subnets.map((subnet) => {
    const best = chosen.find(({ availabilityZone }) => availabilityZone === subnet.availabilityZone)
    const verdict = reasons.get(subnet.id) ?? (best === undefined ? '' : chosenOrNot(subnet, best, candidates, search))
    return `${subnet.id} ${subnet.availabilityZone}  ${verdict}`
  })
  const verdicts = [...lines.slice(0, maximumLines), ...countOfRest(lines.length - maximumLines)]
  const zones = new Set(chosen.map(({ availabilityZone }) => availabilityZone))
  const left = subnets.filter(({ availabilityZone }) => !zones.has(availabilityZone))
  const ofOthers = left.length > 0 && left.every((subnet) => isLeftToOthers(subnet, candidates, search))
  const wrong = wrongWithChoice(chosen, search, ofOthers)
  const ids = chosen.map(({ id }) => id).toSorted()
  if (wrong === undefined) {
    const notices = legacyNotice(ids, candidates, search.scheme)
    return { is: 'chosen', ids, by: candidates.by, verdicts, notices }
  }
  return {
    is: 'none',
    problem: { code: 'SubnetsNotFound', kind: 'fault', needs: 'aws', ...wrong, details: verdicts },
  }
}

/** Why a subnet is no candidate, or is rejected. The checks stand in the order in which they are told. */
const refusal = (subnet: Subnet, candidates: Found, search: SubnetSearch): string | undefined => {
  if (!candidates.includes(subnet)) return `not considered: ${notConsidered(subnet, candidates, search)}`
  const others = otherClusters(subnet, search.clusterName)
  if (search.clusterTagCheck && others !== undefined) return `rejected: tagged for ${others} only`
  if (subnet.freeAddresses < neededAddresses) return `rejected: ${freeAddresses(subnet)}, ${neededAddresses} needed`
  if (search.dualStack && !subnet.hasIpv6) return 'rejected: no IPv6 CIDR, and the load balancer is dual stack'
  if (!search.dualStack && subnet.cidr === '') return 'rejected: IPv6 only'
  return undefined
}

/** A candidate that nothing but the tags of other clusters stands against. */
const isLeftToOthers = (subnet: Subnet, candidates: Found, search: SubnetSearch): boolean =>
  search.clusterTagCheck &&
  candidates.includes(subnet) &&
  otherClusters(subnet, search.clusterName) !== undefined &&
  refusal(subnet, candidates, { ...search, clusterTagCheck: false }) === undefined

const notConsidered = (subnet: Subnet, { by }: Found, search: SubnetSearch): string => {
  const tag = roleTag[search.scheme]
  const role = subnet.tags[tag]
  const misfit = misfitOf(subnet, search)
  if (by === 'reachability') return misfit ?? ''
  const wrong = role === undefined ? `no tag ${tag}` : `tag ${tag} has the value ${JSON.stringify(role)}`
  return misfit === undefined ? wrong : `${wrong} (${misfit})`
}

/** What the route table of a subnet says against the scheme, as far as it is known. */
const misfitOf = (subnet: Subnet, { scheme, routes }: SubnetSearch): string | undefined => {
  if (routes.is !== 'present') return undefined
  const open = isPublic(subnet, routes.value)
  if (open === (scheme === 'internet-facing')) return undefined
  return open ? reachability.public : reachability.private
}

/** Of each zone the subnet that is tagged for our cluster, then the one with the smallest id. */
const onePerZone = (usable: readonly Subnet[], { clusterName }: SubnetSearch): readonly Subnet[] => {
  const ours = usable.filter((subnet) => isTaggedFor(subnet, clusterName))
  const best = new Map<string, Subnet>()
  for (const subnet of [...ours, ...usable]) {
    if (!best.has(subnet.availabilityZone)) best.set(subnet.availabilityZone, subnet)
  }
  return [...best.values()]
}

const chosenOrNot = (subnet: Subnet, best: Subnet, { because }: Found, { clusterName }: SubnetSearch): string => {
  if (subnet === best) return `chosen (${because})`
  const byTag = isTaggedFor(best, clusterName) && !isTaggedFor(subnet, clusterName)
  const why = byTag ? `is tagged for cluster ${JSON.stringify(clusterName)}` : 'has the smaller id'
  return `not chosen: ${best.id} in the same zone ${why}`
}

const wrongWithChoice = (
  chosen: readonly Subnet[],
  { subnets, scheme, vpcId, clusterName, singleSubnet, dualStack }: SubnetSearch,
  ofOthers: boolean,
): Pick<SubnetProblem, 'message' | 'fix'> | undefined => {
  const head = `no usable subnets for an ${scheme} load balancer in ${vpcId}`
  const [first, ...others] = chosen
  const other = others.find(({ zoneType }) => zoneType !== first?.zoneType)
  if (first !== undefined && other !== undefined) {
    const message = `${head}: ${first.id} is of kind ${first.zoneType}, ${other.id} of kind ${other.zoneType}`
    return { message, fix: `remove the tag ${roleTag[scheme]} from the subnets of one kind` }
  }
  const ordinary = first === undefined || first.zoneType === 'availability-zone'
  const needed = ordinary && !singleSubnet ? neededZones : 1
  if (chosen.length >= needed) return undefined
  const several = needed === 1 ? 'a subnet' : `subnets of ${needed} zones`
  const missing = first === undefined ? several : 'a subnet of another zone'
  const unfit = dualStack && subnets.some(({ hasIpv6 }) => !hasIpv6)
  const found = `${chosen.length} zone${chosen.length === 1 ? '' : 's'} found, ${needed} needed`
  const fix = unfit
    ? `associate IPv6 CIDRs with ${several} tagged ${roleTag[scheme]}=1, or write ip-address-type: ipv4`
    : `tag ${missing} ${ofOthers ? `kubernetes.io/cluster/${clusterName}=shared` : `${roleTag[scheme]}=1`}`
  return { message: `${head}: ${found}`, fix }
}

const legacyNotice = (ids: readonly string[], { by }: Found, scheme: Scheme): readonly SubnetProblem[] =>
  by !== 'legacy-role'
    ? []
    : [
        {
          code: 'LegacySubnetTag',
          kind: 'notice',
          needs: 'aws',
          message: `${ids.length} found by the old tag ${legacyRoleTag}`,
          fix: `tag them ${roleTag[scheme]}=1`,
        },
      ]

const countOfRest = (rest: number): readonly string[] => (rest > 0 ? [`and ${rest} more`] : [])
