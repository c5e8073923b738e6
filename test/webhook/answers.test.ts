import type { InjectOptions } from 'fastify'
import t from 'tap'
import { buildApp } from '../../webhook/app.ts'
import { aboutAnnotation } from '../shared/findings/finding.ts'
import { nothingFound, rawIngress, rawService, review, rig, serviceReview } from './rig.ts'

const uid = '705ab4f5-6393-11e8-b7cc-42010a800002'
const json = { 'content-type': 'application/json' }

const post = (body: unknown, rest: Partial<InjectOptions> = {}): InjectOptions => ({
  method: 'POST',
  url: '/validate/ingress?timeout=5s',
  headers: json,
  payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  ...rest,
})

const allowed = { uid, allowed: true }

const refuse = (): never => {
  throw new Error('a rule was asked')
}

const fail = (): never => {
  throw new TypeError('a defect')
}

const badScheme = aboutAnnotation('scheme', {
  code: 'SchemeUnknown',
  value: '"public"',
  message: 'supported values: "internal", "internet-facing"',
  fix: 'did you mean "internet-facing"?',
})
const unknownKey = aboutAnnotation('sheme', {
  kind: 'notice',
  code: 'UnknownKey',
  message: 'unknown key, ignored',
  fix: 'did you mean scheme?',
})

void t.test(
  'a denial is literally what the API server passes on, warnings and audit annotations with it',
  async (t) => {
    const { io, lines, registry } = rig({ ingress: () => ({ ...nothingFound, findings: [unknownKey, badScheme] }) })
    const reply = await buildApp({ io }).inject(post(review()))
    const message =
      'Unsupported value: "public": supported values: "internal", "internet-facing"; did you mean "internet-facing"? [SchemeUnknown]'
    t.equal(reply.headers['content-type'], 'application/json; charset=utf-8')
    t.strictSame(reply.json(), {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: {
        uid,
        allowed: false,
        status: {
          status: 'Failure',
          code: 422,
          reason: 'Invalid',
          message: `Ingress "echoserver" is invalid, 1 fault: (1) metadata.annotations[alb.ingress.kubernetes.io/scheme]: ${message}`,
          details: {
            group: 'networking.k8s.io',
            kind: 'Ingress',
            name: 'echoserver',
            causes: [
              {
                reason: 'FieldValueNotSupported',
                field: 'metadata.annotations[alb.ingress.kubernetes.io/scheme]',
                message,
              },
            ],
          },
        },
        warnings: ['sheme: unknown key, ignored; did you mean scheme?'],
        auditAnnotations: { ruleset: '1', verdict: 'denied', codes: 'SchemeUnknown,UnknownKey' },
      },
    })
    t.match(JSON.parse(lines[0] ?? '{}'), {
      level: 'info',
      msg: 'denied',
      endpoint: '/validate/ingress',
      name: 'echoserver',
      codes: 'SchemeUnknown,UnknownKey',
    })
    const metrics = await registry.metrics()
    t.match(
      metrics,
      'alb_webhook_requests_total{endpoint="/validate/ingress",operation="CREATE",verdict="denied",dry_run="false"} 1',
    )
    t.match(metrics, 'alb_webhook_findings_total{code="SchemeUnknown",severity="deny"} 1')
    t.match(metrics, 'alb_webhook_findings_total{code="UnknownKey",severity="warn"} 1')
  },
)

