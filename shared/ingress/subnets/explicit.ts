import { quote } from '../../text/quote.ts'
import type { Scheme } from '../../model/model.ts'
import type { Fact, Subnet, VpcRoutes } from '../facts.ts'
import { freeAddresses, isPublic, neededAddresses, otherClusters } from './eligibility.ts'
import { isMalformed, isSubnetId, lookUpEntries, notNamed, type SubnetEntry, type SubnetLookUp } from './entries.ts'
import { gatewayProblems } from './gateways.ts'
import type { SubnetProblem } from './problem.ts'

export interface ExplicitSubnets extends SubnetLookUp {
  /** Ids, and values of the tag Name, as somebody wrote them. */
  readonly entries: readonly string[]
  /** Undefined while it is at fault itself. */
  readonly scheme: Scheme | undefined
  /** Whether the load balancer has IPv6 addresses too. */
  readonly dualStack: boolean
  readonly routes: Fact<VpcRoutes>
  /** Ids of the internet gateways that are attached to the VPC. */
  readonly internetGateways: Fact<readonly string[]>
  readonly vpcId: string
  readonly clusterName: string
  /** Whether one subnet is enough (`--alb-single-subnet`). */
  readonly singleSubnet: boolean
}

/** Judges the subnets that somebody wrote; they stand where no problem is a fault and none is unchecked. */
export const judgeExplicitSubnets = (wish: ExplicitSubnets): { readonly problems: readonly SubnetProblem[] } => {
  const isRepeated = (entry: string, index: number): boolean =>
    isSubnetId(entry) && wish.entries.indexOf(entry) !== index
  const entries = wish.entries.filter((entry, index) => !isMalformed(entry) && !isRepeated(entry, index))
  const found = lookUpEntries(entries, wish)
  const written = writtenFaults(wish)
  const single = written.length > 0 ? [] : tooFew(wish, found)
  if (single.length > 0) return { problems: single }
  const known = found.flatMap(({ subnet }) => (subnet.is === 'present' ? [subnet.value] : []))
  return {
    problems: [
      ...written,
      ...distinctProblems(found.flatMap(({ entry, subnet }) => notThere(entry, subnet, wish))),
      ...known.flatMap((subnet) => otherVpc(subnet, wish)),
      ...pairFaults(known, wish),
      ...(wish.dualStack ? known.flatMap(withoutIpv6) : []),
      ...wayFaults(wish),
      ...known.flatMap((subnet) => notices(subnet, wish)),
    ],
  }
}

/** What is wrong with the entries as they are written. */
const writtenFaults = ({ entries, singleSubnet }: ExplicitSubnets): readonly SubnetProblem[] => {
  const ids = entries.filter(isSubnetId)
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index))
  return [
    ...[...new Set(ids)].filter(isMalformed).map((id) =>
      objectFault(id, {
        code: 'SubnetIdMalformed',
        message: 'a subnet id is subnet- and hex digits in lower case',
        fix: `write an id that 'aws ec2 describe-subnets' shows`,
      }),
    ),
    ...Array.from(twice, (id) =>
      objectFault(id, {
        code: 'SubnetTwice',
        message: 'the subnet is listed twice',
        fix: singleSubnet || new Set(entries).size > 1 ? 'write it once' : anotherZone,
      }),
    ),
  ]
}

const tooFew = (
  { singleSubnet }: ExplicitSubnets,
  [only, second]: readonly SubnetEntry[],
): readonly SubnetProblem[] => {
  if (only === undefined || second !== undefined || singleSubnet) return []
  if (only.subnet.is === 'present' && only.subnet.value.zoneType !== 'availability-zone') return []
  return [
    objectFault(only.entry, {
      code: 'SubnetsTooFew',
      message: '1 subnet, but a load balancer needs 2 Availability Zones',
      fix: 'add a subnet of another zone, or remove the key to have subnets found by tag',
    }),
  ]
}

/** A Name that is asked too often is told once. */
const distinctProblems = (problems: readonly SubnetProblem[]): readonly SubnetProblem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
]

type Said = Pick<SubnetProblem, 'code' | 'message' | 'fix'>

const objectFault = (id: string, said: Said): SubnetProblem => ({
  kind: 'fault',
  needs: 'object',
  value: quote(id),
  ...said,
})

const awsFault = (id: string, said: Said): SubnetProblem => ({ kind: 'fault', needs: 'aws', value: quote(id), ...said })

