import { globSync, readFileSync } from 'node:fs'
import t from 'tap'
import { settings } from '../../shared/features/index.ts'
import { laterKeys } from '../../shared/features/later.ts'
import { prefix } from '../../shared/names/annotation-keys.ts'
import { bodyLimit, buildApp } from '../../webhook/app.ts'
import { fuzzRig } from './fuzz/account.ts'
import { ask, newCost } from './fuzz/ask.ts'
import { checkAnswer, patchOf, type ReviewResponse } from './fuzz/check.ts'
import { rawIngress, review, serviceReview } from './rig.ts'

/** One test for each kind of hostile input that anybody who may write an Ingress can send; sockets have a file of their own. */

const { io, lines } = fuzzRig()
const app = buildApp({ io })
const cost = newCost()
const keys = [...settings.map(({ key }) => key), ...laterKeys.map(({ key }) => key.replace('*', 'x'))]

const told = async (body: object, path = '/validate/ingress'): Promise<ReviewResponse> => {
  const answer = checkAnswer(await ask(app, cost, path, JSON.stringify(body)))
  if (answer === undefined) throw new Error('no review')
  return answer
}
const withValue = (key: string, value: string): Promise<ReviewResponse> =>
  told(review({ object: rawIngress({ annotations: { [prefix + key]: value } }) }))
/** Code and field of each cause. */
const causes = ({ status }: ReviewResponse): readonly string[] =>
  (status?.details.causes ?? []).map(({ field, message }) => `${/\[(\w+)\]$/.exec(message)?.[1] ?? ''} ${field}`)
const listenPorts = `metadata.annotations[${prefix}listen-ports]`

