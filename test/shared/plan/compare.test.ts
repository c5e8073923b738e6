import t from 'tap'
import type { Action, Condition, HealthCheck, Tags } from '../../../shared/model/model.ts'
import type { ObservedAction, ObservedCondition } from '../../../shared/model/observed.ts'
import { sameAction, sameConditions, sameHealthCheck, sameSet, tagChange } from '../../../shared/plan/compare.ts'
import { healthCheck } from './stack.ts'

const sets: readonly {
  readonly name: string
  readonly a: readonly string[]
  readonly b: readonly string[]
  readonly want: boolean
}[] = [
  { name: 'both empty', a: [], b: [], want: true },
  { name: 'another order', a: ['x', 'y'], b: ['y', 'x'], want: true },
  { name: 'one twice', a: ['x', 'y'], b: ['x', 'y', 'x'], want: true },
  { name: 'one more', a: ['x'], b: ['x', 'y'], want: false },
  { name: 'one less', a: ['x', 'y'], b: ['x'], want: false },
  { name: 'another', a: ['x', 'y'], b: ['x', 'z'], want: false },
]

for (const { name, a, b, want } of sets)
  void t.test(`sets: ${name}: ${want ? 'equal' : 'not equal'}`, async (t) => {
    t.equal(sameSet(a, b), want)
  })

const spared = { cluster: 'demo', externalManaged: ['CostCenter'], legacy: true }
const tags: readonly {
  readonly name: string
  readonly wanted: Tags
  readonly found: Tags
  readonly legacy?: boolean
  readonly want: ReturnType<typeof tagChange>
}[] = [
  { name: 'equal', wanted: { A: '1' }, found: { A: '1' }, want: undefined },
  {
    name: 'missing, other and surplus',
    wanted: { B: '2', A: '1' },
    found: { A: '0', C: '3' },
    want: { set: { A: '1', B: '2' }, remove: ['C'] },
  },
  { name: 'an empty value is a value', wanted: { A: '' }, found: { A: '1' }, want: { set: { A: '' }, remove: [] } },
  { name: 'those of AWS stay', wanted: {}, found: { 'aws:x': '1' }, want: undefined },
  { name: 'external-managed ones are neither removed', wanted: {}, found: { CostCenter: '1' }, want: undefined },
  { name: 'nor changed nor set', wanted: { CostCenter: '2' }, found: {}, want: undefined },
  {
    name: 'those of version 1 stay',
    wanted: {},
    found: { 'kubernetes.io/namespace': 'x', 'ingress.k8s.aws/cluster': 'demo' },
    want: undefined,
  },
  {
    name: 'those of version 1 go from listeners and rules',
    wanted: {},
    found: { 'kubernetes.io/namespace': 'x' },
    legacy: false,
    want: { set: {}, remove: ['kubernetes.io/namespace'] },
  },
  {
    name: 'the version 1 key of another cluster goes',
    wanted: {},
    found: { 'kubernetes.io/cluster/stage': 'owned' },
    want: { set: {}, remove: ['kubernetes.io/cluster/stage'] },
  },
]

for (const { name, wanted, found, legacy = true, want } of tags)
  void t.test(`tags: ${name}`, async (t) => {
    t.same(tagChange(wanted, found, { ...spared, legacy }), want)
  })

const hostHeader = (...values: readonly string[]): Condition => ({ field: 'host-header', values })
const pathPattern = (...values: readonly string[]): Condition => ({ field: 'path-pattern', values })

const conditions: readonly {
  readonly name: string
  readonly wanted: readonly Condition[]
  readonly found: readonly ObservedCondition[]
  readonly want: boolean
}[] = [
  { name: 'none', wanted: [], found: [], want: true },
  {
    name: 'fields in another order',
    wanted: [hostHeader('a'), pathPattern('/')],
    found: [pathPattern('/'), hostHeader('a')],
    want: true,
  },
  {
    name: 'values in another order',
    wanted: [pathPattern('/a', '/a/*')],
    found: [pathPattern('/a/*', '/a')],
    want: false,
  },
  { name: 'the same value in another field', wanted: [hostHeader('a')], found: [pathPattern('a')], want: false },
  { name: 'one condition more', wanted: [hostHeader('a')], found: [hostHeader('a'), pathPattern('/')], want: false },
  {
    name: 'a kind that is not built',
    wanted: [hostHeader('a')],
    found: [{ field: 'other', text: 'host-header ["a"]' }],
    want: false,
  },
]

