import t from 'tap'
import type { GroupWorld } from '../../../shared/plan/context.ts'
import { planGroup } from '../../../shared/plan/group.ts'
import {
  awsListener,
  awsLoadBalancer,
  awsRule,
  awsSecurityGroup,
  awsTargetGroup,
  binding,
  bindingSpec,
  built,
  desiredListener,
  desiredRule,
  desiredStack,
  desiredTargetGroup,
  empty,
  group,
  inbound,
  stackModel,
  tagsOf,
  told,
  worldOf,
} from './stack.ts'

/** Action and phase of each step. */
const order = (world: GroupWorld): readonly string[] => planGroup(world).steps.map(({ phase, is }) => `${phase} ${is}`)

void t.test('what is there and wanted needs no step', async (t) => {
  t.same(planGroup(worldOf()), { steps: [], reads: [] })
})

void t.test(
  'the first load balancer: security groups, load balancer, target group, binding, targets, listener, rule',
  async (t) => {
    t.same(order(worldOf({ observed: empty, bindings: [], backendGroup: undefined })), [
      'make create-security-group',
      'make authorize-ingress',
      'make create-security-group',
      'make create-load-balancer',
      'make create-target-group',
      'make apply-binding',
      'make await-targets',
      'make create-listener',
      'make create-rule',
    ])
  },
)

void t.test('a change of everything: created, then switched, then removed, dependants first', async (t) => {
  const model = stackModel({
    targetGroups: [desiredTargetGroup('api')],
    listeners: [
      desiredListener([desiredRule('b', 'api'), desiredRule('c', 'api')]),
      desiredListener([desiredRule('b', 'api')], { port: 8080 }),
    ],
  })
  const listeners = [awsListener([awsRule(1, 'a')]), awsListener([awsRule(1, 'a')], { port: 81 })]
  const observed = {
    ...built,
    securityGroups: [awsSecurityGroup({ inbound: [inbound(80), inbound(81)] })],
    loadBalancers: [awsLoadBalancer({ listeners: { is: 'read', value: listeners } })],
  }
  t.same(
    told(planGroup(worldOf({ model, observed })).steps).map((line) => line.split(' {')[0]),
    [
      'make   create-target-group k8s-shop-api-1 instance HTTP:31509 HTTP1 ipv4 health-check HTTP:traffic-port/ interval 15s timeout 5s healthy 2 unhealthy 2 success 200',
      'make   apply-binding shop/k8s-shop-api-1 service api:80 target-group shop/web-api:80 node-ports 31509 from sg-backend',
      'make   await-targets shop/k8s-shop-api-1',
      'make   create-listener HTTP:8080 on alb-1 default fixed-response 404 text/plain',
      'make   create-rule 8080:1 host-header=b -> forward shop/web-api:80',
      'switch set-rule-priorities rule-a -> 50000',
      'make   create-rule 80:1 host-header=b -> forward shop/web-api:80',
      'make   create-rule 80:2 host-header=c -> forward shop/web-api:80',
      'remove delete-rule rule-a',
      'remove delete-listener listener-81',
      'remove delete-binding shop/k8s-shop-web-1',
      'remove delete-target-group k8s-shop-web-1',
      'remove revoke-ingress sg-1 tcp 81 from 0.0.0.0/0',
    ],
  )
})

void t.test('unread listeners are left unread while the record and the inventory agree', async (t) => {
  const listeners = { of: 'listeners', arn: 'alb-1' }
  const unread = { ...built, loadBalancers: [awsLoadBalancer({ listeners: { is: 'unread' } })] }
  t.same(planGroup(worldOf({ observed: unread, trusted: true })), { steps: [], reads: [] })
  t.same(planGroup(worldOf({ observed: unread, trusted: false })), { steps: [], reads: [listeners] }, 'no record')
  const differing = { ...unread, securityGroups: [awsSecurityGroup({ inbound: [] })] }
  t.same(planGroup(worldOf({ observed: differing, trusted: true })), { steps: [], reads: [listeners] }, 'the inventory')
})

void t.test('a plan of the same world is the same to the byte, whatever the order of the lists', async (t) => {
  const listeners = [80, 81, 82].map((port) => awsListener([awsRule(1, 'a'), awsRule(2, 'b')], { port }))
  const withListeners = (value: typeof listeners) => [awsLoadBalancer({ listeners: { is: 'read', value } })]
  const mixed = {
    ...built,
    loadBalancers: withListeners(listeners),
    targetGroups: [awsTargetGroup('api'), awsTargetGroup('old'), awsTargetGroup()],
    securityGroups: [awsSecurityGroup({ inbound: [inbound(81), inbound(82)] }), awsSecurityGroup({ id: 'sg-2' })],
  }
  const bindings = [binding('api'), binding('old'), binding()]
  const reversed = {
    ...mixed,
    loadBalancers: withListeners(listeners.toReversed().map((each) => ({ ...each, rules: each.rules.toReversed() }))),
    targetGroups: mixed.targetGroups.toReversed(),
    securityGroups: mixed.securityGroups.map((each) => ({ ...each, inbound: each.inbound.toReversed() })).toReversed(),
  }
  const plan = planGroup(worldOf({ observed: mixed, bindings }))
  t.ok(plan.steps.length >= 6, `${plan.steps.length} steps`)
  t.equal(
    JSON.stringify(planGroup(worldOf({ observed: reversed, bindings: bindings.toReversed() }))),
    JSON.stringify(plan),
  )
})

