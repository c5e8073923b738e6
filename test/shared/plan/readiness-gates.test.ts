import t from 'tap'
import type { Pod, PodCondition } from '../../../shared/kubernetes/objects.ts'
import { gateOf, planGates, releasedGates, waitingPods } from '../../../shared/plan/readiness-gates.ts'
import { pod } from './cluster.ts'

const gate = gateOf('tgb')
const gated = (name: string, condition?: Omit<PodCondition, 'type'>): Pod =>
  pod(name, {
    readinessGates: [gate],
    conditions: condition === undefined ? [] : [{ type: gate, ...condition }],
  })
const target = (of: Pod, address = '10.0.0.1') => ({ address, port: 8080, pod: of })
const healthy = { status: 'True', reason: '', message: '' }

/** `one False Target.Timeout` for each write. */
const lines = ({ writes }: Pick<ReturnType<typeof planGates>, 'writes'>): readonly string[] =>
  writes.map(({ pod: { name }, condition: { status, reason, message } }) => [name, status, reason, message].join('|'))

void t.test('the condition of a gate has the name of its binding', async (t) => {
  t.equal(gate, 'target-health.elbv2.k8s.aws/tgb')
})

const cases: readonly {
  readonly name: string
  readonly state?: { readonly state: string; readonly reason?: string; readonly description?: string }
  readonly written: string
  readonly isWaiting: boolean
}[] = [
  { name: 'healthy', state: { state: 'healthy' }, written: 'one|True||', isWaiting: false },
  {
    name: 'unhealthy',
    state: { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' },
    written: 'one|False|Target.Timeout|Request timed out',
    isWaiting: true,
  },
  {
    name: 'initial',
    state: { state: 'initial', reason: 'Elb.InitialHealthChecking', description: 'Initial health checks in progress' },
    written: 'one|False|Elb.InitialHealthChecking|Initial health checks in progress',
    isWaiting: true,
  },
  { name: 'not known to AWS', written: 'one|Unknown||', isWaiting: true },
]
for (const { name, state, written, isWaiting } of cases) {
  void t.test(`a target that is ${name}`, async (t) => {
    const observed = state === undefined ? [] : [{ id: '10.0.0.1', port: 8080, ...state }]
    const plan = planGates('tgb', [target(gated('one'))], observed, [])
    t.strictSame(lines(plan), [written])
    t.equal(plan.isWaiting, isWaiting)
  })
}

void t.test(
  'a target that was registered just now is in progress, whatever AWS says of the one before it',
  async (t) => {
    const observed = [{ id: '10.0.0.1', port: 8080, state: 'healthy' }]
    const plan = planGates('tgb', [target(gated('one'))], observed, [{ id: '10.0.0.1', port: 8080 }])
    t.strictSame(lines(plan), ['one|False|Elb.RegistrationInProgress|Target registration is in progress'])
    t.equal(plan.isWaiting, true)
  },
)

void t.test('what is there already is not written again', async (t) => {
  const observed = [{ id: '10.0.0.1', port: 8080, state: 'healthy' }]
  t.same(planGates('tgb', [target(gated('one', healthy))], observed, []), { writes: [], isWaiting: false })
})

void t.test('a Pod without the gate, and one with the gate of another binding, are left alone', async (t) => {
  const targets = [target(pod('none')), target(pod('other', { readinessGates: [gateOf('other')] }))]
  t.same(planGates('tgb', targets, [], []), { writes: [], isWaiting: false })
  t.same(waitingPods('tgb', targets), [])
})

void t.test('a Pod waits until its condition is True', async (t) => {
  const targets = [
    target(gated('new')),
    target(gated('open', healthy)),
    target(gated('shut', { ...healthy, status: 'False' })),
  ]
  t.same(
    waitingPods('tgb', targets).map((each) => each.pod.name),
    ['new', 'shut'],
  )
})

void t.test('a binding that is deleted lets go of every Pod that carries its gate', async (t) => {
  const writes = releasedGates('tgb', [gated('new'), pod('none'), gated('shut', { ...healthy, status: 'False' })])
  t.strictSame(lines({ writes }), [
    'new|True||Target Group Binding is deleted',
    'shut|True||Target Group Binding is deleted',
  ])
  t.same(releasedGates('tgb', [gated('told', { ...healthy, message: 'Target Group Binding is deleted' })]), [])
})