for (const { name, wanted, found, want } of conditions)
  void t.test(`conditions: ${name}: ${want ? 'equal' : 'not equal'}`, async (t) => {
    t.equal(sameConditions(wanted, found), want)
  })

const forward: Action = { is: 'forward', targetGroup: 'web' }
const fixed = { is: 'fixed-response', statusCode: '404', contentType: 'text/plain' } as const

const actions: readonly {
  readonly name: string
  readonly wanted: Action
  readonly found: readonly ObservedAction[]
  readonly want: boolean
}[] = [
  {
    name: 'a forward to the same',
    wanted: forward,
    found: [{ is: 'forward', targetGroupArns: ['tg-web'] }],
    want: true,
  },
  {
    name: 'a forward to another',
    wanted: forward,
    found: [{ is: 'forward', targetGroupArns: ['tg-api'] }],
    want: false,
  },
  {
    name: 'a forward to one more',
    wanted: forward,
    found: [{ is: 'forward', targetGroupArns: ['tg-web', 'tg-api'] }],
    want: false,
  },
  {
    name: 'a forward to one that does not exist yet',
    wanted: { is: 'forward', targetGroup: 'new' },
    found: [{ is: 'forward', targetGroupArns: ['tg-web'] }],
    want: false,
  },
  {
    name: 'an action of a kind that is not built',
    wanted: forward,
    found: [{ is: 'other', text: 'authenticate-oidc' }],
    want: false,
  },
  {
    name: 'one action more before it',
    wanted: forward,
    found: [
      { is: 'other', text: 'x' },
      { is: 'forward', targetGroupArns: ['tg-web'] },
    ],
    want: false,
  },
  {
    name: 'one action more behind it',
    wanted: forward,
    found: [
      { is: 'forward', targetGroupArns: ['tg-web'] },
      { is: 'other', text: 'x' },
    ],
    want: false,
  },
  { name: 'no action', wanted: forward, found: [], want: false },
  { name: 'the same fixed response', wanted: fixed, found: [fixed], want: true },
  { name: 'no body and an empty body', wanted: fixed, found: [{ ...fixed, messageBody: '' }], want: true },
  { name: 'another body', wanted: fixed, found: [{ ...fixed, messageBody: 'x' }], want: false },
  { name: 'another status', wanted: fixed, found: [{ ...fixed, statusCode: '503' }], want: false },
  { name: 'another content type', wanted: fixed, found: [{ ...fixed, contentType: 'text/html' }], want: false },
  {
    name: 'a forward where a fixed response is wanted',
    wanted: fixed,
    found: [{ is: 'forward', targetGroupArns: ['tg-web'] }],
    want: false,
  },
]

for (const { name, wanted, found, want } of actions)
  void t.test(`actions: ${name}: ${want ? 'equal' : 'not equal'}`, async (t) => {
    t.equal(
      sameAction(wanted, found, {
        arnOf: (resourceId) => (resourceId === 'web' ? 'tg-web' : undefined),
        standInOf: () => undefined,
      }),
      want,
    )
  })

const others: HealthCheck = {
  port: '8080',
  protocol: 'HTTPS',
  path: '/x',
  intervalSeconds: 16,
  timeoutSeconds: 6,
  healthyThreshold: 3,
  unhealthyThreshold: 3,
  successCodes: '204',
}

void t.test('health checks are equal in every field', async (t) => {
  t.ok(sameHealthCheck(healthCheck, { ...healthCheck }))
  for (const [field, value] of Object.entries(others))
    t.notOk(sameHealthCheck(healthCheck, { ...healthCheck, [field]: value }), field)
})
