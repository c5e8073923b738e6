import t from 'tap'
import { settings } from '../../../shared/features/index.ts'
import { orderFaults } from '../../../shared/findings/order.ts'
import { causeField, causeMessage, warningText } from '../../../shared/findings/text.ts'
import { judgeIngress } from '../../../shared/group/admission.ts'
import { evaluate } from '../../../shared/group/evaluate.ts'
import type { Ingress, IngressPath } from '../../../shared/kubernetes/objects.ts'
import { prefix } from '../../../shared/names/annotation-keys.ts'
import { verdict } from '../../../webhook/verdict.ts'
import { facts, ingress, path, service, type IngressChanges, type World } from '../../builders.ts'

const judge = (after: Ingress, world: World = {}, before?: Ingress) =>
  judgeIngress(
    {
      operation: before === undefined ? 'CREATE' : 'UPDATE',
      after,
      ...(before === undefined ? {} : { before }),
      dryRun: false,
    },
    facts(world),
  )

/** Causes as kubectl prints them, keys without prefix. */
const causes = (changes: IngressChanges, world?: World): readonly string[] =>
  orderFaults(judge(ingress(changes), world).findings.filter(({ kind }) => kind === 'fault')).map((fault) =>
    `${causeField(fault)}: ${causeMessage(fault)}`.replaceAll(`metadata.annotations[${prefix}`, '['),
  )

const warnings = (changes: IngressChanges, world?: World): readonly string[] =>
  judge(ingress(changes), world)
    .findings.filter(({ kind }) => kind !== 'fault')
    .map(warningText)

const ofService = (keys: Readonly<Record<string, string>>, changes: Parameters<typeof service>[0] = {}) =>
  service({
    annotations: Object.fromEntries(Object.entries(keys).map(([key, value]) => [prefix + key, value])),
    ...changes,
  })

const paths = (...entries: readonly IngressPath[]): IngressChanges => ({
  spec: { ingressClassName: 'alb', rules: [{ host: 'a.example.com', paths: entries }], tlsHosts: [] },
})

/** Whether a message holds more than 64 characters of a value in a row. */
const repeats = (message: string, value: string): boolean =>
  Array.from(value).some((_, at) => at + 65 <= value.length && message.includes(value.slice(at, at + 65)))

const withTls = (tlsHosts: readonly string[]): IngressChanges => ({
  spec: { ingressClassName: 'alb', rules: [{ paths: [path()] }], tlsHosts },
})

const quotas = (changes: IngressChanges, world?: World): readonly string[] =>
  warnings(changes, world).filter((warning) => warning.startsWith('group '))

const ports = (count: number): IngressChanges => ({
  keys: { 'listen-ports': JSON.stringify(Array.from({ length: count }, (_, index) => ({ HTTP: 8000 + index }))) },
  spec: { ingressClassName: 'alb', rules: [], tlsHosts: [] },
})

const tagText = (name: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `${name}${index}=v`).join(',')

void t.test('a health check port is a number in plain digits or a name', async (t) => {
  t.same(causes({ keys: { 'healthcheck-port': '123456789012' } }).length, 1, 'digits are never a name')
  t.same(causes({ keys: { 'healthcheck-port': '+8080' } }), [], 'as every whole number')
  const ports = [
    { name: 'http', port: 80, nodePort: 31509, protocol: 'TCP' },
    { name: 'metrics', port: 9090, nodePort: 31510, protocol: 'TCP' },
  ]
  t.same(causes({ keys: { 'healthcheck-port': 'metric' } }, { services: [service({ ports })] }), [
    '[healthcheck-port]: Not found: "metric": Service "echoserver" has ports "http", "metrics"; did you mean "metrics"? [HealthCheckPortNotFound]',
  ])
  t.same(causes({}, { services: [ofService({ 'healthcheck-port': 'x-y-z' }, { ports })] }), [
    'spec.rules[0].http.paths[0].backend.service.name: Not found: "x-y-z": annotation alb.ingress.kubernetes.io/healthcheck-port of Service "echoserver": the Service has ports "http", "metrics"; write "traffic-port" [HealthCheckPortNotFound]',
  ])
})

void t.test('a timeout that is not below the interval names defaults as such and both ways out', async (t) => {
  t.same(causes({ keys: { 'healthcheck-interval-seconds': '5' } }), [
    '[healthcheck-interval-seconds]: Invalid value: "5": the timeout (5, default) must be less than the interval (5); write "6", or set healthcheck-timeout-seconds: "4" [TimeoutNotBelowInterval]',
  ])
  t.same(causes({ keys: { 'healthcheck-timeout-seconds': '120' } }), [
    '[healthcheck-timeout-seconds]: Invalid value: "120": the timeout (120) must be less than the interval (15, default); write "14", or set healthcheck-interval-seconds: "121" [TimeoutNotBelowInterval]',
  ])
})

