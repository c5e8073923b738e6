import * as fc from 'fast-check'
import t from 'tap'
import { causeField, causeMessage } from '../../../../shared/findings/text.ts'
import type { Subnet } from '../../../../shared/ingress/facts.ts'
import { discoverSubnets, type SubnetSearch } from '../../../../shared/ingress/subnets/discovery.ts'
import { onSubnets, subnet } from './build.ts'

const search = {
  scheme: 'internet-facing',
  vpcId: 'vpc-0a1b',
  clusterName: 'demo',
  clusterTagCheck: true,
  singleSubnet: false,
  dualStack: false,
  byReachability: false,
  routes: { is: 'unknown', why: 'not asked' },
} as const

const discover = (subnets: readonly Subnet[], rest: Partial<SubnetSearch> = {}) => {
  const found = discoverSubnets({ ...search, subnets, ...rest })
  switch (found.is) {
    case 'chosen':
      return { ...found, findings: found.notices.map(onSubnets) }
    case 'none':
      return { ids: undefined, verdicts: found.problem.details, findings: [onSubnets(found.problem)] }
    case 'unknown':
      return { ids: undefined, verdicts: [], findings: [], why: found.why }
    default:
      return found satisfies never
  }
}

const elb = { 'kubernetes.io/role/elb': '1' }
const ours = { ...elb, 'kubernetes.io/cluster/demo': 'shared' }
const stage = { ...elb, 'kubernetes.io/cluster/stage': 'owned' }

void t.test('a failing discovery is told with a verdict on each subnet, as the walkthrough shows it', async (t) => {
  const { ids, findings } = discover([
    subnet('subnet-04', '1d', { tags: stage }),
    subnet('subnet-03', '1c', { freeAddresses: 3 }),
    subnet('subnet-02', '1a'),
    subnet('subnet-01', '1a'),
  ])
  t.equal(ids, undefined)
  t.same(
    findings.map((finding) => `${causeField(finding)}: ${causeMessage(finding)}`),
    [
      `metadata.annotations[alb.ingress.kubernetes.io/subnets]: Required value: no usable subnets for an internet-facing load balancer in vpc-0a1b: 1 zone found, 2 needed; tag a subnet of another zone kubernetes.io/role/elb=1 [SubnetsNotFound]
  subnet-01 ap-northeast-1a  chosen (role tag kubernetes.io/role/elb)
  subnet-02 ap-northeast-1a  not chosen: subnet-01 in the same zone has the smaller id
  subnet-03 ap-northeast-1c  rejected: 3 free addresses, 8 needed
  subnet-04 ap-northeast-1d  rejected: tagged for cluster "stage" only`,
    ],
  )
})

const verdicts: readonly {
  readonly name: string
  readonly subnets: readonly Subnet[]
  readonly want: readonly string[]
}[] = [
  {
    name: 'one subnet per zone',
    subnets: [subnet('subnet-2', '1c'), subnet('subnet-1', '1a')],
    want: ['subnet-1', 'subnet-2'],
  },
  {
    name: 'an empty role tag',
    subnets: [subnet('subnet-1', '1a', { tags: { 'kubernetes.io/role/elb': '' } }), subnet('subnet-2', '1c')],
    want: ['subnet-1', 'subnet-2'],
  },
  {
    name: 'one subnet per zone, without those of which some tag of clusters is not ours',
    subnets: [
      subnet('subnet-1', '1a', { tags: { ...elb, 'kubernetes.io/cluster-name': 'demo' } }),
      subnet('subnet-2', '1a'),
      subnet('subnet-3', '1c', { tags: { ...stage, ...ours } }),
    ],
    want: ['subnet-2', 'subnet-3'],
  },
  {
    name: 'of one zone the subnet that is tagged for the cluster',
    subnets: [subnet('subnet-1', '1a'), subnet('subnet-2', '1a', { tags: ours }), subnet('subnet-3', '1c')],
    want: ['subnet-2', 'subnet-3'],
  },
  {
    name: 'a subnet that is tagged for us and for others',
    subnets: [subnet('subnet-1', '1a', { tags: { ...ours, ...stage } }), subnet('subnet-2', '1c')],
    want: ['subnet-1', 'subnet-2'],
  },
  {
    name: 'one subnet of a Local Zone',
    subnets: [subnet('subnet-1', '1a', { zoneType: 'local-zone' })],
    want: ['subnet-1'],
  },
]
for (const { name, subnets, want } of verdicts) {
  void t.test(`discovery takes ${name}`, async (t) => {
    const { ids, findings } = discover(subnets)
    t.same(ids, want)
    t.same(findings, [])
  })
}

