import { assert, asyncProperty, constantFrom, dictionary, jsonValue, oneof, property, record, string } from 'fast-check'
import t from 'tap'
import { markerKey } from '../../shared/names/annotation-keys.ts'
import type { ClusterView } from '../../shared/ingress/facts.ts'
import { readIngress, readIngressClass, readService } from '../../shared/kubernetes/read.ts'
import { answer, endpoints } from '../../webhook/answer.ts'
import { readReview } from '../../webhook/review.ts'
import { rules } from '../../webhook/rules.ts'
import { flags, rawIngress, rawService, review, rig } from './rig.ts'

const cls = readIngressClass({ metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } })
const service = readService(rawService())
const cluster: ClusterView = {
  service: (namespace, name) => (namespace === 'echoserver' && name === 'echoserver' ? service : undefined),
  ingressClass: (name) => (name === 'alb' ? cls : undefined),
  ingressClasses: [cls],
  ingresses: [readIngress(rawIngress())],
  nodes: [],
}

const keys = [
  'scheme',
  'ip-address-type',
  'listen-ports',
  'subnets',
  'tags',
  'target-type',
  'backend-protocol',
  'backend-protocol-version',
  'healthcheck-port',
  'healthcheck-path',
  'healthcheck-interval-seconds',
  'healthcheck-timeout-seconds',
  'healthy-threshold-count',
  'success-codes',
  'successCodes',
  'group.name',
  'actions.a',
  'sheme',
]
const values = oneof(
  constantFrom(
    '',
    'internal',
    '80,443',
    '[{"HTTP":80}]',
    '[{"HTTP":80},{"HTTP":80}]',
    '{',
    '1',
    'a=b,a=c',
    'subnet-1',
    '200',
  ),
  string({ unit: 'binary' }),
)
const annotations = dictionary(
  oneof(
    constantFrom(...keys.map((key) => `alb.ingress.kubernetes.io/${key}`)),
    constantFrom('ingress.k8s.aws/defaulted', 'kubernetes.io/ingress.class', '__proto__', 'constructor'),
  ),
  values,
)
const json = jsonValue({ maxDepth: 3 })
const backend = oneof(
  record({
    service: record({
      name: oneof(constantFrom('echoserver'), string()),
      port: record({ number: oneof(constantFrom(80, 81), json) }),
    }),
  }),
  json,
)
const path = oneof(
  record(
    { path: string({ unit: 'binary' }), pathType: constantFrom('Exact', 'Prefix', 'ImplementationSpecific'), backend },
    { requiredKeys: [] },
  ),
  json,
)
const ingresses = record({
  metadata: record({ annotations, finalizers: json }, { requiredKeys: [] }),
  spec: record(
    {
      ingressClassName: oneof(constantFrom('alb', 'albb'), json),
      rules: oneof(
        json,
        record({ http: record({ paths: json }) }).map((rule) => [rule]),
        record({ host: string(), http: record({ paths: path.map((one) => [one]) }) }).map((rule) => [rule]),
      ),
      defaultBackend: backend,
      tls: json,
    },
    { requiredKeys: [] },
  ),
})

const request = (path: string, body: object) => {
  const endpoint = endpoints.find((one) => one.path === path)
  const read = readReview(Buffer.from(JSON.stringify(body)))
  if (endpoint === undefined || !read.ok) throw new Error('no review')
  return { endpoint, request: read.request }
}

const io = { ...rig(rules).io, cluster: () => cluster }

void t.test('no rule fails, whatever the object is', async (t) => {
  const outcomes = new Set<string>()
  await t.resolves(
    assert(
      asyncProperty(
        constantFrom('/mutate/ingress', '/validate/ingress', '/validate/stray-ingress'),
        constantFrom('CREATE', 'UPDATE'),
        ingresses,
        ingresses,
        async (path, operation, now, then) => {
          const object = rawIngress(now.metadata, now.spec)
          const oldObject = operation === 'UPDATE' ? rawIngress(then.metadata, then.spec) : null
          const asked = request(path, review({ operation, object, oldObject }))
          const { outcome, response } = await answer(io, asked.endpoint, asked.request, io.monotonic() + 5_000)
          outcomes.add(outcome)
          return outcome !== 'failed' && response.auditAnnotations?.['codes']?.includes('RuleFailed') !== true
        },
      ),
      { numRuns: 300 },
    ),
  )
  t.same([...outcomes].toSorted(), ['allowed', 'denied', 'patched', 'unchanged'], 'every answer was met')
})

void t.test('defaulting is idempotent and keeps what a user wrote', async (t) => {
  t.doesNotThrow(() =>
    assert(
      property(ingresses, ({ metadata }) => {
        const before = readIngress(rawIngress(metadata))
        const edits = rules.defaults(before, cluster, flags)
        const after = { ...before, annotations: { ...before.annotations, ...edits.set } }
        for (const key of edits.remove) Reflect.deleteProperty(after.annotations, key)
        const again = rules.defaults(after, cluster, flags)
        const written = Object.keys(edits.set).filter((key) => key !== markerKey)
        return (
          written.every((key) => !Object.hasOwn(before.annotations, key)) &&
          Object.keys(again.set).length === 0 &&
          again.remove.length === 0
        )
      }),
    ),
  )
})
