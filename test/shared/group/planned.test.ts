import t from 'tap'
import { defaultAnnotations } from '../../../shared/features/defaulting.ts'
import { evaluate } from '../../../shared/group/evaluate.ts'
import { planIngress, planService, planUnchanged } from '../../../shared/group/planned.ts'
import type { PlanView } from '../../../shared/group/planned.ts'
import { implicitFinalizer } from '../../../shared/ingress/membership.ts'
import type { Facts } from '../../../shared/ingress/facts.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { readTargetGroupBinding } from '../../../shared/kubernetes/read.ts'
import { digestOf } from '../../../shared/model/digest.ts'
import { facts, flags, ingress, path, service, subnet, type World } from '../../builders.ts'
import { node } from '../plan/cluster.ts'

const group = 'echoserver/echoserver'
const empty: PlanView = { bindings: [], nodes: [node('0a'), node('0c')], services: [], record: () => undefined }

const defaulted = (object: Ingress): Ingress => ({
  ...object,
  annotations: { ...object.annotations, ...defaultAnnotations(object, undefined, flags()).set },
})

/** The view of a webhook whose records say that an Ingress was applied in full. */
const applied = (object: Ingress, known: Facts): PlanView => {
  const { model, standings } = evaluate(
    { key: group, members: [{ name: group, ingress: object, role: 'present' }] },
    known,
  )
  const standing = standings.get(group)
  const digest = digestOf(model)
  if (standing?.is !== 'current' || digest === undefined) throw new Error('the Ingress cannot be applied')
  return { ...empty, record: () => ({ version: 1, members: { [group]: standing.contribution }, digest }) }
}

const held = (object: Ingress): Ingress => ({ ...object, finalizers: [implicitFinalizer] })

const update = (before: Ingress, after: Ingress, world: World = {}) => {
  const known = facts(world)
  const change = { operation: 'UPDATE', before: held(before), after: held(after), dryRun: true } as const
  return planIngress(change, known, applied(before, known), [])
}

void t.test('the first Ingress: the lines of the walkthrough', async (t) => {
  const after = defaulted(ingress({ keys: { scheme: 'internet-facing', tags: 'Environment=dev,Team=test' } }))
  const planned = planIngress({ operation: 'CREATE', after, dryRun: true }, facts(), empty, [])
  t.match(
    planned?.lines[0],
    /^plan: \+ load balancer k8s-echoserv-echoserv-[0-9a-f]{10} \(internet-facing, ipv4, 2 subnets\)$/,
  )
  t.same(planned?.lines.slice(1), [
    'plan: + 2 security groups, 1 rule on nodes, 1 listener (HTTP:80), 1 rule, 1 target group (instance, node port 31509)',
    'plan: defaults ip-address-type=ipv4, listen-ports=[{"HTTP":80}], target-type=instance and 7 more',
  ])
  t.same(
    planned?.writes.map(({ action }) => action),
    [
      'CreateSecurityGroup',
      'AuthorizeSecurityGroupIngress',
      'CreateSecurityGroup',
      'CreateLoadBalancer',
      'CreateTargetGroup',
      'CreateListener',
      'CreateRule',
      'RegisterTargets',
      'AuthorizeSecurityGroupIngress',
    ],
  )
})

void t.test('a second group finds the backend security group of the first', async (t) => {
  const other = held(ingress({ name: 'other' }))
  const planned = planIngress(
    { operation: 'CREATE', after: ingress(), dryRun: true },
    facts({ ingresses: [other] }),
    empty,
    [],
  )
  t.match(planned?.lines[1], /^plan: \+ 1 security group, /)
})

void t.test('a change of nothing that AWS holds says so', async (t) => {
  t.same(update(ingress(), ingress())?.lines, ['plan: no change in AWS'])
  t.same(planUnchanged(ingress(), facts().cluster, flags()), ['plan: no change in AWS'])
  const foreign = ingress({ spec: { ingressClassName: 'nginx', rules: [], tlsHosts: [] } })
  t.same(planUnchanged(foreign, facts().cluster, flags()), [])
})

void t.test('a load balancer is told by the name that it has, whatever name is written for its next one', async (t) => {
  const named = ingress({
    keys: { 'load-balancer-name': 'shop-front' },
    status: {
      hostname: 'internal-k8s-echoserv-echoserv-0123456789-1186520377.ap-northeast-1.elb.amazonaws.com',
      ports: [],
    },
  })
  const keys = { 'load-balancer-name': 'shop-front', 'load-balancer-attributes': 'idle_timeout.timeout_seconds=120' }
  t.same(update(named, { ...named, annotations: ingress({ keys }).annotations })?.writes, [
    { action: 'ModifyLoadBalancerAttributes', on: 'k8s-echoserv-echoserv-0123456789' },
  ])
})

void t.test('without the key a load balancer keeps the subnets that it has, though the listing is older', async (t) => {
  const subnets = ['a', 'c', 'd'].map((zone) =>
    subnet({ id: `subnet-0${zone}`, availabilityZone: `ap-northeast-1${zone}` }),
  )
  const listed = {
    group,
    name: 'k8s-echoserv-echoserv-0123456789',
    scheme: 'internal',
    subnetIds: subnets.map(({ id }) => id),
  } as const
  const two = ingress({ keys: { subnets: 'subnet-0a,subnet-0c' } })
  t.same(update(two, ingress(), { subnets, loadBalancers: [listed] })?.lines, ['plan: no change in AWS'])
  t.same(update(two, ingress(), { subnets, loadBalancers: [] })?.lines, ['plan: no change in AWS'])
})

