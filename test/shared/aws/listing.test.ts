import { array, assert, constantFrom, oneof, property, record, string } from 'fast-check'
import type { Arbitrary } from 'fast-check'
import t from 'tap'
import { sameRuleKey, withWritten } from '../../../shared/aws/listing.ts'
import type { Listing, Written } from '../../../shared/aws/listing.ts'
import type { ObservedLoadBalancer, ObservedSecurityGroup, SecurityGroupRule } from '../../../shared/model/observed.ts'

const loadBalancer = (arn: string): ObservedLoadBalancer => ({
  arn,
  name: arn,
  dnsName: '',
  scheme: 'internal',
  state: 'active',
  ipAddressType: 'ipv4',
  vpcId: 'vpc-1',
  subnetIds: ['subnet-1'],
  securityGroupIds: [],
  tags: { a: '1', b: '2' },
  listeners: { is: 'unread' },
  attributes: { is: 'unread' },
})
const securityGroup = (id: string, inbound: readonly SecurityGroupRule[] = []): ObservedSecurityGroup => ({
  id,
  name: id,
  description: '',
  vpcId: 'vpc-1',
  inbound,
  tags: {},
})
const rule = (port: number): SecurityGroupRule => ({
  protocol: 'tcp',
  fromPort: port,
  toPort: port,
  source: { is: 'cidr', cidr: '0.0.0.0/0' },
  description: '',
})
const listing = (balancers: readonly string[], groups: readonly ObservedSecurityGroup[] = []): Listing => ({
  loadBalancers: new Map(balancers.map((arn) => [arn, loadBalancer(arn)])),
  targetGroups: new Map(),
  securityGroups: new Map(groups.map((group) => [group.id, group])),
  names: { 'load-balancer': new Set(balancers), 'target-group': new Set() },
})

const id = constantFrom('x', 'y', 'z')
const port = constantFrom(80, 443)
const written: Arbitrary<Written> = oneof(
  id.map((arn): Written => ({ is: 'load-balancer', value: loadBalancer(arn) })),
  id.map((one): Written => ({ is: 'security-group', value: securityGroup(one) })),
  id.map((one): Written => ({ is: 'gone', id: one })),
  record({ id, key: constantFrom('a', 'b', 'c'), value: string({ maxLength: 2 }) }).map((of): Written => ({
    is: 'tags',
    id: of.id,
    set: { [of.key]: of.value },
    remove: ['b'],
  })),
  id.map((arn): Written => ({ is: 'load-balancer-changed', arn, change: { subnetIds: ['subnet-2'] } })),
  record({ id, add: array(port), remove: array(port) }).map((of): Written => ({
    is: 'inbound',
    id: of.id,
    add: of.add.slice(0, 1).map(rule),
    remove: of.remove.map(rule),
  })),
)

/** Maps and sets as sorted lists, in JSON. */
const normal = ({ names, ...maps }: Listing): string =>
  JSON.stringify([
    ...Object.values(maps).map((map: ReadonlyMap<string, unknown>) =>
      [...map].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
    ...Object.values(names).map((set: ReadonlySet<string>) => [...set].toSorted()),
  ])

void t.test('a change that is noted twice is noted once', (t) => {
  assert(
    property(array(written), written, (before, last) => {
      const once = [...before, last].reduce(withWritten, listing(['x'], [securityGroup('y')]))
      return normal(withWritten(once, last)) === normal(once)
    }),
    { numRuns: 200 },
  )
  t.pass('in 200 runs')
  t.end()
})

void t.test('a change of what is not listed changes nothing', (t) => {
  const before = listing(['x'])
  t.same(withWritten(before, { is: 'tags', id: 'y', set: { a: '2' }, remove: [] }), before)
  t.same(withWritten(before, { is: 'gone', id: 'y' }), before)
  t.end()
})

void t.test('a listing that shows a new resource wins over the answer to its creation', (t) => {
  const before = listing(['x'])
  const after = withWritten(before, { is: 'load-balancer', value: { ...loadBalancer('x'), state: 'provisioning' } })
  t.equal(after.loadBalancers.get('x')?.state, 'active')
  t.end()
})

void t.test('tags are set and removed', (t) => {
  const after = withWritten(listing(['x']), { is: 'tags', id: 'x', set: { a: '9', c: '3' }, remove: ['b'] })
  t.same(after.loadBalancers.get('x')?.tags, { a: '9', c: '3' })
  t.end()
})

void t.test('inbound rules are the same by protocol, ports and source, whatever their description', (t) => {
  const described = { ...rule(80), description: 'elbv2.k8s.aws/targetGroupBinding=shared' }
  t.equal(sameRuleKey(described), sameRuleKey(rule(80)))
  const before = listing([], [securityGroup('y', [rule(80), rule(443)])])
  const after = withWritten(before, { is: 'inbound', id: 'y', add: [described], remove: [rule(443)] })
  t.same(after.securityGroups.get('y')?.inbound, [described])
  t.end()
})
