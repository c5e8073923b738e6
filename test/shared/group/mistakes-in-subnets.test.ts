import t from 'tap'
import { facts, ingress, subnet } from '../../builders.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { compareRows, type Row, told } from './told.ts'

const keys = (changes: Readonly<Record<string, string>>): Ingress => ingress({ keys: changes })

const zoneA = 'ap-northeast-1a'
const zoneC = 'ap-northeast-1c'
const inZone = (id: string, availabilityZone: string, changes: Partial<Parameters<typeof subnet>[0]> = {}) =>
  subnet({ id, availabilityZone, ...changes })
const named = (id: string, zone: string, name: string) => inZone(id, zone, { tags: { Name: name } })
const untagged = [inZone('subnet-0a', zoneA, { tags: {} }), inZone('subnet-0c', zoneC, { tags: {} })]
const allPublic = { mainIsPublic: true, subnets: {} }
const explicit = { subnets: 'subnet-0a,subnet-0c' }

const subnetRows: Readonly<Record<string, Row>> = {
  'SUB-01': {
    mistake: 'subnets that do not exist',
    ingress: keys({ subnets: 'subnet-dead,subnet-beef' }),
    absent: ['subnet-dead', 'subnet-beef'],
    told: ['deny SubnetNotFound subnets', 'deny SubnetNotFound subnets'],
  },
  'SUB-02': {
    mistake: 'a Name that no subnet bears',
    ingress: keys({ subnets: 'public-a,public-x' }),
    world: { subnets: [named('subnet-0a', zoneA, 'public-a'), named('subnet-0c', zoneC, 'public-c')] },
    told: ['deny SubnetNotFound subnets'],
  },
  'SUB-03': {
    mistake: 'a Name asked more times than subnets bear it',
    ingress: keys({ subnets: 'public,public' }),
    world: { subnets: [named('subnet-0a', zoneA, 'public'), named('subnet-0c', zoneC, 'other')] },
    told: ['deny SubnetNotFound subnets'],
  },
  'a subnet by id and by Name': {
    mistake: 'one subnet is meant twice',
    ingress: keys({ subnets: 'subnet-0a,public' }),
    world: { subnets: [named('subnet-0a', zoneA, 'public'), named('subnet-0c', zoneC, 'other')] },
    told: ['deny SubnetTwice subnets'],
  },
  'SUB-04': { mistake: 'one subnet', ingress: keys({ subnets: 'subnet-0a' }), told: ['deny SubnetsTooFew subnets'] },
  'SUB-06': {
    mistake: 'subnets of different locales',
    ingress: keys(explicit),
    world: {
      subnets: [inZone('subnet-0a', zoneA), inZone('subnet-0c', 'ap-northeast-1-tpe-1a', { zoneType: 'local-zone' })],
    },
    told: ['deny SubnetsMixedLocales subnets'],
  },
  'SUB-08': {
    mistake: 'subnets of another VPC',
    ingress: keys(explicit),
    world: {
      subnets: [inZone('subnet-0a', zoneA, { vpcId: 'vpc-b' }), inZone('subnet-0c', zoneC, { vpcId: 'vpc-b' })],
    },
    told: ['deny SubnetOtherVpc subnets', 'deny SubnetOtherVpc subnets'],
  },
  'SUB-09': {
    mistake: 'a subnet that is almost full',
    ingress: keys(explicit),
    world: { subnets: [inZone('subnet-0a', zoneA, { freeAddresses: 3 }), inZone('subnet-0c', zoneC)] },
    told: ['warn SubnetFewAddresses subnets'],
  },
  'SUB-10': {
    mistake: 'a small subnet',
    ingress: keys(explicit),
    world: { subnets: [inZone('subnet-0a', zoneA, { cidr: '10.0.0.0/28' }), inZone('subnet-0c', zoneC)] },
    told: ['warn SubnetSmall subnets'],
  },
  'SUB-11': {
    mistake: 'dual stack in a subnet without an IPv6 block',
    ingress: keys({ ...explicit, 'ip-address-type': 'dualstack' }),
    world: { subnets: [inZone('subnet-0a', zoneA, { hasIpv6: true }), inZone('subnet-0c', zoneC)] },
    told: ['deny SubnetWithoutIpv6 subnets'],
  },
  'SUB-11, found': {
    mistake: 'dual stack, and the subnets that are found have no IPv6 block',
    ingress: keys({ 'ip-address-type': 'dualstack' }),
    told: ['deny SubnetsNotFound subnets'],
  },
  'SUB-11, live': {
    mistake: 'dual stack for a live load balancer with a subnet without an IPv6 block',
    ingress: keys({ 'ip-address-type': 'dualstack' }),
    world: {
      loadBalancers: [
        {
          group: 'echoserver/echoserver',
          name: 'k8s-echoserv',
          scheme: 'internal',
          subnetIds: ['subnet-0a', 'subnet-0c'],
        },
      ],
      subnets: [inZone('subnet-0a', zoneA, { hasIpv6: true }), inZone('subnet-0c', zoneC)],
    },
    told: ['deny SubnetWithoutIpv6 ip-address-type'],
  },
  'SUB-12': {
    mistake: 'no subnet has the role tag',
    ingress: ingress(),
    world: { subnets: untagged, routes: allPublic },
    told: ['deny SubnetsNotFound subnets'],
  },
  'SUB-13': {
    mistake: 'all subnets are of other clusters',
    ingress: ingress(),
    world: {
      subnets: [zoneA, zoneC].map((zone, index) =>
        inZone(`subnet-0${index}`, zone, {
          tags: { 'kubernetes.io/role/internal-elb': '1', 'kubernetes.io/cluster/stage': 'shared' },
        }),
      ),
    },
    told: ['deny SubnetsNotFound subnets'],
  },
  'SUB-14': {
    mistake: 'only one zone',
    ingress: ingress(),
    world: { subnets: [inZone('subnet-0a', zoneA)] },
    told: ['deny SubnetsNotFound subnets'],
  },
  'SUB-18': {
    mistake: 'internet-facing, and the VPC has no internet gateway',
    ingress: keys({ scheme: 'internet-facing' }),
    world: { internetGateways: [] },
    told: ['deny InternetGatewayMissing subnets'],
  },
  'SUB-18, written': {
    mistake: 'the same with subnets that are written',
    ingress: keys({ ...explicit, scheme: 'internet-facing' }),
    world: { internetGateways: [], routes: { mainIsPublic: false, subnets: {} } },
    told: ['deny InternetGatewayMissing subnets', 'warn SubnetPrivate subnets', 'warn SubnetPrivate subnets'],
  },
  'SUB-19': {
    mistake: 'internet-facing in one private subnet',
    ingress: keys({ ...explicit, scheme: 'internet-facing' }),
    world: { routes: { mainIsPublic: true, subnets: { 'subnet-0c': false } } },
    told: ['warn SubnetPrivate subnets'],
  },
  'internal in a public subnet': {
    mistake: 'internal in a public subnet',
    ingress: keys({ ...explicit, scheme: 'internal' }),
    world: { routes: { mainIsPublic: false, subnets: { 'subnet-0c': true } } },
    told: ['warn SubnetPublic subnets'],
  },
  'SUB-21': {
    mistake: 'two subnets of one zone',
    ingress: keys(explicit),
    world: { subnets: [inZone('subnet-0a', zoneA), inZone('subnet-0c', zoneA)] },
    told: ['deny SubnetsSameZone subnets'],
  },
}

