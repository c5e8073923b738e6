import t from 'tap'
import { namesOf } from '../../../shared/plan/names.ts'
import { incompleteLine, planLines } from '../../../shared/plan/print.ts'
import type { Step, StepAction } from '../../../shared/plan/step.ts'
import { writesJson, writesOf } from '../../../shared/plan/writes.ts'
import { built, empty, healthCheck } from './stack.ts'

const step = (id: string, action: StepAction, lane: Step['lane'] = 'group'): Step => ({
  id,
  lane,
  phase: 'make',
  group: 'shop/web',
  because: [],
  ...action,
})

const targetGroup = (port: number, targetType: 'instance' | 'ip' = 'instance'): Step =>
  step(`group/create-target-group/tg-${port}`, {
    is: 'create-target-group',
    name: `tg-${port}`,
    targetType,
    protocol: 'HTTP',
    protocolVersion: 'HTTP1',
    ipAddressType: 'ipv4',
    port,
    vpcId: 'vpc',
    healthCheck,
    tags: {},
  })

const range = (port: number) => ({
  protocol: 'tcp',
  fromPort: port,
  toPort: port,
  source: { is: 'cidr', cidr: '0.0.0.0/0' } as const,
  description: '',
})

const lines = (...steps: readonly Step[]): readonly string[] => planLines({ steps, name: namesOf(empty, steps) })

const loadBalancer = (subnetIds: readonly string[]): Step =>
  step('group/create-load-balancer/k8s-shop-web', {
    is: 'create-load-balancer',
    name: 'k8s-shop-web',
    scheme: 'internal',
    ipAddressType: 'ipv4',
    subnetIds,
    securityGroups: [],
    tags: {},
  })

void t.test('a load balancer is told by name, with scheme, address type and the number of its subnets', async (t) => {
  t.same(lines(loadBalancer(['a', 'b'])), ['plan: + load balancer k8s-shop-web (internal, ipv4, 2 subnets)'])
  t.same(lines(loadBalancer(['a'])), ['plan: + load balancer k8s-shop-web (internal, ipv4, 1 subnet)'])
})

void t.test('what changes on a load balancer stands on one line', async (t) => {
  const loadBalancer = { arn: 'web' }
  t.same(
    lines(
      step('1', { is: 'set-security-groups', loadBalancer, securityGroups: [] }),
      step('2', { is: 'set-subnets', loadBalancer, subnetIds: ['a', 'b', 'c'] }),
      step('3', {
        is: 'modify-load-balancer-attributes',
        loadBalancer,
        attributes: { 'idle_timeout.timeout_seconds': '9' },
      }),
    ),
    ['plan: ~ load balancer web (security groups, 3 subnets, idle_timeout.timeout_seconds)'],
  )
})

void t.test('target groups are told with their type and node ports, each kind in the singular or plural', async (t) => {
  t.same(lines(targetGroup(31509)), ['plan: + 1 target group (instance, node port 31509)'])
  t.same(lines(targetGroup(8080, 'ip')), ['plan: + 1 target group (ip)'])
  t.same(lines(targetGroup(31600), targetGroup(31509)), ['plan: + 2 target groups (instance, node ports 31509, 31600)'])
})

void t.test('a range of ports on nodes that moves is one rule that changes', async (t) => {
  const authorize = step(
    '1',
    { is: 'authorize-ingress', securityGroup: { arn: 'nodes' }, rules: [range(1)] },
    'security',
  )
  const revoke = step('2', { is: 'revoke-ingress', securityGroup: { arn: 'nodes' }, rules: [range(2)] }, 'security')
  t.same(lines(authorize, revoke), ['plan: ~ 1 rule on nodes'])
  t.same(lines(authorize), ['plan: + 1 rule on nodes'])
  t.same(lines(revoke), ['plan: - 1 rule on nodes'])
})

void t.test('what is put into a resource that the plan makes is not told besides', async (t) => {
  const group = step('g', { is: 'create-security-group', name: 'web', description: '', tags: {} })
  const rule = step('r', { is: 'authorize-ingress', securityGroup: { madeBy: 'g' }, rules: [range(80)] })
  const targets = [{ id: 'i-0a', port: 31509 }]
  const made = targetGroup(31509)
  const register = step('t', { is: 'register-targets', targetGroup: { arn: made.id }, targets }, 'binding')
  t.same(lines(group, rule, made, register), ['plan: + 1 security group, 1 target group (instance, node port 31509)'])
})

void t.test('a plan with very much in it keeps each line short', async (t) => {
  const listeners = Array.from({ length: 3 }, (_, index) =>
    step(`listener-${index}`, { is: 'delete-listener', listener: { arn: `HTTP:${8080 + index}` }, port: 8080 + index }),
  )
  const groups = Array.from({ length: 3 }, (_, index) =>
    step(`group-${index}`, {
      is: 'delete-target-group',
      targetGroup: { arn: `${index}` },
      name: `k8s-shop-web-${index}23456789`,
    }),
  )
  const told = lines(...listeners, ...groups)
  t.same(told, [
    'plan: - 3 listeners (HTTP:8080, HTTP:8081, HTTP:8082)',
    'plan: - 3 target groups (k8s-shop-web-023456789, k8s-shop-web-123456789, k8s-shop-web-223456789)',
  ])
  t.ok(told.every((line) => line.length <= 120))
  t.equal(incompleteLine('x'.repeat(200)).length, 120)
})

void t.test('an empty plan has no lines', async (t) => {
  t.same(lines(), [])
})

void t.test('a write is named by its action and by what AWS calls the resource', async (t) => {
  const [balancer] = built.loadBalancers
  const [live] = built.targetGroups
  if (balancer?.listeners.is !== 'read' || live === undefined) throw new Error('the stack has no listeners')
  const [listener] = balancer.listeners.value
  const [rule] = listener?.rules ?? []
  if (listener === undefined || rule === undefined) throw new Error('the stack has no rule')
  const steps: readonly Step[] = [
    step('a', { is: 'tag', resource: { arn: balancer.arn }, set: { a: 'b' }, remove: ['c'] }),
    step('b', { is: 'delete-rule', rule: { arn: rule.arn } }),
    step('c', { is: 'delete-listener', listener: { arn: listener.arn }, port: 80 }),
    step('d', { is: 'modify-target-group', targetGroup: { arn: live.arn }, protocolVersion: 'HTTP1', healthCheck }),
    step('e', { is: 'delete-binding', namespace: 'shop', name: 'web' }),
  ]
  const name = namesOf(built, steps)
  t.same(
    steps.flatMap((each) => writesOf(each, name)),
    [
      { action: 'AddTags', on: balancer.name },
      { action: 'RemoveTags', on: balancer.name },
      { action: 'DeleteRule', on: `${listener.port}:${rule.priority}` },
      { action: 'DeleteListener', on: `${listener.protocol}:${listener.port}` },
      { action: 'ModifyTargetGroup', on: live.name },
    ],
  )
})

void t.test('writes as JSON hold names by action; too many names are counted', async (t) => {
  const few = [
    { action: 'CreateRule', on: '80:1' },
    { action: 'CreateRule', on: '80:2' },
  ]
  t.equal(writesJson(few, [], 4096), '{"writes":{"CreateRule":["80:1","80:2"]}}')
  t.equal(writesJson([], ['why'], 4096), '{"writes":{},"incomplete":["why"]}')
  const many = Array.from({ length: 2000 }, (_, index) => ({ action: 'CreateRule', on: `80:${index}` }))
  t.equal(writesJson(many, [], 4096), '{"writes":{"CreateRule":2000}}')
})
