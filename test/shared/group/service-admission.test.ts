import t from 'tap'
import type { Finding } from '../../../shared/findings/finding.ts'
import { causeField, causeMessage, warningText } from '../../../shared/findings/text.ts'
import { judgeService } from '../../../shared/group/service-admission.ts'
import type { Ingress, Service } from '../../../shared/kubernetes/objects.ts'
import { prefix } from '../../../shared/names/annotation-keys.ts'
import { certificate, facts, ingress, service } from '../../builders.ts'

const carrying = (keys: Readonly<Record<string, string>>, changes: Partial<Service> = {}): Service =>
  service({
    annotations: Object.fromEntries(Object.entries(keys).map(([key, value]) => [prefix + key, value])),
    ...changes,
  })

const text = (finding: Finding): string =>
  finding.kind === 'fault'
    ? `${causeField(finding)}: ${causeMessage(finding)}`.replaceAll(`metadata.annotations[${prefix}`, '[')
    : warningText(finding)

const told = (before: Service | undefined, after: Service, ingresses: readonly Ingress[] = [ingress()]) =>
  judgeService(before, after, facts({ ingresses, services: [before ?? after] })).map(text)

const thirtyTags = (name: string): string => Array.from({ length: 30 }, (_, index) => `${name}${index}=v`).join(',')

const portNamed = (name: string): Partial<Service> => ({
  ports: [{ name, port: 80, nodePort: 31509, protocol: 'TCP' }],
})

void t.test('a key that only an Ingress may carry has no effect on a Service', async (t) => {
  for (const key of ['scheme', 'listen-ports', 'subnets', 'group.name', 'actions.x', 'inbound-cidrs', 'port'])
    t.same(told(undefined, carrying({ [key]: '' })), [`${key}: no effect on a Service; write it on the Ingress`], key)
  t.match(told(undefined, carrying({ 'auth-type': 'oidc' })), [/NotSupportedYet/])
})

void t.test('an override that breaks a rule with a value of an Ingress is refused and names the Ingress', async (t) => {
  t.same(told(undefined, carrying({ 'healthcheck-timeout-seconds': '20' })), [
    '[healthcheck-timeout-seconds]: Invalid value: "20": the timeout (20) must be less than the interval (15, default) for Ingress echoserver/echoserver; write "14", or set healthcheck-interval-seconds: "21" [TimeoutNotBelowInterval]',
  ])
  const patient = ingress({ keys: { 'healthcheck-timeout-seconds': '12' } })
  t.same(told(undefined, carrying({ 'healthcheck-interval-seconds': '10' }), [patient]), [
    '[healthcheck-interval-seconds]: Invalid value: "10": the timeout (12) must be less than the interval (10) for Ingress echoserver/echoserver; write "13", or set healthcheck-timeout-seconds: "9" [TimeoutNotBelowInterval]',
  ])
  t.match(told(undefined, carrying({ 'healthcheck-port': 'metrics' })), [
    /^\[healthcheck-port\]: Not found: "metrics": the Service has no named port for Ingress echoserver\/echoserver; /,
  ])
  t.match(told(undefined, carrying({ tags: thirtyTags('s') }), [ingress({ keys: { tags: thirtyTags('k') } })]), [
    /^\[tags\]: Too many: 63: /,
  ])
})

void t.test('an override is judged without an Ingress where the Service writes both values', async (t) => {
  const both = carrying({ 'healthcheck-timeout-seconds': '20', 'healthcheck-interval-seconds': '10' })
  t.equal(told(undefined, both, []).length, 1)
  t.equal(told(undefined, both).length, 1)
  t.same(told(undefined, carrying({ 'healthcheck-timeout-seconds': '20' }), []), [])
  const codes = carrying({ 'backend-protocol-version': 'GRPC', successCodes: '200' })
  t.match(told(undefined, codes, []), [
    /^successCodes: old spelling/,
    /^\[successCodes\]: Invalid value: "200": must be codes or ranges within 0-99 for GRPC; write "12" /,
  ])
  t.same(told(undefined, carrying({ 'success-codes': '0' }), []), [])
  t.same(told(undefined, carrying({ 'backend-protocol-version': 'GRPC' }), []), [])
})

void t.test('what is wrong with the Service alone is not told again for each Ingress', async (t) => {
  const many = carrying({ tags: `${thirtyTags('s')},${thirtyTags('k')}` })
  t.match(told(undefined, many), [/^\[tags\]: Too many: 63: must have at most 50 items, [^;]* included; /])
})

void t.test('a change of spec alone is told and not refused', async (t) => {
  const key = { 'healthcheck-port': 'http' }
  t.same(told(carrying(key, portNamed('http')), carrying(key, portNamed('web'))), [
    'healthcheck-port: the Service has port "web" for Ingress echoserver/echoserver; write "traffic-port"',
  ])
})

void t.test('GRPC on a Service whose Ingress speaks HTTP, or wants codes of HTTP, is refused', async (t) => {
  t.match(told(undefined, carrying({ 'backend-protocol-version': 'GRPC' })), [
    /^\[backend-protocol-version\]: Invalid value: "GRPC": needs listeners that speak HTTPS, and HTTP:80 does not for Ingress echoserver\/echoserver; /,
  ])
  const coded = ingress({ keys: { 'success-codes': '200', 'certificate-arn': certificate().arn } })
  t.match(told(undefined, carrying({ 'backend-protocol-version': 'GRPC' }), [coded]), [
    /^\[backend-protocol-version\]: Invalid value: "GRPC": the success-codes of the Ingress, "200", must be codes or ranges within 0-99 for GRPC /,
  ])
  t.same(told(undefined, carrying({ 'backend-protocol-version': 'GRPC' }), []), [])
})

void t.test('a new target group for an Ingress is told', async (t) => {
  t.same(told(service(), carrying({ 'backend-protocol': 'HTTPS' })), [
    'backend-protocol HTTP -> HTTPS: new target group for Ingress echoserver/echoserver',
  ])
  t.same(told(service(), carrying({ 'backend-protocol': 'HTTP' })), [])
  t.same(told(service(), service({ ipFamilies: ['IPv4', 'IPv6'] })), [
    'targets get IPv6 addresses: new target group for Ingress echoserver/echoserver',
  ])
})

void t.test('a Service behind targets by IP may lose its node port, but not the port', async (t) => {
  const byIp = ingress({ keys: { 'target-type': 'ip' } })
  const internal = service({ type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP' }] })
  t.same(told(service(), internal, [byIp]), [])
  t.same(told(internal, service({ type: 'ClusterIP', ports: [{ port: 81, protocol: 'TCP' }] }), [byIp]), [
    'port 80 removed: used by Ingress echoserver/echoserver',
  ])
})
