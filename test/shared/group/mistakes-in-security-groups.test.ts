import t from 'tap'
import type { SecurityGroup } from '../../../shared/ingress/facts.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { facts, ingress } from '../../builders.ts'
import { compareRows, type Row, told } from './told.ts'

const keys = (changes: Readonly<Record<string, string>>): Ingress => ingress({ keys: changes })

const group = (id: string, name = '', vpcId = 'vpc-0a1b'): SecurityGroup => ({ id, name, vpcId })
const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((digit) => `sg-${digit}`)
const managed = { 'manage-backend-security-group-rules': 'true' }
const world = { securityGroups: [...six.map((id) => group(id)), group('sg-1', 'web'), group('sg-2', 'web')] }

const rows: Readonly<Record<string, Row>> = {
  'SG-04': {
    mistake: 'six groups',
    ingress: keys({ ...managed, 'security-groups': six.join(',') }),
    world,
    told: ['deny SecurityGroupsTooMany security-groups'],
  },
  'SG-04, the backend group': {
    mistake: 'five groups and the backend group',
    ingress: keys({ ...managed, 'security-groups': six.slice(0, 5).join(',') }),
    world,
    told: ['deny SecurityGroupsTooMany security-groups'],
  },
  'SG-04, names': {
    mistake: 'a name that two groups bear makes them too many',
    ingress: keys({ ...managed, 'security-groups': ['web', ...six.slice(0, 3)].join(',') }),
    world,
    told: ['deny SecurityGroupsTooMany security-groups'],
  },
  'SG-05': {
    mistake: 'a group of another VPC',
    ingress: keys({ ...managed, 'security-groups': 'sg-a' }),
    world: { securityGroups: [group('sg-a', '', 'vpc-b')] },
    told: ['deny SecurityGroupOtherVpc security-groups'],
  },
  'an id that does not exist': {
    mistake: 'an id that does not exist, beside a good one',
    ingress: keys({ ...managed, 'security-groups': 'sg-a,sg-dead' }),
    world,
    absent: ['sg-dead'],
    told: ['deny SecurityGroupNotFound security-groups'],
  },
  'a name that does not exist': {
    mistake: 'names that no group of the VPC bears',
    ingress: keys({ ...managed, 'security-groups': 'wep,other' }),
    world: { securityGroups: [group('sg-1', 'web'), group('sg-2', 'other', 'vpc-b')] },
    told: ['deny SecurityGroupNotFound security-groups', 'deny SecurityGroupNotFound security-groups'],
  },
  'a malformed id': {
    mistake: 'an id in capitals',
    ingress: keys({ ...managed, 'security-groups': 'sg-0A' }),
    told: ['deny SecurityGroupIdMalformed security-groups'],
  },
  'a group twice': {
    mistake: 'a group twice counts once',
    ingress: keys({ 'security-groups': 'sg-a,sg-b,sg-c,sg-d,sg-e,sg-a' }),
    world,
    told: ['warn SecurityGroupTwice security-groups', 'warn TargetsMustAdmit security-groups'],
  },
  'no group': {
    mistake: 'an empty list',
    ingress: keys({ 'security-groups': '' }),
    told: ['deny EmptyRefused security-groups'],
  },
  'management alone': {
    mistake: 'rules on targets without groups',
    ingress: keys(managed),
    told: ['warn BackendRulesWithoutGroups manage-backend-security-group-rules'],
  },
  'management without the backend group': {
    mistake: 'rules on targets while the backend group is switched off',
    ingress: keys({ ...managed, 'security-groups': 'sg-a' }),
    world: { ...world, flags: { enableBackendSecurityGroup: false } },
    told: ['deny BackendGroupDisabled manage-backend-security-group-rules'],
  },
  'LSN-18': {
    mistake: 'inbound-cidrs beside security-groups',
    ingress: keys({ ...managed, 'security-groups': 'sg-a', 'inbound-cidrs': '10.0.0.0/8,2001:db8::/32' }),
    world,
    told: ['warn InboundIgnored inbound-cidrs'],
  },
}

void t.test('mistakes in security groups', async (t) => {
  compareRows(t, rows)
})

void t.test('groups that are there are admitted, by id and by name', async (t) => {
  compareRows(t, {
    id: { mistake: 'none', ingress: keys({ ...managed, 'security-groups': 'sg-a' }), world, told: [] },
    name: { mistake: 'none', ingress: keys({ ...managed, 'security-groups': ' web , sg-a' }), world, told: [] },
    unmanaged: {
      mistake: 'targets are not opened',
      ingress: keys({ 'security-groups': 'sg-a' }),
      world,
      told: ['warn TargetsMustAdmit security-groups'],
    },
    flag: {
      mistake: 'none, as the flag manages them',
      ingress: keys({ 'security-groups': 'sg-a' }),
      world: { ...world, flags: { manageBackendSecurityGroupRules: true } },
      told: [],
    },
  })
})

void t.test('while EC2 gives no answer nothing is denied', async (t) => {
  const subject = keys({ ...managed, 'security-groups': 'sg-a,web' })
  t.same(told(subject, facts({ securityGroups: 'unknown' })), [
    'warn NotChecked security-groups',
    'warn NotChecked security-groups',
  ])
})