void t.test('every step has an id of its own', async (t) => {
  const { steps } = planGroup(worldOf({ observed: empty, bindings: [], backendGroup: undefined }))
  t.equal(new Set(steps.map(({ id }) => id)).size, steps.length)
  t.same(
    steps.map(({ lane }) => lane),
    ['group', 'group', 'security', 'group', 'group', 'group', 'group', 'group', 'group'],
  )
})

void t.test('a load balancer whose subnets are unknown holds back its listeners and nothing else', async (t) => {
  const model = stackModel({ loadBalancer: { ...desiredStack().loadBalancer, subnets: { unknown: 'no answer' } } })
  t.same(order(worldOf({ model, observed: empty, bindings: [] })), [
    'make create-security-group',
    'make authorize-ingress',
    'make create-target-group',
    'make apply-binding',
    'make await-targets',
  ])
})

void t.test('deletion: load balancer, bindings and target groups, managed group; strangers stay', async (t) => {
  const observed = {
    complete: true,
    loadBalancers: [
      awsLoadBalancer({ listeners: { is: 'unread' } }),
      awsLoadBalancer({ arn: 'alb-0', name: 'other-scheme', scheme: 'internet-facing' }),
      awsLoadBalancer({ arn: 'alb-2', tags: { 'ingress.k8s.aws/stack': group } }),
    ],
    targetGroups: [
      awsTargetGroup(),
      awsTargetGroup('api', { loadBalancerArns: [] }),
      awsTargetGroup('hand', { tags: { 'ingress.k8s.aws/stack': group } }),
    ],
    securityGroups: [awsSecurityGroup(), awsSecurityGroup({ id: 'sg-3', tags: tagsOf('other') })],
  }
  const orphan = binding('gone', { spec: bindingSpec('gone') })
  const foreign = binding('foreign', { spec: bindingSpec('foreign'), labels: {} })
  const world = worldOf({
    model: { is: 'nothing', group },
    observed,
    bindings: [binding(), orphan, foreign],
  })
  t.same(told(planGroup(world).steps), [
    'remove delete-load-balancer other-scheme',
    'remove delete-load-balancer k8s-shop-web-1',
    'remove delete-binding shop/k8s-shop-gone-1',
    'remove delete-binding shop/k8s-shop-web-1',
    'remove delete-target-group k8s-shop-api-1',
    'remove delete-target-group k8s-shop-web-1',
    'remove delete-security-group k8s-shop-web-2',
  ])
})

void t.test('deletion of what is gone already needs no step', async (t) => {
  t.same(order(worldOf({ model: { is: 'nothing', group }, observed: empty, bindings: [] })), [])
})

void t.test('a group that is untouched keeps all that it has, whatever that is', async (t) => {
  const observed = { ...built, loadBalancers: [], targetGroups: [awsTargetGroup('old')] }
  t.same(planGroup(worldOf({ model: { is: 'untouched', group }, observed })), { steps: [], reads: [] })
})

void t.test('nothing is decided on a listing that is not complete', async (t) => {
  for (const model of [stackModel(), { is: 'nothing', group } as const])
    t.throws(() => planGroup(worldOf({ model, observed: { ...empty, complete: false } })), /complete listing/)
})

void t.test('a fright is told beside the steps', async (t) => {
  const listeners = [awsListener([awsRule(1, 'a'), awsRule(2, 'b'), awsRule(3, 'c')])]
  const observed = { ...built, loadBalancers: [awsLoadBalancer({ listeners: { is: 'read', value: listeners } })] }
  const plan = planGroup(worldOf({ observed, explained: false }))
  t.equal(plan.fright, '2 of 3 rules would be deleted')
  t.same(told(plan.steps), ['remove delete-rule rule-c', 'remove delete-rule rule-b'])
  t.equal(planGroup(worldOf({ observed, explained: true })).fright, undefined)
})

void t.test('attributes are read where some are wanted, and only with the listeners', async (t) => {
  const model = stackModel({
    loadBalancer: { ...desiredStack().loadBalancer, attributes: { 'idle_timeout.timeout_seconds': '120' } },
    targetGroups: [desiredTargetGroup('web', { attributes: { 'slow_start.duration_seconds': '0' } })],
  })
  const unread = { ...built, loadBalancers: [awsLoadBalancer({ listeners: { is: 'unread' } })] }
  t.same(planGroup(worldOf({ model, observed: unread, trusted: true })), { steps: [], reads: [] })
  t.same(planGroup(worldOf({ model, observed: unread })).reads, [
    { of: 'listeners', arn: 'alb-1' },
    { of: 'load-balancer-attributes', arn: 'alb-1' },
    { of: 'target-group-attributes', arn: 'tg-web' },
  ])
  const read = {
    ...built,
    loadBalancers: [awsLoadBalancer({ attributes: { is: 'read', value: { 'waf.fail_open.enabled': 'true' } } })],
    targetGroups: [awsTargetGroup('web', { attributes: { is: 'read', value: {} } })],
  }
  t.same(told(planGroup(worldOf({ model, observed: read })).steps), [
    'switch modify-load-balancer-attributes alb-1 idle_timeout.timeout_seconds=120',
  ])
})

void t.test(
  'while a member that leaves protects the load balancer, all stays; without one the rest goes',
  async (t) => {
    const model = { is: 'nothing', group, protectedBy: ['shop/web'] } as const
    t.same(planGroup(worldOf({ model })), { steps: [], reads: [], protectedBy: ['shop/web'] })
    t.same(told(planGroup(worldOf({ model, observed: { ...built, loadBalancers: [] } })).steps), [
      'remove delete-binding shop/k8s-shop-web-1',
      'remove delete-target-group k8s-shop-web-1',
      'remove delete-security-group k8s-shop-web-2',
    ])
  },
)
