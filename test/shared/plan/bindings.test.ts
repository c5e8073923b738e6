import * as fc from 'fast-check'
import t from 'tap'
import type { Node, TargetGroupBinding } from '../../../shared/kubernetes/objects.ts'
import type { ObservedTarget } from '../../../shared/model/observed.ts'
import { planTargets } from '../../../shared/plan/bindings.ts'
import { nodeTargets } from '../../../shared/plan/node-targets.ts'
import { noEndpoints } from '../../../shared/plan/pod-targets.ts'
import type { Step } from '../../../shared/plan/step.ts'
import { binding, node, service } from './cluster.ts'

const targets = (ids: readonly string[], state = 'healthy', port = 31509): readonly ObservedTarget[] =>
  ids.map((id) => ({ id, port, state }))

/** `register-targets i-a:31509 i-b:31509` for each step. */
const lines = (steps: readonly Step[]): readonly string[] =>
  steps.map((step) =>
    step.is === 'register-targets' || step.is === 'deregister-targets'
      ? [step.is, ...step.targets.map(({ id, port }) => `${id}:${port}`)].join(' ')
      : step.is,
  )

const plan = (rest: Partial<Parameters<typeof planTargets>[0]> = {}) =>
  planTargets({
    binding: binding('tgb'),
    service: service(),
    nodes: [node('a'), node('b')],
    endpoints: noEndpoints,
    observed: [],
    ...rest,
  })

void t.test('every node is registered at the node port', async (t) => {
  const { steps, problems } = plan()
  t.strictSame(lines(steps), ['register-targets i-a:31509 i-b:31509'])
  t.match(steps, [
    { id: 'binding/register-targets/shop/tgb/1', lane: 'binding', phase: 'make', targetGroup: { arn: 'arn:tgb' } },
  ])
  t.same(problems, [])
})

void t.test('new targets are registered before stale ones are deregistered', async (t) => {
  const observed = [...targets(['i-a'], 'healthy', 30000), ...targets(['i-c'])]
  t.strictSame(lines(plan({ observed }).steps), [
    'register-targets i-a:31509 i-b:31509',
    'deregister-targets i-a:30000 i-c:31509',
  ])
})

void t.test('a draining target counts as absent: registered again when wanted, else left alone', async (t) => {
  const observed = [...targets(['i-a', 'i-c'], 'draining'), ...targets(['i-b'], 'unhealthy.draining')]
  t.strictSame(lines(plan({ observed }).steps), ['register-targets i-a:31509 i-b:31509'])
})

void t.test('an unhealthy or initial target is a registered one', async (t) => {
  const observed = [...targets(['i-a'], 'unhealthy'), ...targets(['i-b'], 'initial')]
  t.strictSame(plan({ observed }).steps, [])
})

void t.test(
  'of more targets than one group may have the surplus is left out, those that are there staying',
  async (t) => {
    const nodes = ['a', 'b', 'c', 'd'].map((name) => node(name))
    const first = plan({ nodes, mostTargets: 2 })
    t.strictSame(lines(first.steps), ['register-targets i-a:31509 i-b:31509'])
    t.same(first.problems, [
      { reason: 'TargetsLeftOut', message: '2 of 4 targets left out: --max-targets-per-target-group is 2' },
    ])
    t.equal(first.leftOut, 2)
    const observed = targets(['i-d'])
    t.strictSame(lines(plan({ nodes, mostTargets: 2, observed }).steps), ['register-targets i-a:31509'])
    t.same(plan({ nodes, mostTargets: 2, observed: targets(['i-c', 'i-d']) }).steps, [])
    t.same(plan({ nodes, mostTargets: 2, observed: targets(['i-b', 'i-c', 'i-d']) }).steps, [], 'none is taken away')
    t.equal(plan({ nodes, mostTargets: 4 }).leftOut, 0)
    t.same(plan({ nodes }).problems, [])
  },
)

