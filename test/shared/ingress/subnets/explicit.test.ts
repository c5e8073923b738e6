import t from 'tap'
import { causeMessage, warningText } from '../../../../shared/findings/text.ts'
import type { Fact, Subnet } from '../../../../shared/ingress/facts.ts'
import { type ExplicitSubnets, judgeExplicitSubnets } from '../../../../shared/ingress/subnets/explicit.ts'
import { known, onSubnets, subnet } from './build.ts'

const judge = (
  entries: readonly string[],
  byId: (id: string) => Fact<Subnet>,
  changes: Partial<ExplicitSubnets> = {},
) =>
  judgeExplicitSubnets({
    entries,
    byId,
    ofVpc: { is: 'unknown', why: 'not asked' },
    scheme: 'internal',
    dualStack: false,
    routes: { is: 'present', value: { mainIsPublic: false, subnets: {} } },
    internetGateways: { is: 'present', value: ['igw-1'] },
    vpcId: 'vpc-0a1b',
    clusterName: 'demo',
    singleSubnet: false,
    ...changes,
  }).problems.map(onSubnets)

const a = subnet('subnet-0a', '1a')
const c = subnet('subnet-0c', '1c')

void t.test('subnets of two zones stand', async (t) => {
  t.same(judge(['subnet-0c', 'subnet-0a'], known([a, c])), [])
})

const refusals: readonly {
  readonly name: string
  readonly ids: readonly string[]
  readonly subnets: readonly Subnet[]
  readonly want: readonly string[]
}[] = [
  {
    name: 'one subnet',
    ids: ['subnet-0a1b2c3d'],
    subnets: [],
    want: [
      'Invalid value: "subnet-0a1b2c3d": 1 subnet, but a load balancer needs 2 Availability Zones; add a subnet of another zone, or remove the key to have subnets found by tag [SubnetsTooFew]',
    ],
  },
  {
    name: 'a malformed id',
    ids: ['subnet-0A', 'subnet-0c'],
    subnets: [c],
    want: [
      `Invalid value: "subnet-0A": a subnet id is subnet- and hex digits in lower case; write an id that 'aws ec2 describe-subnets' shows [SubnetIdMalformed]`,
    ],
  },
  {
    name: 'a subnet twice',
    ids: ['subnet-0a', 'subnet-0c', 'subnet-0a'],
    subnets: [a, c],
    want: ['Duplicate value: "subnet-0a": the subnet is listed twice; write it once [SubnetTwice]'],
  },
  {
    name: 'a subnet that does not exist',
    ids: ['subnet-0a', 'subnet-0f'],
    subnets: [a],
    want: [
      `Not found: "subnet-0f": no such subnet in this account and region; write an id that 'aws ec2 describe-subnets' shows [SubnetNotFound]`,
    ],
  },
  {
    name: 'a subnet of another VPC',
    ids: ['subnet-0a', 'subnet-0c'],
    subnets: [a, subnet('subnet-0c', '1c', { vpcId: 'vpc-0f' })],
    want: [
      'Invalid value: "subnet-0c": lies in vpc-0f, the cluster in vpc-0a1b; write a subnet of vpc-0a1b [SubnetOtherVpc]',
    ],
  },
  {
    name: 'two subnets of one zone',
    ids: ['subnet-0a', 'subnet-0b', 'subnet-0c'],
    subnets: [a, subnet('subnet-0b', '1a'), c],
    want: [
      'Invalid value: "subnet-0b": is in ap-northeast-1a as subnet-0a is, and a load balancer takes one subnet per zone; remove subnet-0b or subnet-0a [SubnetsSameZone]',
    ],
  },
  {
    name: 'two subnets, both of one zone',
    ids: ['subnet-0a', 'subnet-0b'],
    subnets: [a, subnet('subnet-0b', '1a')],
    want: [
      'Invalid value: "subnet-0b": is in ap-northeast-1a as subnet-0a is, and a load balancer takes one subnet per zone; write a subnet of another zone in its place [SubnetsSameZone]',
    ],
  },
  {
    name: 'one subnet written twice',
    ids: ['subnet-0a', 'subnet-0a'],
    subnets: [a],
    want: [
      'Duplicate value: "subnet-0a": the subnet is listed twice; write a subnet of another zone in its place [SubnetTwice]',
    ],
  },
  {
    name: 'subnets of different kinds of zones',
    ids: ['subnet-0a', 'subnet-0c'],
    subnets: [a, subnet('subnet-0c', '1x', { zoneType: 'local-zone' })],
    want: [
      'Invalid value: "subnet-0c": is of kind local-zone, subnet-0a of kind availability-zone; write subnets of kind availability-zone only [SubnetsMixedLocales]',
    ],
  },
]
for (const { name, ids, subnets, want } of refusals) {
  void t.test(`${name} is refused`, async (t) => {
    const findings = judge(ids, known(subnets))
    t.same(findings.map(causeMessage), want)
    t.ok(findings.every(({ kind }) => kind === 'fault'))
  })
}