void t.test('a dry-run is told its plan after the other warnings, and the audit log holds it', async (t) => {
  const plan = {
    lines: ['plan: + 1 rule'],
    writes: [{ action: 'CreateRule', on: '80:1' }],
    incomplete: [],
  }
  const ingress = () => plan
  const plans = { ingress, service: () => plan, unchanged: () => ['plan: no change in AWS'], serviceNeeds: () => [] }
  const { io } = rig({ plans, ingress: () => ({ ...nothingFound, findings: [unknownKey] }) })
  const app = buildApp({ io })
  const answer = async (body: object, url = '/validate/ingress'): Promise<unknown> =>
    (await app.inject(post(body, { url }))).json<{ response: unknown }>().response
  const audit = { ruleset: '1', verdict: 'allowed' }
  const json = '{"writes":{"CreateRule":["80:1"]}}'
  t.strictSame(await answer(review({ dryRun: true })), {
    ...allowed,
    warnings: ['sheme: unknown key, ignored; did you mean scheme?', 'plan: + 1 rule'],
    auditAnnotations: { ...audit, codes: 'UnknownKey', plan: json },
  })
  t.strictSame(await answer(review()), {
    ...allowed,
    warnings: ['sheme: unknown key, ignored; did you mean scheme?'],
    auditAnnotations: { ...audit, codes: 'UnknownKey' },
  })
  t.strictSame(await answer(serviceReview({ dryRun: true }), '/validate/service'), {
    ...allowed,
    warnings: ['plan: + 1 rule'],
    auditAnnotations: { ...audit, plan: json },
  })
  const labelled = { operation: 'UPDATE', object: rawIngress({ labels: { a: 'b' } }), oldObject: rawIngress() }
  t.strictSame(await answer(review({ ...labelled, dryRun: true })), {
    ...allowed,
    warnings: ['plan: no change in AWS'],
  })
  t.strictSame(await answer(review(labelled)), allowed)
})

void t.test('a dry-run that is refused has no plan', async (t) => {
  const plans = { ingress: refuse, service: refuse, unchanged: refuse, serviceNeeds: () => [] }
  const { io } = rig({ plans, ingress: () => ({ ...nothingFound, findings: [badScheme] }) })
  const reply = await buildApp({ io }).inject(post(review({ dryRun: true })))
  t.match(reply.json(), { response: { allowed: false, auditAnnotations: { verdict: 'denied' } } })
  t.equal(reply.json<{ response: { warnings?: unknown } }>().response.warnings, undefined)
})

void t.test('the name of a generated object is that of the object', async (t) => {
  const { io } = rig({ ingress: () => ({ ...nothingFound, findings: [badScheme] }) })
  const body = review({ name: '', object: rawIngress({ name: 'shop-x7k2p', generateName: 'shop-' }) })
  const reply = await buildApp({ io }).inject(post(body))
  t.match(reply.json(), { response: { status: { details: { name: 'shop-x7k2p' } } } })
})

void t.test('an admitted object is answered without a log line', async (t) => {
  const { io, lines } = rig()
  const reply = await buildApp({ io }).inject(post(review()))
  t.strictSame(reply.json<{ response: unknown }>().response, {
    ...allowed,
    auditAnnotations: { ruleset: '1', verdict: 'allowed' },
  })
  t.same(lines, [])
})

void t.test('deletion and what is left as it was never meet a rule', async (t) => {
  const { io, lines } = rig({ ingress: refuse, strayIngress: refuse, service: refuse, defaults: refuse })
  const app = buildApp({ io })
  const deleting = { deletionTimestamp: '2026-01-01T00:00:00Z' }
  const annotations = { 'alb.ingress.kubernetes.io/scheme': 'public', 'example.com/x': '1' }
  const cases: readonly (readonly [string, object])[] = [
    ['/validate/ingress', review({ operation: 'UPDATE', object: rawIngress(deleting), oldObject: rawIngress() })],
    ['/validate/stray-ingress', review({ operation: 'UPDATE', object: rawIngress(deleting), oldObject: rawIngress() })],
    ['/mutate/ingress', review({ operation: 'UPDATE', object: rawIngress(deleting), oldObject: rawIngress() })],
    [
      '/validate/service',
      serviceReview({ operation: 'UPDATE', object: rawService(deleting), oldObject: rawService() }),
    ],
    [
      '/validate/ingress',
      review({
        operation: 'UPDATE',
        object: rawIngress({ labels: { a: 'b' }, annotations: { ...annotations, 'example.com/x': '2' } }),
        oldObject: rawIngress({ finalizers: ['ingress.k8s.aws/resources'], annotations }),
      }),
    ],
    [
      '/validate/service',
      serviceReview({
        operation: 'UPDATE',
        object: rawService({ labels: { a: 'b' } }),
        oldObject: rawService(),
      }),
    ],
  ]
  for (const [url, body] of cases) {
    const reply = await app.inject(post(body, { url }))
    t.strictSame(reply.json<{ response: unknown }>().response, allowed, url)
  }
  t.same(lines, [])
})