void t.test('mistakes in subnets, written or found by tag', async (t) => {
  compareRows(t, subnetRows)
})

void t.test('two subnets of two zones are told nothing of', async (t) => {
  t.same(told(keys(explicit)), [])
})

void t.test('two subnets of two zones by Name are told nothing of', async (t) => {
  const world = { subnets: [named('subnet-0a', zoneA, 'one'), named('subnet-0c', zoneC, 'one')] }
  t.same(told(keys({ subnets: 'one, one' }), facts(world)), [])
})

void t.test('one subnet is enough where the operator says so', async (t) => {
  t.same(told(keys({ subnets: 'subnet-0a' }), facts({ flags: { albSingleSubnet: true } })), [])
})

void t.test('without tags route tables decide, and while they are not known nothing is denied', async (t) => {
  const facing = keys({ scheme: 'internet-facing' })
  t.same(told(facing, facts({ subnets: untagged, routes: allPublic })), [])
  t.same(told(facing, facts({ subnets: untagged })), ['warn NotChecked subnets'])
  t.same(told(keys({ subnets: 'subnet-0a,subnet-0c' }), facts({ subnets: untagged })), [])
  const flags = { subnetDiscoveryByReachability: false }
  t.same(told(facing, facts({ subnets: untagged, routes: allPublic, flags })), ['deny SubnetsNotFound subnets'])
})

void t.test('whether there is an internet gateway is told where it is not known', async (t) => {
  const facing = keys({ scheme: 'internet-facing' })
  t.same(told(facing, facts({ internetGateways: 'unknown' })), ['warn NotChecked subnets'])
})

void t.test('the old role tag works, with a warning', async (t) => {
  const tags = { 'kubernetes.io/role/alb-ingress': '' }
  const world = { subnets: [inZone('subnet-0a', zoneA, { tags }), inZone('subnet-0c', zoneC, { tags })] }
  t.same(told(ingress(), facts({ ...world, routes: { mainIsPublic: false, subnets: {} } })), [
    'warn LegacySubnetTag subnets',
  ])
})

const live = (subnetIds: readonly string[]) =>
  facts({
    loadBalancers: [{ group: 'echoserver/echoserver', name: 'k8s-echoserv', scheme: 'internal', subnetIds }],
    subnets: [
      inZone('subnet-0a', zoneA),
      inZone('subnet-0c', zoneC),
      inZone('subnet-0d', 'ap-northeast-1d'),
      inZone('subnet-1a', zoneA),
    ],
  })

void t.test(
  'a live load balancer in fewer zones than discovery would choose is told, and one in all is not',
  async (t) => {
    t.same(told(ingress(), live(['subnet-0a', 'subnet-0c'])), ['warn SubnetsOutdated subnets'])
    t.same(told(ingress(), live(['subnet-1a', 'subnet-0c', 'subnet-0d'])), [])
    t.same(told(ingress(), live(['subnet-gone', 'subnet-0c'])), [])
  },
)
