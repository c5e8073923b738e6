import type { Scheme } from '../../model/model.ts'
import type { Subnet } from '../facts.ts'
import { freeAddresses, isTaggedFor, neededAddresses, otherClusters } from './eligibility.ts'
import type { SubnetProblem } from './problem.ts'

/** What a load balancer needs, and where to look. */
export interface SubnetSearch {
  /** All subnets of the cluster's VPC. */
  readonly subnets: readonly Subnet[]
  readonly scheme: Scheme
  readonly vpcId: string
  readonly clusterName: string
  /** Whether a subnet that is tagged for other clusters only is left out (`--subnets-cluster-tag-check`). */
  readonly clusterTagCheck: boolean
}

/** The chosen ids, sorted, or the fault of a search without result. `verdicts` has one line for each subnet. */
export type Discovery =
  | { readonly ok: true; readonly ids: readonly string[]; readonly verdicts: readonly string[] }
  | { readonly ok: false; readonly problem: SubnetProblem }

/** The tag that makes a subnet a candidate for load balancers of a scheme; its value is empty or `1`. */
export const roleTag = {
  'internet-facing': 'kubernetes.io/role/elb',
  internal: 'kubernetes.io/role/internal-elb',
} as const

const neededZones = 2
const maximumLines = 20

/** Chooses subnets by role tag, with a verdict on each. */
export const discoverSubnets = (search: SubnetSearch): Discovery => {
  const subnets = search.subnets.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const reasons = new Map(subnets.map((subnet) => [subnet.id, refusal(subnet, search)]))
  const usable = subnets.filter(({ id }) => reasons.get(id) === undefined)
  const chosen = onePerZone(usable, search)
  const lines = subnets.map((subnet) => {
    const best = chosen.find(({ availabilityZone }) => availabilityZone === subnet.availabilityZone)
    const verdict = reasons.get(subnet.id) ?? (best === undefined ? '' : chosenOrNot(subnet, best, search))
    return `${subnet.id} ${subnet.availabilityZone}  ${verdict}`
  })
  const verdicts = [...lines.slice(0, maximumLines), ...countOfRest(lines.length - maximumLines)]
  const wrong = wrongWithChoice(chosen, search)
  if (wrong === undefined) return { ok: true, ids: chosen.map(({ id }) => id).toSorted(), verdicts }
  return { ok: false, problem: { code: 'SubnetsNotFound', kind: 'fault', needs: 'aws', ...wrong, details: verdicts } }
}

/** Why a subnet is no candidate, or is rejected. The checks stand in the order in which they are told. */
const refusal = (subnet: Subnet, { scheme, clusterName, clusterTagCheck }: SubnetSearch): string | undefined => {
  const tag = roleTag[scheme]
  const role = subnet.tags[tag]
  if (role === undefined) return `not considered: no tag ${tag}`
  if (role !== '' && role !== '1') return `not considered: tag ${tag} has the value ${JSON.stringify(role)}`
  const others = otherClusters(subnet, clusterName)
  if (clusterTagCheck && others !== undefined) return `rejected: tagged for ${others} only`
  if (subnet.freeAddresses < neededAddresses) return `rejected: ${freeAddresses(subnet)}, ${neededAddresses} needed`
  if (subnet.cidr === '') return 'rejected: IPv6 only'
  return undefined
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

const chosenOrNot = (subnet: Subnet, best: Subnet, { scheme, clusterName }: SubnetSearch): string => {
  if (subnet === best) return `chosen (role tag ${roleTag[scheme]})`
  const byTag = isTaggedFor(best, clusterName) && !isTaggedFor(subnet, clusterName)
  const why = byTag ? `is tagged for cluster ${JSON.stringify(clusterName)}` : 'has the smaller id'
  return `not chosen: ${best.id} in the same zone ${why}`
}

const wrongWithChoice = (
  chosen: readonly Subnet[],
  { scheme, vpcId }: SubnetSearch,
): Pick<SubnetProblem, 'message' | 'fix'> | undefined => {
  const head = `no usable subnets for an ${scheme} load balancer in ${vpcId}`
  const [first, ...others] = chosen
  const other = others.find(({ zoneType }) => zoneType !== first?.zoneType)
  if (first !== undefined && other !== undefined) {
    const message = `${head}: ${first.id} is of kind ${first.zoneType}, ${other.id} of kind ${other.zoneType}`
    return { message, fix: `remove the tag ${roleTag[scheme]} from the subnets of one kind` }
  }
  const needed = first === undefined || first.zoneType === 'availability-zone' ? neededZones : 1
  if (chosen.length >= needed) return undefined
  const missing = first === undefined ? `subnets of ${needed} zones` : 'a subnet of another zone'
  const found = `${chosen.length} zone${chosen.length === 1 ? '' : 's'} found, ${needed} needed`
  return { message: `${head}: ${found}`, fix: `tag ${missing} ${roleTag[scheme]}=1` }
}

const countOfRest = (rest: number): readonly string[] => (rest > 0 ? [`and ${rest} more`] : [])