void t.test('an earlier change that is still being applied makes the plan incomplete', async (t) => {
  const line = 'plan: incomplete: an earlier change is still being applied'
  const change = { operation: 'UPDATE', before: held(ingress()), after: held(ingress()), dryRun: true } as const
  t.same(planIngress(change, facts(), empty, [])?.lines, [line])
  const older = applied(ingress({ keys: { tags: 'a=b' } }), facts())
  t.ok(planIngress(change, facts(), older, [])?.lines.includes(line))
  const live = { group, name: 'old', scheme: 'internal', subnetIds: ['subnet-0a', 'subnet-0c'] } as const
  const again = { operation: 'CREATE', after: ingress(), dryRun: true } as const
  t.ok(planIngress(again, facts({ loadBalancers: [live] }), empty, [])?.lines.includes(line))
})

void t.test('what was not checked, and a member that is set aside, make the plan incomplete', async (t) => {
  const created = { operation: 'CREATE', after: ingress(), dryRun: true } as const
  t.ok(
    planIngress(created, facts({ subnets: 'unknown' }), empty, ['subnets'])?.lines.includes(
      'plan: incomplete: subnets not checked',
    ),
  )
  const withoutNodePort = service({ type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP' }] })
  t.same(planIngress(created, facts({ services: [withoutNodePort] }), empty, [])?.lines, [
    'plan: incomplete: nothing is applied until rules[0].paths[0] is right',
  ])
})

void t.test('an attribute that is named for the first time may have any value in AWS', async (t) => {
  const named = ingress({ keys: { 'load-balancer-attributes': 'idle_timeout.timeout_seconds=120' } })
  t.match(update(ingress(), named)?.lines, [
    /^plan: ~ load balancer k8s-echoserv-echoserv-[0-9a-f]{10} \(idle_timeout.timeout_seconds\)$/,
    'plan: incomplete: idle_timeout.timeout_seconds counts as its default, AWS was not asked',
  ])
})

void t.test('an Ingress that goes to another class takes everything with it, once', async (t) => {
  const after = ingress({ spec: { ...ingress().spec, ingressClassName: 'nginx' } })
  const classes = [
    { ...ingressClassOf('alb'), controller: 'ingress.k8s.aws/alb' },
    { ...ingressClassOf('nginx'), controller: 'k8s.io/ingress-nginx' },
  ]
  const planned = update(ingress(), after, { classes })
  t.match(planned?.lines, [
    /^plan: - load balancer k8s-echoserv-echoserv-/,
    /^plan: - 2 security groups \(k8s-echoserv-echoserv-[0-9a-f]{10}, k8s-traffic-demo-[0-9a-f]{10}\), 1 rule on nodes$/,
    /^plan: - 1 target group \(k8s-echoserv-echoserv-[0-9a-f]{10}\)$/,
  ])
})

const ingressClassOf = (name: string) => ({
  namespace: '',
  name,
  uid: name,
  resourceVersion: '1',
  creationTimestamp: '',
  labels: {},
  annotations: {},
  finalizers: [],
  isDefault: false,
})

void t.test('what is not ours has no plan', async (t) => {
  const foreign = ingress({ spec: { ingressClassName: 'nginx', rules: [], tlsHosts: [] } })
  t.equal(planIngress({ operation: 'CREATE', after: foreign, dryRun: true }, facts(), empty, []), undefined)
  t.equal(planService(service(), service({ name: 'unused' }), facts(), empty, []), undefined)
})

void t.test('another node port of a Service moves the targets of the Ingress that uses it', async (t) => {
  const object = ingress()
  const known = facts({ ingresses: [held(object)] })
  const after = service({ ports: [{ port: 80, targetPort: 8080, nodePort: 31700, protocol: 'TCP' }] })
  t.same(planService(service(), after, known, applied(object, known), [])?.lines, [
    'plan: + 2 targets',
    'plan: ~ 1 rule on nodes',
    'plan: - 2 targets',
  ])
})

void t.test('a Service that no Ingress names moves the targets of a binding that somebody wrote', async (t) => {
  const arn = 'arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/theirs/0123456789abcdef'
  const theirs = (targetType: string) =>
    readTargetGroupBinding({
      metadata: { namespace: 'echoserver', name: 'theirs' },
      spec: { targetGroupARN: arn, targetType, serviceRef: { name: 'echoserver', port: 80 } },
    })
  const after = service({ ports: [{ port: 80, targetPort: 8080, nodePort: 31700, protocol: 'TCP' }] })
  const planned = planService(service(), after, facts(), { ...empty, bindings: [theirs('instance')] }, [])
  t.same(planned?.writes, [
    { action: 'RegisterTargets', on: 'theirs' },
    { action: 'DeregisterTargets', on: 'theirs' },
  ])
  t.same(planned?.incomplete, [])
  const pods = planService(service(), after, facts(), { ...empty, bindings: [theirs('ip')] }, [])
  t.same(pods?.incomplete, ['which Pods are targets is not known here'])
})

void t.test('a path to a Service of its own brings a rule and a target group', async (t) => {
  const second = service({ name: 'second', uid: 'second', ports: [{ port: 80, nodePort: 31600, protocol: 'TCP' }] })
  const after = ingress({
    spec: {
      ...ingress().spec,
      rules: [{ host: 'echoserver.example.com', paths: [path(), path({ path: '/second', service: 'second' })] }],
    },
  })
  t.same(update(ingress(), after, { services: [service(), second] })?.lines, [
    'plan: + 1 rule, 1 target group (instance, node port 31600)',
    'plan: ~ 1 rule on nodes, 1 rule priority, 1 set of tags',
  ])
})
