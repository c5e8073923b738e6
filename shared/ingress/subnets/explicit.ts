import { quote } from '../../text/quote.ts'
import type { Fact, Subnet } from '../facts.ts'
import { freeAddresses, neededAddresses, otherClusters } from './eligibility.ts'
import type { SubnetProblem } from './problem.ts'

export interface ExplicitSubnets {
  /** The ids as somebody wrote them. */
  readonly ids: readonly string[]
  /** What is known of one id. */
  readonly subnet: (id: string) => Fact<Subnet>
  readonly vpcId: string
  readonly clusterName: string
}

/** Judges the subnet ids that somebody wrote; they stand where no problem is a fault and none is unchecked. */
export const judgeExplicitSubnets = (wish: ExplicitSubnets): { readonly problems: readonly SubnetProblem[] } => {
  const written = writtenFaults(wish)
  if (written.length > 0) return { problems: written }
  const facts = wish.ids.map((id) => ({ id, fact: wish.subnet(id) }))
  const known = facts.flatMap(({ fact }) => (fact.is === 'present' ? [fact.value] : []))
  return {
    problems: [
      ...facts.flatMap(({ id, fact }) => notThere(id, fact)),
      ...known.flatMap((subnet) => otherVpc(subnet, wish)),
      ...pairFaults(known),
      ...known.flatMap((subnet) => notices(subnet, wish)),
    ],
  }
}

/** What is wrong with the ids as they are written. */
const writtenFaults = ({ ids, subnet }: ExplicitSubnets): readonly SubnetProblem[] => {
  const malformed = [...new Set(ids)].filter((id) => !/^subnet-[0-9a-f]+$/.test(id))
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index))
  const faults = [
    ...malformed.map((id) =>
      objectFault(id, {
        code: 'SubnetIdMalformed',
        message: 'a subnet id is subnet- and hex digits in lower case',
        fix: `write an id that 'aws ec2 describe-subnets' shows`,
      }),
    ),
    ...Array.from(twice, (id) =>
      objectFault(id, { code: 'SubnetTwice', message: 'the subnet is listed twice', fix: 'write it once' }),
    ),
  ]
  const [only, second] = ids
  if (faults.length > 0 || only === undefined || second !== undefined) return faults
  const fact = subnet(only)
  if (fact.is === 'present' && fact.value.zoneType !== 'availability-zone') return []
  return [
    objectFault(only, {
      code: 'SubnetsTooFew',
      message: '1 subnet, but a load balancer needs 2 Availability Zones',
      fix: 'add a subnet of another zone, or remove the key to have subnets found by tag',
    }),
  ]
}

type Said = Pick<SubnetProblem, 'code' | 'message' | 'fix'>

const objectFault = (id: string, said: Said): SubnetProblem => ({
  kind: 'fault',
  needs: 'object',
  value: quote(id),
  ...said,
})

const awsFault = (id: string, said: Said): SubnetProblem => ({ kind: 'fault', needs: 'aws', value: quote(id), ...said })

const notThere = (id: string, fact: Fact<Subnet>): readonly SubnetProblem[] => {
  switch (fact.is) {
    case 'present':
      return []
    case 'absent':
      return [
        awsFault(id, {
          code: 'SubnetNotFound',
          message: 'no such subnet in this account and region',
          fix: `write an id that 'aws ec2 describe-subnets' shows`,
        }),
      ]
    case 'unknown':
      return [
        {
          code: 'NotChecked',
          kind: 'unchecked',
          needs: 'aws',
          value: quote(id),
          message: `not checked: ${fact.why}`,
          warning: `subnets: ${id} not checked: ${fact.why}; the controller checks it again`,
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

/** One subnet per zone, and zones of one kind. Each subnet is held against the first one that it does not go with. */
const pairFaults = (subnets: readonly Subnet[]): readonly SubnetProblem[] =>
  subnets.flatMap((subnet, index) => {
    const earlier = subnets.slice(0, index)
    const sameZone = earlier.find((other) => other.availabilityZone === subnet.availabilityZone)
    if (sameZone !== undefined)
      return [
        awsFault(subnet.id, {
          code: 'SubnetsSameZone',
          message: `is in ${subnet.availabilityZone} as ${sameZone.id} is, and a load balancer takes one subnet per zone`,
          fix: `remove ${subnet.id} or ${sameZone.id}`,
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

const notices = (subnet: Subnet, { clusterName }: ExplicitSubnets): readonly SubnetProblem[] => {
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
  return [
    ...(subnet.freeAddresses < neededAddresses
      ? [notice('SubnetFewAddresses', `has ${freeAddresses(subnet)}, a load balancer needs ${neededAddresses}`)]
      : []),
    ...(prefixLength > 27 ? [notice('SubnetSmall', `is a /${prefixLength}; AWS advises /27 or larger`)] : []),
    ...(others === undefined ? [] : [notice('SubnetOtherCluster', `is tagged for ${others} only`)]),
  ]
}