void t.test('targets that drain or go use up the room until they are gone', async (t) => {
  const gone = [...targets(['i-x'], 'draining'), ...targets(['i-y'], 'unhealthy.draining'), ...targets(['i-z'])]
  const room = (mostTargets: number, observed: readonly ObservedTarget[] = gone) => plan({ mostTargets, observed })
  t.strictSame(lines(room(3).steps), ['deregister-targets i-z:31509'])
  t.strictSame(lines(room(1).steps), ['deregister-targets i-z:31509'], 'the room is never negative')
  t.strictSame(lines(room(4).steps), ['register-targets i-a:31509', 'deregister-targets i-z:31509'])
  t.equal(room(4).leftOut, 1)
  t.strictSame(lines(room(2, targets(['i-a', 'i-b'], 'draining')).steps), ['register-targets i-a:31509 i-b:31509'])
})

void t.test('calls take at most 200 targets', async (t) => {
  const nodes = Array.from({ length: 450 }, (_, index) => node(`n${index}`))
  const sizes = plan({ nodes }).steps.map((step) => ('targets' in step ? step.targets.length : 0))
  t.strictSame(sizes, [200, 200, 50])
  t.equal(new Set(plan({ nodes }).steps.map(({ id }) => id)).size, 3)
})

const gone: readonly {
  readonly name: string
  readonly rest: Partial<Parameters<typeof planTargets>[0]>
  readonly message: string
}[] = [
  { name: 'Service', rest: { service: undefined }, message: 'Service shop/web does not exist' },
  {
    name: 'port by number',
    rest: { binding: binding('tgb', { serviceRef: { name: 'web', port: 81 } }) },
    message: 'Service shop/web has no port 81',
  },
  {
    name: 'port by name',
    rest: { binding: binding('tgb', { serviceRef: { name: 'web', port: 'https' } }) },
    message: 'Service shop/web has no port https',
  },
]
for (const { name, rest, message } of gone) {
  void t.test(`without its ${name} a binding loses all targets`, async (t) => {
    const { steps, problems } = plan({ ...rest, observed: targets(['i-a']) })
    t.strictSame(lines(steps), ['deregister-targets i-a:31509'])
    t.same(problems, [{ reason: 'BackendNotFound', message }])
  })
}

void t.test('a port by name is found', async (t) => {
  const named = binding('tgb', { serviceRef: { name: 'web', port: 'http' } })
  t.strictSame(lines(plan({ binding: named }).steps), ['register-targets i-a:31509 i-b:31509'])
})

const unusable: readonly {
  readonly name: string
  readonly rest: Partial<Parameters<typeof planTargets>[0]>
  readonly message: string
}[] = [
  {
    name: 'a Service without node port',
    rest: { service: service('web', { type: 'ClusterIP', ports: [{ protocol: 'TCP', port: 80 }] }) },
    message: 'port 80 of Service shop/web has no node port',
  },
  {
    name: 'a binding that several clusters share',
    rest: { binding: binding('tgb', { notFollowed: ['multiClusterTargetGroup'] }) },
    message: 'spec.multiClusterTargetGroup is not supported yet',
  },
  {
    name: 'an unknown target type',
    rest: { binding: untyped() },
    message: 'targets of type (none given) are not supported yet',
  },
]
for (const { name, rest, message } of unusable) {
  void t.test(`${name} leaves the targets alone`, async (t) => {
    t.same(plan({ ...rest, observed: targets(['i-z']) }), {
      steps: [],
      problems: [{ reason: 'FailedReconcile', message }],
      pods: [],
      leftOut: 0,
    })
  })
}

function untyped(): TargetGroupBinding {
  const { targetType: _targetType, ...spec } = binding('tgb').spec
  return { ...binding('tgb'), spec }
}