/** Regular expressions as they are written in our sources. */
const expressionsIn = (file: string): readonly string[] =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /(?<=[(=:,!&|?[\s])\/(?![/*])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/[dgimsuvy]*/g,
    ),
  ].map(([, expression = '']) => expression)

/** Whether a repetition stands inside a repeated group. */
const nests = (expression: string): boolean => {
  const plain = expression.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x')
  return /\([^()]*(?:[+*]|\{\d+,\}?)[^()]*\)(?:[+*]|\{\d+,)/.test(plain)
}

void t.test('hostile input: regular expressions with nested repetition, none of ours and none of theirs', async (t) => {
  t.ok(nests('^(([a-z0-9]+-?)*\\.)+[a-z]+$') && !nests('^[a-z]+(?:-[a-z])*$'), 'the search finds them')
  const files = globSync('{shared,webhook,controller}/**/*.ts')
  const found = files.flatMap((file) => expressionsIn(file).map((expression) => ({ file, expression })))
  t.ok(found.length > 50, `${found.length} expressions`)
  t.same(
    found.filter(({ expression }) => nests(expression)),
    [],
  )
  const slow = `${'a-'.repeat(29)}!`
  for (const key of keys) for (const value of [slow, '^(([a-z0-9]+-?)*\\.)+[a-z]+$']) await withValue(key, value)
  const host = `${'a'.repeat(29)}!`
  await told(review({ object: rawIngress({}, { rules: [{ host, http: { paths: [] } }] }) }))
  t.ok(cost.slowest.milliseconds < 250)
})

void t.test('hostile input: depth, in a value and in the review', async (t) => {
  const deep = '['.repeat(10_000) + ']'.repeat(10_000)
  for (const key of keys) await withValue(key, deep)
  for (const depth of [9, 20]) {
    const found = causes(await withValue('listen-ports', '['.repeat(depth) + ']'.repeat(depth)))
    t.ok(found.length > 0 && found.every((cause) => cause.includes(listenPorts)), `${depth} deep: ${found.join()}`)
  }
  const body = JSON.stringify(review()).replace('"dryRun":false', `"dryRun":${'['.repeat(70)}${']'.repeat(70)}`)
  t.equal((await ask(app, cost, '/validate/ingress', body)).statusCode, 413)
})

void t.test('hostile input: size, eight bodies of nested empty arrays at once', async (t) => {
  const unit = `${'['.repeat(60)}${']'.repeat(60)},`
  const body = `{"a":[${unit.repeat(Math.floor(5_500_000 / unit.length))}[]]}`
  const before = process.memoryUsage().rss
  const replies = await Promise.all(
    Array.from({ length: 8 }, () =>
      app.inject({
        method: 'POST',
        url: '/validate/ingress',
        headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
        payload: body,
      }),
    ),
  )
  t.ok(replies.every(({ statusCode }) => statusCode === 413 || statusCode === 429))
  const grown = Math.round((process.memoryUsage().rss - before) / 1024 / 1024)
  t.ok(grown < 180, `${grown} MiB more`)
  t.equal((await ask(app, cost, '/validate/ingress', ' '.repeat(bodyLimit + 1))).statusCode, 413)
})

void t.test('hostile input: long values, 4 to 64 KiB by annotation, 50 ports', async (t) => {
  for (const { key, maximumLength } of settings) {
    t.ok(maximumLength >= 4_096 && maximumLength <= 65_536, `${key}: ${maximumLength}`)
    t.same(causes(await withValue(key, 'x'.repeat(maximumLength + 1))), [
      `ValueTooLong metadata.annotations[${prefix}${key}]`,
    ])
  }
  const ports = Array.from({ length: 51 }, (_, index) => ({ HTTP: 1_000 + index }))
  t.ok(causes(await withValue('listen-ports', JSON.stringify(ports))).some((cause) => cause.endsWith(listenPorts)))
})

void t.test('hostile input: __proto__, constructor.prototype and their escaped forms', async (t) => {
  const values = [
    '[{"__proto__":80}]',
    '{"__proto__":{"polluted":true}}',
    '[{"\\u005f_proto__":80}]',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '__proto__=x',
    '__proto__.polluted=true',
    'constructor.prototype.polluted=true',
  ]
  for (const key of keys) for (const value of values) await withValue(key, value)
  const object = rawIngress({ labels: { constructor: 'x', ['__proto__']: 'y' } })
  t.ok((await told(review({ object }))).allowed, 'a label is called so')
  t.equal(Reflect.get({}, 'polluted'), undefined)
  t.same(Object.keys(Object.prototype), [])
})

void t.test('hostile input: duplicate JSON keys, and numbers that are none', async (t) => {
  for (const value of [
    '[{"HTTP":80,"HTTP":81}]',
    '[{"HTTPS":443.0}]',
    '[{"HTTP":1e2}]',
    '[{"HTTP":9007199254740993}]',
    '[{"HTTP":"80"}]',
    '[{"HTTP":080}]',
    '[{"HTTP":-0}]',
    '[{"HTTP":0x50}]',
  ]) {
    const found = causes(await withValue('listen-ports', value))
    t.ok(found.length > 0 && found.every((cause) => cause.includes(listenPorts)), `${value}: ${found.join()}`)
  }
})

void t.test('hostile input: characters that forge lines or mislead', async (t) => {
  const forged = ['\n', '\r\n', '\u0000', '\u001b[31m', '\u2028', '\u200f', '\u202e', '\ufeff', '\u0085']
  for (const character of forged)
    for (const key of keys) {
      // what is told is held to be printable by every answer that is read here
      const answer = await withValue(key, `a${character}Warning: forged`)
      t.notOk(answer.auditAnnotations?.['codes']?.includes('forged'))
    }
  t.ok(lines.length > 0)
  for (const line of lines)
    t.ok(/^\{[^\n]*\}\n?$/.test(line) && line.length < 4_096, 'a line of the log is one of JSON')
  t.notOk(lines.join('').includes('forged'), 'no value stands in the log')
})

void t.test('hostile input: odd reviews, each with its verdict', async (t) => {
  const resource = { resource: { apiGroup: 'x', kind: 'Bucket', name: 'b' } }
  const paths = [{ path: '/', pathType: 'Prefix', backend: resource }]
  const noSpec: Record<string, unknown> = { ...rawIngress() }
  delete noSpec['spec']
  const cases: readonly (readonly [string, object, string])[] = [
    [
      'backend.resource in a path',
      { object: rawIngress({}, { rules: [{ http: { paths } }] }) },
      'spec.rules[0].http.paths[0].backend.resource',
    ],
    [
      'backend.resource as default',
      { object: rawIngress({}, { defaultBackend: resource }) },
      'spec.defaultBackend.resource',
    ],
    ['no spec', { object: noSpec }, 'allowed'],
    ['spec null', { object: { ...rawIngress(), spec: null } }, 'allowed'],
    ['DELETE without object', { operation: 'DELETE', object: null, oldObject: rawIngress() }, 'allowed'],
    ['CONNECT', { operation: 'CONNECT' }, 'allowed'],
    ['status', { subResource: 'status' }, 'allowed'],
    ['scale', { subResource: 'scale' }, 'allowed'],
    ['dry-run', { dryRun: true }, 'allowed'],
    ['an odd uid', { uid: '\u202e"\\' }, 'allowed'],
  ]
  for (const [name, request, verdict] of cases) {
    const answer = await told(review(request))
    t.equal(answer.uid, 'uid' in request ? request.uid : '705ab4f5-6393-11e8-b7cc-42010a800002', name)
    if (verdict === 'allowed') t.ok(answer.allowed, name)
    else t.equal(causes(answer)[0]?.split(' ')[1], verdict, name)
    t.ok((await told(review(request), '/mutate/ingress')).allowed, `${name}: defaults never refuse`)
  }
  t.same(patchOf(await told(serviceReview({ object: null }), '/mutate/ingress')), [])
})

void t.test('hostile input: slow or endless clients, by the limits of the server', async (t) => {
  const { server } = app
  t.ok(server.headersTimeout > 0 && server.headersTimeout <= 5_000)
  t.ok(server.requestTimeout > 0 && server.requestTimeout <= 10_000)
  t.equal(server.maxConnections, 1_000)
})