void t.test('one subnet of a Local Zone is enough', async (t) => {
  const local = subnet('subnet-0a', '1x', { zoneType: 'local-zone' })
  t.same(judge(['subnet-0a'], known([local])), [])
})

void t.test('an unknown subnet is told', async (t) => {
  const findings = judge(['subnet-0a', 'subnet-0c'], (id) =>
    id === 'subnet-0a' ? { is: 'present', value: a } : { is: 'unknown', why: 'EC2 gave no answer in 1.5 s' },
  )
  t.match(findings, [{ kind: 'unchecked', code: 'NotChecked', needs: 'aws' }])
  t.same(findings.map(warningText), [
    'subnets: subnet-0c not checked: EC2 gave no answer in 1.5 s; the controller checks it again',
  ])
})

void t.test('a subnet that is nearly full, small, or of another cluster stands with a warning', async (t) => {
  const tags = { 'kubernetes.io/cluster/stage': 'owned' }
  const poor = subnet('subnet-0c', '1c', { freeAddresses: 1, cidr: '10.0.0.0/28', tags })
  const findings = judge(['subnet-0a', 'subnet-0c'], known([a, poor]))
  t.ok(findings.every(({ kind }) => kind === 'notice'))
  t.same(findings.map(warningText), [
    'subnets: subnet-0c has 1 free address, a load balancer needs 8',
    'subnets: subnet-0c is a /28; AWS advises /27 or larger',
    'subnets: subnet-0c is tagged for cluster "stage" only',
  ])
})

const named = (id: string, zone: string, Name: string) => subnet(id, zone, { tags: { Name } })

const byName = (entries: readonly string[], subnets: readonly Subnet[]) =>
  judge(entries, known(subnets), { ofVpc: { is: 'present', value: subnets } }).map(causeMessage)

void t.test('subnets by Name stand, each of one Name by ascending id', async (t) => {
  const subnets = [
    named('subnet-0c', '1c', 'public'),
    named('subnet-0a', '1a', 'public'),
    named('subnet-0d', '1d', 'x'),
  ]
  t.same(byName(['public', 'public'], subnets), [])
  t.same(byName(['public', 'subnet-0d'], subnets), [])
  t.same(byName(['public', 'subnet-0a'], subnets), [
    'Duplicate value: "subnet-0a": the subnet is meant twice; write a subnet of another zone in its place [SubnetTwice]',
  ])
  t.same(byName(['public', 'subnet-0a', 'x'], subnets), [
    'Duplicate value: "subnet-0a": the subnet is meant twice; write it once [SubnetTwice]',
  ])
})

void t.test('a Name that finds nothing is told once, with what may have been meant', async (t) => {
  const subnets = [named('subnet-0a', '1a', 'public-a'), named('subnet-0c', '1c', 'public-c')]
  t.same(byName(['public-a', 'publik-c'], subnets), [
    'Not found: "publik-c": no subnet of vpc-0a1b has this tag Name; did you mean "public-c"? [SubnetNotFound]',
  ])
  t.same(byName(['public-a', 'public-a', 'public-a'], subnets), [
    'Not found: "public-a": is asked 3 times, and 1 subnet bears this tag Name; name other subnets beside it [SubnetNotFound]',
  ])
})

void t.test('subnets whose route tables do not fit the scheme stand with a warning', async (t) => {
  const routes = { is: 'present', value: { mainIsPublic: true, subnets: { 'subnet-0c': false } } } as const
  const findings = (scheme: 'internal' | 'internet-facing') =>
    judge(['subnet-0a', 'subnet-0c'], known([a, c]), { scheme, routes }).map(warningText)
  t.same(findings('internet-facing'), [
    'subnets: subnet-0c has no route to an internet gateway, the load balancer is internet-facing',
  ])
  t.same(findings('internal'), ['subnets: subnet-0a has a route to an internet gateway, the load balancer is internal'])
})

void t.test('an internet-facing load balancer needs an internet gateway', async (t) => {
  const internetGateways = { is: 'present', value: [] } as const
  const ids = ['subnet-0a', 'subnet-0c']
  t.same(judge(ids, known([a, c]), { internetGateways }), [], 'an internal one does not')
  t.same(
    judge(ids, known([a, c]), { scheme: 'internet-facing', internetGateways }).map(causeMessage)[0],
    'Invalid value: "internet-facing": vpc-0a1b has no internet gateway, which an internet-facing load balancer needs; attach an internet gateway to the VPC, or write scheme: internal [InternetGatewayMissing]',
  )
})