void t.test('a rule that fails lets the object pass, with a warning, a log line and a metric', async (t) => {
  const { io, lines, registry } = rig({ ingress: fail, service: fail, defaults: fail })
  const app = buildApp({ io })
  const validated = await app.inject(post(review()))
  t.equal(validated.statusCode, 200)
  t.strictSame(validated.json<{ response: unknown }>().response, {
    ...allowed,
    warnings: ['rule RuleFailed not evaluated; the controller checks the Ingress again'],
    auditAnnotations: { ruleset: '1', verdict: 'allowed', codes: 'RuleFailed' },
  })
  const mutated = await app.inject(post(review(), { url: '/mutate/ingress' }))
  t.strictSame(mutated.json<{ response: unknown }>().response, allowed)
  t.match(JSON.parse(lines[0] ?? '{}'), { level: 'error', err: { message: 'a defect' } })
  t.match(await registry.metrics(), 'alb_webhook_rule_failures_total{code="RuleFailed"} 2')
})

void t.test('an update is judged against the object before, a new object against nothing', async (t) => {
  const asked: unknown[] = []
  const { io } = rig({
    ingress: ({ operation, before, after, dryRun }) => {
      asked.push([operation, before?.annotations['example.com/x'], after.name, dryRun])
      return { ...nothingFound, findings: [badScheme], findingsBefore: before === undefined ? [] : [badScheme] }
    },
  })
  const app = buildApp({ io })
  const annotations = { 'alb.ingress.kubernetes.io/scheme': 'public', 'example.com/x': '1' }
  const update = review({
    operation: 'UPDATE',
    dryRun: true,
    object: rawIngress({ annotations }, { ingressClassName: 'other' }),
    oldObject: rawIngress({ annotations }),
  })
  t.match((await app.inject(post(update))).json(), {
    response: { allowed: true, warnings: [/^already wrong before this change: scheme: supported values/] },
  })
  t.match((await app.inject(post(review()))).json(), { response: { allowed: false } })
  t.same(asked, [
    ['UPDATE', '1', 'echoserver', true],
    ['CREATE', undefined, 'echoserver', false],
  ])
})

void t.test('a Service is judged by the change; its old annotation faults only warn', async (t) => {
  const losing = {
    ...unknownKey,
    code: 'ServiceLosesTargets' as const,
    warning: 'type ClusterIP: Ingress a/b loses all of them',
  }
  const { io } = rig({
    service: (before, after) => [badScheme, ...(before !== undefined && before.type !== after.type ? [losing] : [])],
  })
  const app = buildApp({ io })
  const update = serviceReview({
    operation: 'UPDATE',
    object: rawService({}, { type: 'ClusterIP' }),
    oldObject: rawService(),
  })
  t.match((await app.inject(post(update, { url: '/validate/service' }))).json(), {
    response: {
      allowed: true,
      warnings: ['type ClusterIP: Ingress a/b loses all of them', /^already wrong before this change: scheme/],
    },
  })
  t.match((await app.inject(post(serviceReview(), { url: '/validate/service' }))).json(), {
    response: { allowed: false, status: { code: 422, details: { group: '', kind: 'Service', name: 'echoserver' } } },
  })
})

void t.test('defaults come as a patch, and nothing comes where nothing changes', async (t) => {
  const { io } = rig({
    defaults: (ingress) =>
      ingress.annotations['b'] === 'set' ? { set: {}, remove: [] } : { set: { 'x/b': 'set', a: '~' }, remove: ['old'] },
  })
  const app = buildApp({ io })
  const mutate = async (metadata: object): Promise<{ patchType?: string; patch?: string; auditAnnotations?: object }> =>
    (await app.inject(post(review({ object: rawIngress(metadata) }), { url: '/mutate/ingress' }))).json<{
      response: { patchType?: string; patch?: string }
    }>().response
  const patched = await mutate({ annotations: { old: '1' } })
  t.equal(patched.patchType, 'JSONPatch')
  t.strictSame(JSON.parse(Buffer.from(patched.patch ?? '', 'base64').toString()), [
    { op: 'add', path: '/metadata/annotations/a', value: '~' },
    { op: 'add', path: '/metadata/annotations/x~1b', value: 'set' },
    { op: 'remove', path: '/metadata/annotations/old' },
  ])
  t.strictSame(patched.auditAnnotations, { ruleset: '1', defaults: 'a,x/b' })
  t.strictSame(await mutate({ annotations: { b: 'set' } }), allowed)
})
