import * as fc from 'fast-check'
import t from 'tap'
import type { EndpointSlice, Node, Pod } from '../../../shared/kubernetes/objects.ts'
import type { ObservedTarget } from '../../../shared/model/observed.ts'
import { planTargets } from '../../../shared/plan/bindings.ts'
import { podInterface } from '../../../shared/plan/pod-interfaces.ts'
import type { Endpoints } from '../../../shared/plan/pod-targets.ts'
import type { Step } from '../../../shared/plan/step.ts'
import { binding, node, pod, service, slice } from './cluster.ts'

const endpoints = (
  slices: readonly EndpointSlice[],
  pods: readonly Pod[] = [pod('one'), pod('two')],
  nodes: readonly Node[] = [node('a'), node('dark', { ready: 'Unknown' }), node('down', { ready: 'False' })],
): Endpoints => ({
  slices,
  pod: (namespace, name) => pods.find((each) => each.namespace === namespace && each.name === name),
  node: (name) => nodes.find((each) => each.name === name),
})

const ip = binding('tgb', { targetType: 'ip' })

const plan = (of: Endpoints, rest: Partial<Parameters<typeof planTargets>[0]> = {}) =>
  planTargets({ binding: ip, service: service(), nodes: [node('a')], endpoints: of, observed: [], ...rest })

/** `register-targets 10.0.0.1:8080` for each step. */
const lines = (steps: readonly Step[]): readonly string[] =>
  steps.map((step) =>
    step.is === 'register-targets' || step.is === 'deregister-targets'
      ? [
          step.is,
          ...step.targets.map(({ id, port, zone }) => `${id}:${port}${zone === undefined ? '' : ` ${zone}`}`),
        ].join(' ')
      : step.is,
  )

const one = { address: '10.0.0.1', pod: 'one' }
const two = { address: '10.0.0.2', pod: 'two' }

void t.test('Pods that are ready are registered at the port of the slice, nodes are not', async (t) => {
  const { steps, problems, pods } = plan(endpoints([slice([two, one])]))
  t.strictSame(lines(steps), ['register-targets 10.0.0.1:8080 10.0.0.2:8080'])
  t.same(problems, [])
  t.same(
    pods.map((target) => target.pod.name),
    ['one', 'two'],
  )
})

void t.test(
  'new Pods are registered before those that went are deregistered; draining ones count as absent',
  async (t) => {
    const observed: readonly ObservedTarget[] = [
      { id: '10.0.0.2', port: 8080, state: 'draining' },
      { id: '10.0.0.9', port: 8080, state: 'healthy' },
    ]
    t.strictSame(lines(plan(endpoints([slice([one, two])]), { observed }).steps), [
      'register-targets 10.0.0.1:8080 10.0.0.2:8080',
      'deregister-targets 10.0.0.9:8080',
    ])
  },
)

const notReady = { ...one, ready: false }
const kept: readonly { readonly name: string; readonly of: Endpoints; readonly targets: readonly string[] }[] = [
  { name: 'a Pod that the cache does not know', of: endpoints([slice([one])], []), targets: [] },
  {
    name: 'a Pod whose containers are ready, on a Ready node',
    of: endpoints([slice([notReady])]),
    targets: ['10.0.0.1:8080'],
  },
  {
    name: 'a Pod whose containers are not ready',
    of: endpoints([slice([notReady])], [pod('one', { conditions: [] })]),
    targets: [],
  },
  { name: 'a terminating endpoint', of: endpoints([slice([{ ...notReady, terminating: true }])]), targets: [] },
  {
    name: 'a Pod that is being deleted',
    of: endpoints([slice([notReady])], [pod('one', { deletionTimestamp: '2026-01-01T00:00:00Z' })]),
    targets: [],
  },
  {
    name: 'a Pod on a node that is down',
    of: endpoints([slice([notReady])], [pod('one', { nodeName: 'down' })]),
    targets: [],
  },
  {
    name: 'a Pod on a node out of sight, while no other is left',
    of: endpoints([slice([notReady])], [pod('one', { nodeName: 'dark' })]),
    targets: ['10.0.0.1:8080'],
  },
  {
    name: 'a Pod on a node out of sight, beside one that is ready',
    of: endpoints([slice([notReady, two])], [pod('one', { nodeName: 'dark' }), pod('two')]),
    targets: ['10.0.0.2:8080'],
  },
  { name: 'a slice of the other family', of: endpoints([slice([one], { addressType: 'IPv6' })]), targets: [] },
  { name: 'a slice of another Service', of: endpoints([slice([one], { service: 'other' })]), targets: [] },
  { name: 'a slice of another namespace', of: endpoints([slice([one], { namespace: 'other' })]), targets: [] },
  {
    name: 'a port of another name',
    of: endpoints([slice([one], { ports: [{ name: 'metrics', port: 9090 }] })]),
    targets: [],
  },
]
for (const { name, of, targets } of kept) {
  void t.test(`${name} gives ${targets.length === 0 ? 'no target' : targets.join(' ')}`, async (t) => {
    t.strictSame(lines(plan(of).steps), targets.length === 0 ? [] : [`register-targets ${targets.join(' ')}`])
  })
}

void t.test('a Service port without a name takes every port of the slice', async (t) => {
  const unnamed = service('web', { type: 'ClusterIP', ports: [{ protocol: 'TCP', port: 80 }] })
  const of = endpoints([slice([one], { ports: [{ name: '', port: 8080 }] })])
  t.strictSame(lines(plan(of, { service: unnamed }).steps), ['register-targets 10.0.0.1:8080'])
})