const notThere = (entry: string, fact: Fact<Subnet>, wish: ExplicitSubnets): readonly SubnetProblem[] => {
  switch (fact.is) {
    case 'present':
      return []
    case 'absent':
      return [
        awsFault(entry, {
          code: 'SubnetNotFound',
          ...(isSubnetId(entry)
            ? {
                message: 'no such subnet in this account and region',
                fix: `write an id that 'aws ec2 describe-subnets' shows`,
              }
            : notNamed(entry, wish.entries.filter((other) => other === entry).length, wish, wish.vpcId)),
        }),
      ]
    case 'unknown':
      return [
        {
          code: 'NotChecked',
          kind: 'unchecked',
          needs: 'aws',
          value: quote(entry),
          message: `not checked: ${fact.why}`,
          warning: `subnets: ${entry} not checked: ${fact.why}; the controller checks it again`,
        },
      ]
    default:
      return fact satisfies never
  }
}

const otherVpc = ({ id, vpcId }: Subnet, wish: ExplicitSubnets): readonly SubnetProblem[] =>
  vpcId === wish.vpcId
    ? []
    : [
        awsFault(id, {
          code: 'SubnetOtherVpc',
          message: `lies in ${vpcId}, the cluster in ${wish.vpcId}`,
          fix: `write a subnet of ${wish.vpcId}`,
        }),
      ]

/** What to do about a subnet that counts for nothing where the others are too few without it. */
const anotherZone = 'write a subnet of another zone in its place'

/** One subnet per zone, and zones of one kind. Each subnet is held against the first one that it does not go with. */
const pairFaults = (subnets: readonly Subnet[], { singleSubnet }: ExplicitSubnets): readonly SubnetProblem[] => {
  const isEnough = singleSubnet || new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size > 1
  return subnets.flatMap((subnet, index) => {
    const earlier = subnets.slice(0, index)
    const same = earlier.find((other) => other.id === subnet.id)
    if (same !== undefined)
      return [
        awsFault(subnet.id, {
          code: 'SubnetTwice',
          message: 'the subnet is meant twice',
          fix: isEnough ? 'write it once' : anotherZone,
        }),
      ]
    const sameZone = earlier.find((other) => other.availabilityZone === subnet.availabilityZone)
    if (sameZone !== undefined)
      return [
        awsFault(subnet.id, {
          code: 'SubnetsSameZone',
          message: `is in ${subnet.availabilityZone} as ${sameZone.id} is, and a load balancer takes one subnet per zone`,
          fix: isEnough ? `remove ${subnet.id} or ${sameZone.id}` : anotherZone,
        }),
      ]
    const first = earlier[0]
    if (first === undefined || first.zoneType === subnet.zoneType) return []
    return [
      awsFault(subnet.id, {
        code: 'SubnetsMixedLocales',
        message: `is of kind ${subnet.zoneType}, ${first.id} of kind ${first.zoneType}`,
        fix: `write subnets of kind ${first.zoneType} only`,
      }),
    ]
  })
}

/** A dual stack load balancer needs an IPv6 block in each of its subnets. */
export const withoutIpv6 = ({ id, hasIpv6 }: Subnet): readonly SubnetProblem[] =>
  hasIpv6
    ? []
    : [
        awsFault(id, {
          code: 'SubnetWithoutIpv6',
          message: `${id} has no IPv6 CIDR, and the load balancer is dual stack`,
          fix: 'associate an IPv6 CIDR with it, or write ip-address-type: ipv4',
        }),
      ]

/** An internet-facing load balancer needs a gateway of the VPC, whatever its subnets. */
const wayFaults = ({ scheme, internetGateways, vpcId }: ExplicitSubnets): readonly SubnetProblem[] =>
  scheme === 'internet-facing' ? gatewayProblems(internetGateways, vpcId) : []

const notices = (subnet: Subnet, { clusterName, scheme, routes, vpcId }: ExplicitSubnets): readonly SubnetProblem[] => {
  const { id, cidr } = subnet
  const notice = (code: SubnetProblem['code'], message: string): SubnetProblem => ({
    code,
    kind: 'notice',
    needs: 'aws',
    value: quote(id),
    message: `${id} ${message}`,
  })
  const prefixLength = Number(cidr.split('/')[1] ?? 0)
  const others = otherClusters(subnet, clusterName)
  const open = routes.is === 'present' && subnet.vpcId === vpcId ? isPublic(subnet, routes.value) : undefined
  return [
    ...(subnet.freeAddresses < neededAddresses
      ? [notice('SubnetFewAddresses', `has ${freeAddresses(subnet)}, a load balancer needs ${neededAddresses}`)]
      : []),
    ...(prefixLength > 27 ? [notice('SubnetSmall', `is a /${prefixLength}; AWS advises /27 or larger`)] : []),
    ...(others === undefined ? [] : [notice('SubnetOtherCluster', `is tagged for ${others} only`)]),
    ...(scheme === 'internet-facing' && open === false
      ? [notice('SubnetPrivate', 'has no route to an internet gateway, the load balancer is internet-facing')]
      : []),
    ...(scheme === 'internal' && open === true
      ? [notice('SubnetPublic', 'has a route to an internet gateway, the load balancer is internal')]
      : []),
  ]
}
