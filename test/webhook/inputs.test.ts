import type { InjectOptions } from 'fastify'
import t from 'tap'
import { buildApp } from '../../webhook/app.ts'
import { nothingFound, rawIngress, review, rig } from './rig.ts'

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

void t.test('whatever object a review holds, the answer is a review with the same uid', async (t) => {
  const { io } = rig({ ingress: () => nothingFound })
  const app = buildApp({ io })
  const cases: readonly (readonly [string, object])[] = [
    ['object of another kind', { kind: { group: '', version: 'v1', kind: 'Pod' } }],
    ['another version', { kind: { group: 'networking.k8s.io', version: 'v1beta1', kind: 'Ingress' } }],
    ['kind of review and object differ', { object: { apiVersion: 'v1', kind: 'Pod' } }],
    ['version of review and object differ', { object: { apiVersion: 'extensions/v1beta1', kind: 'Ingress' } }],
    ['subresource', { subResource: 'status' }],
    ['CONNECT', { operation: 'CONNECT' }],
    ['DELETE without object', { operation: 'DELETE', object: null, oldObject: rawIngress() }],
    ['operation of the wrong type', { operation: 1 }],
    ['no kind', { kind: null }],
    ['object is null', { object: null }],
    ['object is a list', { object: [] }],
    ['object is a text', { object: 'Ingress' }],
  ]
  for (const path of ['/mutate/ingress', '/validate/ingress', '/validate/stray-ingress', '/validate/service']) {
    for (const [name, request] of cases) {
      const reply = await app.inject(post(review(request), { url: path }))
      t.equal(reply.statusCode, 200, `${path}: ${name}`)
      t.strictSame(reply.json(), { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: allowed })
    }
  }
  const odd: readonly object[] = [
    { metadata: null },
    { metadata: { annotations: null } },
    { metadata: { annotations: 'text' } },
    { metadata: { annotations: { constructor: 'x', ['__proto__']: 'y' } } },
    { spec: null },
    { spec: {} },
    { spec: { rules: null, tls: null, defaultBackend: null } },
    { spec: { rules: [null, { http: null }, { http: { paths: [null, { backend: { resource: { kind: 'B' } } }] } }] } },
    { spec: { rules: 'text' } },
  ]
  for (const object of odd) {
    for (const path of ['/mutate/ingress', '/validate/ingress', '/validate/stray-ingress']) {
      const body = review({
        operation: 'UPDATE',
        object: { ...rawIngress(), ...object },
        oldObject: { ...rawIngress(), ...object },
      })
      const reply = await app.inject(post(body, { url: path }))
      t.equal(reply.statusCode, 200)
      t.match(reply.json(), { response: allowed })
    }
  }
})

void t.test('what is no review is answered with 4xx and one line that says where', async (t) => {
  const { io, registry } = rig()
  const app = buildApp({ io })
  const deep = `{"a":${'['.repeat(70)}${']'.repeat(70)}}`
  const cases: readonly (readonly [string, string | Buffer, number, RegExp])[] = [
    ['empty', '', 400, /^the body is empty/],
    ['not JSON', 'hello', 400, /^not JSON \(line 1, column 1: InvalidSymbol\)/],
    ['truncated', '{"a":1,\n "b":', 400, /^not JSON \(line 2, column 6: ValueExpected\)/],
    ['two values', '{}{}', 400, /^not JSON \(line 1, column 3/],
    ['bad UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, /^the body is not UTF-8/],
    ['byte-order mark', Buffer.from('\ufeff{}'), 400, /^not JSON/],
    ['too deep', deep, 413, /^nested deeper than 64 at byte 68/],
    ['a million arrays', '['.repeat(1_000_000), 413, /^nested deeper than 64 at byte 64/],
    ['too many tokens', `[${'1,'.repeat(500_001)}1]`, 413, /^more than 500000 brackets/],
    ['a list', '[]', 400, /^kind: must be AdmissionReview/],
    ['null', 'null', 400, /^kind:/],
    ['v1beta1', JSON.stringify({ ...review(), apiVersion: 'admission.k8s.io/v1beta1' }), 400, /^apiVersion:/],
    ['no request', JSON.stringify({ ...review(), request: undefined }), 400, /^request: must be an object/],
    ['request null', JSON.stringify({ ...review(), request: null }), 400, /^request:/],
    ['no uid', JSON.stringify(review({ uid: undefined })), 400, /^request\.uid: must be a text/],
    ['uid a number', JSON.stringify(review({ uid: 1 })), 400, /^request\.uid: must be a text/],
    ['uid empty', JSON.stringify(review({ uid: '' })), 400, /^request\.uid:/],
    ['uid too long', JSON.stringify(review({ uid: 'é'.repeat(129) })), 400, /^request\.uid: longer than 256 bytes/],
    ['too large', Buffer.alloc(7 * 1024 * 1024 + 1, ' '), 413, /^the body is larger/],
  ]
  for (const [name, body, status, line] of cases) {
    const reply = await app.inject(post(body))
    t.equal(reply.statusCode, status, name)
    t.match(reply.body, line, name)
    t.equal(reply.body.split('\n').length, 2, `${name}: one line`)
  }
  t.match(await registry.metrics(), /alb_webhook_refused_requests_total\{status="413"\} 4/)
})

void t.test('the content type is JSON and the content is not encoded', async (t) => {
  const { io } = rig()
  const app = buildApp({ io })
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await app.inject(post(review(), { headers }))).statusCode
  t.equal(await status(json), 200)
  t.equal(await status({ 'content-type': 'application/json; charset=utf-8' }), 200)
  t.equal(await status({ 'content-type': 'Application/JSON;charset=UTF-8' }), 200)
  t.equal(await status({ 'content-type': 'application/jsonx' }), 415)
  t.equal(await status({ 'content-type': 'application/yaml' }), 415)
  t.equal(await status({ 'content-type': 'text/plain' }), 415)
  t.equal(await status({ 'content-type': '' }), 415)
  t.equal(await status({ ...json, 'content-encoding': 'gzip' }), 415)
  t.equal(await status({ ...json, 'content-encoding': 'identity' }), 415)
})

void t.test('another path is 404, another method 405 with the one that is allowed', async (t) => {
  const { io } = rig()
  const app = buildApp({ io })
  for (const url of ['/', '/validate', '/validate/ingress/', '/validate/pod', '/healthz', '/metrics'])
    t.equal((await app.inject(post(review(), { url }))).statusCode, 404, url)
  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
    const reply = await app.inject({ method, url: '/validate/ingress' })
    t.equal(reply.statusCode, 405, method)
    t.equal(reply.headers['allow'], 'POST')
  }
})