void t.test('an IPv6 binding takes the addresses of IPv6', async (t) => {
  const of = endpoints([slice([one]), slice([{ ...one, address: '2001:db8::1' }], { addressType: 'IPv6' })])
  const ipv6 = binding('tgb', { targetType: 'ip', ipAddressType: 'ipv6' })
  t.strictSame(lines(plan(of, { binding: ipv6 }).steps), ['register-targets 2001:db8::1:8080'])
})

const isOutside = (address: string) => address === '10.0.0.2'

void t.test('an address outside of the VPC is reached from all zones', async (t) => {
  const observed = [{ id: '10.0.0.9', port: 8080, state: 'healthy' }]
  t.strictSame(lines(plan(endpoints([slice([one, two])]), { isOutside, observed }).steps), [
    'register-targets 10.0.0.1:8080 10.0.0.2:8080 all',
    'deregister-targets 10.0.0.9:8080',
  ])
})

void t.test('without its Service a binding loses all targets', async (t) => {
  const observed = [{ id: '10.0.0.1', port: 8080, state: 'healthy' }]
  const { steps, problems } = plan(endpoints([slice([one])]), { service: undefined, observed })
  t.strictSame(lines(steps), ['deregister-targets 10.0.0.1:8080'])
  t.match(problems, [{ reason: 'BackendNotFound' }])
})

const someSlices = fc.array(
  fc
    .record({
      addressType: fc.constantFrom('IPv4', 'IPv6'),
      endpoints: fc.array(
        fc.record({
          address: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
          pod: fc.constantFrom('one', 'two', 'gone'),
          ready: fc.boolean(),
          terminating: fc.boolean(),
        }),
      ),
    })
    .map(({ addressType, endpoints: of }) => slice(of, { addressType })),
)
const someTargets = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.9'),
    port: fc.constantFrom(8080, 9090),
    state: fc.constantFrom('healthy', 'initial', 'draining', 'unhealthy.draining', 'unused'),
  }),
  { selector: ({ id, port }) => `${id}:${port}` },
)

const applied = (observed: readonly ObservedTarget[], steps: readonly Step[]): readonly ObservedTarget[] => {
  const state = new Map(observed.map((target) => [`${target.id}:${target.port}`, target]))
  for (const step of steps) {
    if (step.is !== 'register-targets' && step.is !== 'deregister-targets') continue
    for (const { id, port } of step.targets)
      state.set(`${id}:${port}`, { id, port, state: step.is === 'register-targets' ? 'initial' : 'draining' })
  }
  return [...state.values()]
}

void t.test('law: planning after applying plans nothing, and the order of slices does not matter', async () => {
  fc.assert(
    fc.property(someSlices, someTargets, (slices, observed) => {
      const { steps } = plan(endpoints(slices), { observed })
      const again = plan(endpoints(slices.toReversed()), { observed: observed.toReversed() }).steps
      return (
        JSON.stringify(steps) === JSON.stringify(again) &&
        plan(endpoints(slices), { observed: applied(observed, steps) }).steps.length === 0
      )
    }),
  )
})

void t.test('law: no Pod that is ready is ever deregistered', async () => {
  fc.assert(
    fc.property(someSlices, someTargets, (slices, observed) => {
      const ready = new Set(
        slices
          .filter(({ addressType }) => addressType === 'IPv4')
          .flatMap((each) => each.endpoints.filter((of) => of.ready && of.pod !== 'gone'))
          .map(({ address }) => `${address}:8080`),
      )
      return plan(endpoints(slices), { observed }).steps.every(
        (step) => step.is !== 'deregister-targets' || step.targets.every(({ id, port }) => !ready.has(`${id}:${port}`)),
      )
    }),
  )
})

const target = (of: Partial<Pod> = {}) => ({ address: '10.0.0.1', port: 8080, pod: pod('one', of) })
const own = [
  { id: 'eni-2', address: '10.0.0.2' },
  { id: 'eni-1', address: '10.0.0.1' },
]
const interfaces: readonly {
  readonly name: string
  readonly of?: Partial<Pod>
  readonly on?: Node
  readonly found: object
}[] = [
  { name: 'of its own', of: { interfaces: own }, on: node('a'), found: { is: 'interface', id: 'eni-1' } },
  { name: 'of an instance', on: node('a'), found: { is: 'instance', instanceId: 'i-a' } },
  {
    name: 'of Fargate',
    on: node('a', { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } }),
    found: { is: 'address' },
  },
  {
    name: 'of a hybrid node',
    on: node('a', { labels: { 'eks.amazonaws.com/compute-type': 'hybrid' } }),
    found: { is: 'none' },
  },
  {
    name: 'of a node that is gone',
    found: { is: 'unknown', why: 'node "a" of Pod shop/one is not there' },
  },
  {
    name: 'of a node without an instance',
    on: node('a', { providerId: 'gce://zone/name' }),
    found: { is: 'unknown', why: 'spec.providerID of node a of Pod shop/one names no EC2 instance' },
  },
]
for (const { name, of, on, found } of interfaces) {
  void t.test(`the interface of a Pod ${name}`, async (t) => {
    t.same(
      podInterface(target(of), () => on),
      found,
    )
  })
}
