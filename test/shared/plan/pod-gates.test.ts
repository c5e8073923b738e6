import t from 'tap'
import type { Service } from '../../../shared/kubernetes/objects.ts'
import { readinessGatesOf } from '../../../shared/plan/pod-gates.ts'
import { binding, service } from './cluster.ts'

const ip = binding('tgb', { targetType: 'ip' })
const web = service('web', { selector: { app: 'web' } })
const gate = 'target-health.elbv2.k8s.aws/tgb'

const gates = (
  labels: Readonly<Record<string, string>>,
  {
    own = [],
    bindings = [ip],
    of = web,
    namespace = 'shop',
  }: {
    readonly own?: readonly string[]
    readonly bindings?: readonly (typeof ip)[]
    readonly of?: Service | undefined
    readonly namespace?: string
  } = {},
) =>
  readinessGatesOf({ namespace, labels, readinessGates: own }, bindings, (_, name) =>
    name === of.name ? of : undefined,
  )

void t.test('a Pod gets a gate for each binding whose Service selects it', async (t) => {
  t.same(gates({ app: 'web', tier: 'front' }), [gate])
  t.same(gates({ app: 'web' }, { bindings: [binding('z', { targetType: 'ip' }), ip] }), [
    gate,
    'target-health.elbv2.k8s.aws/z',
  ])
})

void t.test('gates of its own stay, those of 2018 go', async (t) => {
  t.same(gates({ app: 'web' }, { own: ['mine', 'target-health.alb.ingress.k8s.aws/old_80'] }), ['mine', gate])
})

const untouched: readonly { readonly name: string; readonly found: readonly string[] | undefined }[] = [
  { name: 'with other labels', found: gates({ app: 'api' }) },
  { name: 'of another namespace', found: gates({ app: 'web' }, { namespace: 'other' }) },
  { name: 'behind instance targets', found: gates({ app: 'web' }, { bindings: [binding('tgb')] }) },
  {
    name: 'of a binding that is being deleted',
    found: gates({ app: 'web' }, { bindings: [{ ...ip, deletionTimestamp: '2026-01-01T00:00:00Z' }] }),
  },
  { name: 'of a Service without selector', found: gates({ app: 'web' }, { of: service() }) },
  { name: 'of a Service that is gone', found: gates({ app: 'web' }, { of: service('other') }) },
  { name: 'that has its gate', found: gates({ app: 'web' }, { own: [gate] }) },
  {
    name: 'with gates of 2018 and no binding',
    found: gates({}, { own: ['target-health.alb.ingress.k8s.aws/old_80'] }),
  },
]
for (const { name, found } of untouched) {
  void t.test(`a Pod ${name} stays as it is`, async (t) => {
    t.equal(found, undefined)
  })
}