const rejected: readonly { readonly subnet: Subnet; readonly want: string; readonly fix?: string }[] = [
  { subnet: subnet('subnet-1', '1a', { tags: {} }), want: 'not considered: no tag kubernetes.io/role/elb' },
  {
    subnet: subnet('subnet-1', '1a', { tags: { 'kubernetes.io/role/elb': '0' } }),
    want: 'not considered: tag kubernetes.io/role/elb has the value "0"',
  },
  { subnet: subnet('subnet-1', '1a', { freeAddresses: 1 }), want: 'rejected: 1 free address, 8 needed' },
  { subnet: subnet('subnet-1', '1a', { cidr: '', hasIpv6: true }), want: 'rejected: IPv6 only' },
  {
    subnet: subnet('subnet-1', '1a', { tags: { ...stage, 'kubernetes.io/cluster/dev': '' } }),
    want: 'rejected: tagged for clusters "dev", "stage" only',
    fix: 'tag subnets of 2 zones kubernetes.io/cluster/demo=shared',
  },
]
for (const { subnet: one, want, fix = 'tag subnets of 2 zones kubernetes.io/role/elb=1' } of rejected) {
  void t.test(`a subnet is left out and told so: ${want}`, async (t) => {
    const { ids, verdicts, findings } = discover([one])
    t.equal(ids, undefined)
    t.same(verdicts, [`subnet-1 ap-northeast-1a  ${want}`])
    t.match(findings, [
      {
        code: 'SubnetsNotFound',
        needs: 'aws',
        message: 'no usable subnets for an internet-facing load balancer in vpc-0a1b: 0 zones found, 2 needed',
        fix,
      },
    ])
  })
}

void t.test('a subnet that lost to one with the cluster tag says so', async (t) => {
  const { verdicts } = discover([subnet('subnet-1', '1a'), subnet('subnet-2', '1a', { tags: ours })])
  t.same(verdicts, [
    'subnet-1 ap-northeast-1a  not chosen: subnet-2 in the same zone is tagged for cluster "demo"',
    'subnet-2 ap-northeast-1a  chosen (role tag kubernetes.io/role/elb)',
  ])
})

void t.test('the cluster tag is not asked when the flag says so', async (t) => {
  const { ids } = discover([subnet('subnet-1', '1a', { tags: stage }), subnet('subnet-2', '1c')], {
    clusterTagCheck: false,
  })
  t.same(ids, ['subnet-1', 'subnet-2'])
})

void t.test('an internal load balancer takes the other role tag', async (t) => {
  const tags = { 'kubernetes.io/role/internal-elb': '1' }
  const subnets = [subnet('subnet-1', '1a', { tags }), subnet('subnet-2', '1c', { tags }), subnet('subnet-3', '1d')]
  t.same(discover(subnets, { scheme: 'internal' }).ids, ['subnet-1', 'subnet-2'])
})

void t.test('subnets of different kinds of zones are not mixed', async (t) => {
  const subnets = [subnet('subnet-1', '1a'), subnet('subnet-2', '1x', { zoneType: 'local-zone' })]
  t.match(discover(subnets).findings, [
    {
      message:
        'no usable subnets for an internet-facing load balancer in vpc-0a1b: subnet-1 is of kind availability-zone, subnet-2 of kind local-zone',
      fix: 'remove the tag kubernetes.io/role/elb from the subnets of one kind',
    },
  ])
})

void t.test('the verdict has at most twenty lines and a count', async (t) => {
  const subnets = Array.from({ length: 25 }, (_, index) => subnet(`subnet-${index + 10}`, '1a'))
  const { verdicts } = discover(subnets)
  t.equal(verdicts?.length, 21)
  t.equal(verdicts?.at(-1), 'and 5 more')
})

void t.test('the order of the subnets does not matter, and each is told once', async () => {
  const one = fc.record({
    id: fc.integer({ min: 1, max: 99 }).map((n) => `subnet-${n}`),
    zone: fc.constantFrom('1a', '1c', '1d'),
    tags: fc.constantFrom(elb, ours, stage, {}),
    freeAddresses: fc.constantFrom(3, 100),
  })
  const subnets = fc
    .uniqueArray(one, { selector: ({ id }) => id, maxLength: 12 })
    .map((list) => list.map(({ id, zone, ...rest }) => subnet(id, zone, rest)))
  fc.assert(
    fc.property(subnets, (list) => {
      const choice = discover(list)
      const again = discover(list.toReversed())
      const zones = (choice.ids ?? []).map((id) => list.find((one) => one.id === id)?.availabilityZone)
      return (
        JSON.stringify(choice) === JSON.stringify(again) &&
        choice.verdicts?.length === list.length &&
        new Set(zones).size === zones.length &&
        (choice.ids === undefined) === choice.findings.length > 0
      )
    }),
  )
})