void t.test('timeout and interval are compared as they come out for each backend', async (t) => {
  const slow = { keys: { 'healthcheck-timeout-seconds': '20' } }
  t.same(causes(slow, { services: [ofService({ 'healthcheck-interval-seconds': '30' })] }), [])
  t.equal(causes(slow, { services: [] }).length, 1, 'a Service that is not there overrides nothing')
  t.equal(causes({ ...slow, ...paths(path(), path({ path: '/a' })) }).length, 1, 'one annotation, one fault')
  t.equal(causes({ ...slow, ...paths() }).length, 1, 'no backend overrides nothing')
})

void t.test('a Service annotation that is wrong is one fault, however many paths lead there', async (t) => {
  const world = { services: [ofService({ 'healthcheck-interval-seconds': '1' })] }
  t.same(
    causes(paths(path(), path({ path: '/a' }), path({ path: '/b' })), world).map((line) => line.split(': ')[0]),
    ['spec.rules[0].http.paths[0].backend.service.name'],
  )
})

void t.test('50 tags fit on a resource, three of them ours, those of a Service on its target groups', async (t) => {
  t.same(causes({ keys: { tags: tagText('k', 47) } }), [])
  t.match(causes({ keys: { tags: tagText('k', 48) } }), [/Too many: 51: .*; remove 1 \[TagsTooMany\]$/])
  const both = (count: number) =>
    causes({ keys: { tags: tagText('k', 30) } }, { services: [ofService({ tags: tagText('s', count) })] })
  t.same(both(17), [])
  t.match(both(18), [/backend\.service\.name: Too many: 51: annotation .* and that of the Ingress: .*\[TagsTooMany\]$/])
  t.equal(both(48).length, 1, 'a Service with too many of its own is told once')
})

void t.test('what is to be written instead of a bad tag is accepted', async (t) => {
  const rows = {
    'a=1,': 'write "1"',
    'k=a(b)': 'write "a-b"',
    'k=😀': 'remove it',
    'aws:owner=me': 'write "owner=me"',
    'aws:aws:owner=me': 'write "owner=me"',
    'aws:=me': 'remove it',
    'aws:ingress.k8s.aws/stack=me': 'remove it',
  }
  for (const [text, fix] of Object.entries(rows))
    t.match(causes({ keys: { tags: text } }), [new RegExp(`; ${fix} \\[Tag\\w+\\]$`)], text)
  t.match(causes({ keys: { tags: `${'k'.repeat(129)}=v` } }), [/; write "k{60}" \[TagKeyInvalid\]$/])
  t.match(causes({}, { services: [ofService({ tags: 'aws:x=1' })] }), [
    /annotation \S+\/tags\.aws:x of Service "echoserver": /,
  ])
})

void t.test('old and new spelling agree where they mean the same, and an empty one is absent', async (t) => {
  t.same(causes({ keys: { 'healthcheck-healthy-threshold-count': '+3', 'healthy-threshold-count': '3' } }), [])
  t.equal(causes({ keys: { 'healthcheck-healthy-threshold-count': '4', 'healthy-threshold-count': '3' } }).length, 1)
  t.same(warnings({ keys: { successCodes: '', 'success-codes': '200' } }), ['successCodes: empty, counts as absent'])
  t.same(warnings({ keys: { successCodes: '200', 'success-codes': ' ' } }), [
    'success-codes: empty, counts as absent',
    'successCodes: old spelling, read as success-codes',
  ])
})

void t.test('listen-ports: what is to be written instead is free and short', async (t) => {
  const fixes = (text: string) => causes({ keys: { 'listen-ports': text } }).map((line) => line.replace(/^.*; /, ''))
  t.same(fixes('[{"HTTP":80,"HTTP":80}]'), ['keep one of the two [JsonKeyTwice]'])
  t.same(fixes('[{"HTTP":80,"HTTP":81}]'), ['write it as an object of its own: {"HTTP":81} [JsonKeyTwice]'])
  t.same(fixes('[{"HTTP":80,"HTTP":81},{"HTTP":81}]'), ['keep one of the two [JsonKeyTwice]'])
  t.same(fixes('1,2,3,4,5,6,7,8,9'), [`write '[{"HTTP":80}]' instead [JsonSyntax]`])
  t.match(causes({ keys: { 'listen-ports': '[{"HTTP":9007199254740993}]' } }), [/must be 1 to 65535; write 80/])
  t.match(causes({ keys: { 'listen-ports': '\ufeff[{"HTTP":80}]' } }), [/line 1, column 1: unexpected "\\ufeff"/])
})