const eligibility: readonly { readonly name: string; readonly node: Partial<Node>; readonly in: boolean }[] = [
  { name: 'Ready', node: {}, in: true },
  { name: 'not Ready', node: { ready: 'False' }, in: false },
  { name: 'of unknown readiness while others are Ready', node: { ready: 'Unknown' }, in: false },
  { name: 'labelled as master', node: { labels: { 'node-role.kubernetes.io/master': '' } }, in: false },
  { name: 'labelled as control plane', node: { labels: { 'node-role.kubernetes.io/control-plane': '' } }, in: true },
  {
    name: 'excluded by label',
    node: { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': 'false' } },
    in: false,
  },
  {
    name: 'excluded by the old label',
    node: { labels: { 'alpha.service-controller.kubernetes.io/exclude-balancer': '' } },
    in: false,
  },
  { name: 'of Fargate', node: { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } }, in: false },
  { name: 'of another compute type', node: { labels: { 'eks.amazonaws.com/compute-type': 'ec2' } }, in: true },
  {
    name: 'about to be deleted by the autoscaler',
    node: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', value: '1', effect: 'NoSchedule' }] },
    in: false,
  },
  {
    name: 'disrupted by Karpenter',
    node: { taints: [{ key: 'karpenter.sh/disrupted', value: '', effect: 'NoSchedule' }] },
    in: false,
  },
  { name: 'tainted otherwise', node: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] }, in: true },
]
for (const { name, node: rest, in: isIn } of eligibility) {
  void t.test(`a node that is ${name} is ${isIn ? '' : 'not '}a target`, async (t) => {
    t.strictSame(nodeTargets([node('other'), node('one', rest)]).instanceIds, isIn ? ['i-one', 'i-other'] : ['i-other'])
  })
}

void t.test('with no node Ready, those of unknown readiness stay', async (t) => {
  const nodes = [
    node('a', { ready: 'Unknown' }),
    node('b', { ready: 'False' }),
    node('c', { ready: 'Unknown', labels: { 'node-role.kubernetes.io/master': '' } }),
  ]
  t.strictSame(nodeTargets(nodes).instanceIds, ['i-a'])
})

void t.test('a node without an instance in its provider id is left out and told, the others stay', async (t) => {
  const odd = ['', 'aws:///ap-northeast-1a/', 'gce://project/zone/name', 'i-/'].map((providerId, index) =>
    node(`odd${index}`, { providerId }),
  )
  const { steps, problems } = plan({ nodes: [node('a'), ...odd] })
  t.strictSame(lines(steps), ['register-targets i-a:31509'])
  t.same(problems, [
    {
      reason: 'FailedReconcile',
      message: 'left out, as spec.providerID names no EC2 instance: node odd0, odd1, odd2 and 1 more',
    },
  ])
})

void t.test('a hybrid node is left out without a word', async (t) => {
  const { steps, problems } = plan({
    nodes: [node('a'), node('h', { providerId: 'eks-hybrid:///region/cluster/mi-0a1b' })],
  })
  t.strictSame(lines(steps), ['register-targets i-a:31509'])
  t.same(problems, [])
})

const someNodes = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    ready: fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const),
  }),
  { selector: ({ name }) => name },
)
const someTargets = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('i-a', 'i-b', 'i-c', 'i-x'),
    port: fc.constantFrom(31509, 30000),
    state: fc.constantFrom('healthy', 'initial', 'draining', 'unhealthy.draining', 'unused'),
  }),
  { selector: ({ id, port }) => `${id}:${port}` },
)

/** What is registered after the steps were run. */
const applied = (observed: readonly ObservedTarget[], steps: readonly Step[]): readonly ObservedTarget[] => {
  const state = new Map(observed.map((target) => [`${target.id}:${target.port}`, target]))
  for (const step of steps) {
    if (step.is !== 'register-targets' && step.is !== 'deregister-targets') continue
    for (const target of step.targets) {
      state.set(`${target.id}:${target.port}`, {
        ...target,
        state: step.is === 'register-targets' ? 'initial' : 'draining',
      })
    }
  }
  return [...state.values()]
}

void t.test('planning after applying plans nothing, and order does not matter', async () => {
  fc.assert(
    fc.property(someNodes, someTargets, (list, observed) => {
      const nodes = list.map(({ name, ready }) => node(name, { ready }))
      const { steps } = plan({ nodes, observed })
      const again = plan({ nodes: nodes.toReversed(), observed: observed.toReversed() }).steps
      return (
        JSON.stringify(steps) === JSON.stringify(again) &&
        plan({ nodes, observed: applied(observed, steps) }).steps.length === 0
      )
    }),
  )
})