const routes = (mainIsPublic: boolean, subnets: Readonly<Record<string, boolean>> = {}): SubnetSearch['routes'] => ({
  is: 'present',
  value: { mainIsPublic, subnets },
})

void t.test('a subnet without the role tag is told with its way to the internet where that does not fit', async (t) => {
  const subnets = [
    subnet('subnet-1', '1a'),
    subnet('subnet-2', '1c', { tags: {} }),
    subnet('subnet-3', '1d', { tags: {} }),
  ]
  t.same(discover(subnets, { routes: routes(false, { 'subnet-3': true }) }).verdicts, [
    'subnet-1 ap-northeast-1a  chosen (role tag kubernetes.io/role/elb)',
    'subnet-2 ap-northeast-1c  not considered: no tag kubernetes.io/role/elb (private: no route to an internet gateway)',
    'subnet-3 ap-northeast-1d  not considered: no tag kubernetes.io/role/elb',
  ])
})

const untagged = ['1a', '1c', '1d'].map((zone, index) => subnet(`subnet-${index + 1}`, zone, { tags: {} }))

void t.test('where no subnet has the role tag, the route tables decide', async (t) => {
  const search = { byReachability: true, routes: routes(false, { 'subnet-1': true, 'subnet-3': true }) }
  const open = discover(untagged, search)
  t.same(open.ids, ['subnet-1', 'subnet-3'])
  t.same(open.verdicts, [
    'subnet-1 ap-northeast-1a  chosen (public: a route to an internet gateway)',
    'subnet-2 ap-northeast-1c  not considered: private: no route to an internet gateway',
    'subnet-3 ap-northeast-1d  chosen (public: a route to an internet gateway)',
  ])
  const closed = discover(untagged, { ...search, scheme: 'internal', singleSubnet: true })
  t.same(closed.ids, ['subnet-2'])
})

void t.test('a tagged subnet that is rejected does not lead to the route tables', async (t) => {
  const subnets = [subnet('subnet-0', '1a', { freeAddresses: 1 }), ...untagged]
  t.equal(discover(subnets, { byReachability: true, routes: routes(true) }).ids, undefined)
})

void t.test('subnets with the old role tag go before all others, as far as their route tables fit', async (t) => {
  const tags = { 'kubernetes.io/role/alb-ingress': '' }
  const old = ['1a', '1c', '1d'].map((zone, index) => subnet(`subnet-0${index + 1}`, zone, { tags }))
  const search = { byReachability: true, routes: routes(true, { 'subnet-03': false }) }
  const { ids, findings } = discover([...old, ...untagged], search)
  t.same(ids, ['subnet-01', 'subnet-02'])
  t.match(findings, [
    {
      code: 'LegacySubnetTag',
      kind: 'notice',
      message: '2 found by the old tag kubernetes.io/role/alb-ingress',
      fix: 'tag them kubernetes.io/role/elb=1',
    },
  ])
  t.same(discover([...old, ...untagged, subnet('subnet-9', '1a'), subnet('subnet-8', '1c')], search).ids, [
    'subnet-8',
    'subnet-9',
  ])
})

void t.test('route tables that are needed and not known leave the choice unknown', async (t) => {
  t.match(discover(untagged, { byReachability: true }), { ids: undefined, why: 'not asked' })
})

void t.test('a dual stack load balancer takes subnets with an IPv6 block, with or without IPv4', async (t) => {
  const subnets = [
    subnet('subnet-1', '1a', { hasIpv6: true }),
    subnet('subnet-2', '1c'),
    subnet('subnet-3', '1d', { hasIpv6: true, cidr: '' }),
  ]
  t.same(discover(subnets, { dualStack: true }).ids, ['subnet-1', 'subnet-3'])
  const { verdicts, findings } = discover(subnets.slice(0, 2), { dualStack: true })
  t.same(verdicts?.[1], 'subnet-2 ap-northeast-1c  rejected: no IPv6 CIDR, and the load balancer is dual stack')
  t.match(findings, [
    {
      fix: 'associate IPv6 CIDRs with subnets of 2 zones tagged kubernetes.io/role/elb=1, or write ip-address-type: ipv4',
    },
  ])
})