void t.test('a Service that cannot be used and a port that it has not are two mistakes', async (t) => {
  const port81 = paths(path({ backend: { is: 'service', name: 'echoserver', port: { number: 81 } } }))
  const codes = (changes: Parameters<typeof service>[0]) =>
    causes(port81, { services: [service(changes)] }).map((line) => /\[(\w+)\]$/.exec(line)?.[1])
  t.same(codes({ type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP' }] }), [
    'ServiceWithoutNodePort',
    'ServicePortNotFound',
  ])
  t.same(codes({}), ['ServicePortNotFound'])
  t.same(codes({ type: 'ExternalName', ports: [] }), ['ServiceWithoutNodePort'], 'it has no ports to name')
})

void t.test('an action that is written is not called missing', async (t) => {
  const toAction = paths(path({ backend: { is: 'service', name: 'go', port: { name: 'use-annotation' } } }))
  t.same(warnings({ ...toAction, keys: { 'actions.go': '{}' } }), [])
  t.same(warnings(toAction), ['backend go: no annotation actions.go; its path answers 503'])
})

void t.test('an old fault inside a list stays old when an entry is put in front', async (t) => {
  const before = ingress({ keys: { 'listen-ports': '[{"HTTP":70000}]' } })
  const after = ingress({ keys: { 'listen-ports': '[{"HTTP":80},{"HTTP":70000}]' } })
  const { findings, findingsBefore } = judge(after, {}, before)
  t.same(verdict({ findings, findingsBefore, dryRun: false }).warnings, [
    'already wrong before this change: listen-ports[1].HTTP: must be 1 to 65535',
  ])
})

void t.test('a message repeats at most 64 characters of a value, and its fix is whole', async (t) => {
  const long = Array.from(
    { length: 150 },
    (_, index) => String.fromCharCode(97 + ((index * 7) % 26)) + (index % 10),
  ).join('')
  for (const { key } of settings)
    for (const value of [long, `/ ${long}`, `a=${long}`, `${long}=#`, `subnet-${long}`, `[{"${long}":80}]`])
      for (const cause of judge(ingress({ keys: { [key]: value } })).findings.map(causeMessage)) {
        t.notOk(repeats(cause, value), cause)
        t.notMatch(cause, /\.\.\. \[\w+\]$/)
      }
  for (const pathType of ['Exact', 'Prefix', 'ImplementationSpecific'] as const)
    for (const value of [`/${long}`, `/${long}*`, `/*${long}`, `/%${long}`, `/${'a*'.repeat(70)}`]) {
      const [fault = ''] = causes(paths(path({ path: value, pathType })))
      t.notOk(repeats(fault, value), fault)
      const [, written = value, writtenType = pathType] =
        /; write (?:path: (\S+) with )?pathType: (\w+) /.exec(fault) ?? []
      const fixed = path({ path: written, pathType: writtenType === 'Prefix' ? 'Prefix' : 'ImplementationSpecific' })
      t.same(causes(paths(fixed)), [], fault)
    }
})

void t.test('a health check path is suggested from a URL', async (t) => {
  t.match(causes({ keys: { 'healthcheck-path': 'http://web:8080/healthz' } }), [/; write "\/healthz" \[/])
})

void t.test('a host of spec.tls is suggested only where a rule takes it', async (t) => {
  t.match(warnings(withTls(['localhost', 'a.example.com'])), [/; write host: a\.example\.com$/])
  t.match(warnings(withTls(['localhost'])), [/names hosts$/])
})

void t.test('a value that is longer than any that is right is not read', async (t) => {
  const start = performance.now()
  for (const text of ['a=1,'.repeat(64 * 1024), '['.repeat(256 * 1024), `a=#,${'b=#,'.repeat(8000)}`])
    for (const key of ['tags', 'subnets', 'listen-ports']) t.ok(causes({ keys: { [key]: text } }).length > 0)
  t.ok(performance.now() - start < 2_000)
})

void t.test('from 80 % of a quota on a warning says how much is used', async (t) => {
  t.same(quotas(ports(39)), [])
  t.same(quotas(ports(40)), ['group echoserver/echoserver: 40 of 50 listeners used'])
  t.same(quotas(ports(48)), [
    'group echoserver/echoserver: 48 of 50 listeners used',
    'group echoserver/echoserver: 48 of 60 security group rules used',
  ])
  const services = Array.from({ length: 80 }, (_, index) => service({ name: `web${index}`, uid: `uid${index}` }))
  const entries = services.map(({ name }) => path({ path: `/${name}`, service: name }))
  t.same(quotas(paths(...entries), { services }), [
    'group echoserver/echoserver: 80 of 100 rules used',
    'group echoserver/echoserver: 80 of 100 target groups used',
  ])
  t.same(quotas(paths(...entries.slice(1)), { services }), [])
})

void t.test('a tag may have any legal name', async (t) => {
  const name = 'echoserver/echoserver'
  const member = { name, ingress: ingress({ keys: { tags: '__proto__=x' } }), role: 'candidate' } as const
  const { model } = evaluate({ key: name, members: [member] }, facts())
  t.ok(model.is === 'stack' && Object.hasOwn(model.stack.loadBalancer.tags, '__proto__'))
})

void t.test('a warning about an annotation of a Service fits into its line', async (t) => {
  t.same(warnings({}, { services: [ofService({ successCodes: '200' })] }), [
    'Service echoserver: successCodes: old spelling, read as success-codes',
  ])
  const world = { services: [ofService({ 'healthcheck-interval-seconds': '1' })] }
  const { findings, findingsBefore } = judge(ingress({ keys: { tags: 'a=b' } }), world, ingress())
  t.same(verdict({ findings, findingsBefore, dryRun: false }).warnings, [
    'already wrong before this change: Service echoserver: healthcheck-interval-seconds: must be 5 to 300',
  ])
})
