import t from 'tap'
import { ingress, subnet } from '../../builders.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { compareRows, type Row, told } from './told.ts'

const keys = (changes: Readonly<Record<string, string>>): Ingress => ingress({ keys: changes })

const zoneA = 'ap-northeast-1a'
const zoneC = 'ap-northeast-1c'
const inZone = (id: string, availabilityZone: string, changes: Partial<Parameters<typeof subnet>[0]> = {}) =>
  subnet({ id, availabilityZone, ...changes })
const explicit = { subnets: 'subnet-0a,subnet-0c' }

const subnetRows: Readonly<Record<string, Row>> = {
  'SUB-01': {
    mistake: 'subnets that do not exist',
    ingress: keys({ subnets: 'subnet-dead,subnet-beef' }),
    absent: ['subnet-dead', 'subnet-beef'],
    told: ['deny SubnetNotFound subnets', 'deny SubnetNotFound subnets'],
  },
  'SUB-02': {
    mistake: 'subnets by name, which is not built yet',
    ingress: keys({ subnets: 'public-a,public-x' }),
    told: ['deny NotSupportedYet subnets'],
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
  'SUB-12': {
    mistake: 'no subnet has the role tag',
    ingress: ingress(),
    world: { subnets: [inZone('subnet-0a', zoneA, { tags: {} }), inZone('subnet-0c', zoneC, { tags: {} })] },
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
