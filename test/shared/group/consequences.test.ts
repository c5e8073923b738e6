import t from 'tap'
import { defaultAnnotations } from '../../../shared/features/defaulting.ts'
import { judgeIngress } from '../../../shared/group/admission.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { certificate, facts, flags, ingress, type IngressChanges, path, service, subnet } from '../../builders.ts'
import { verdict } from '../../../webhook/verdict.ts'

const certificateArn = certificate().arn

const defaulted = (object: Ingress): Ingress => {
  const { set, remove } = defaultAnnotations(object, undefined, flags())
  const annotations = Object.entries({ ...object.annotations, ...set }).filter(([key]) => !remove.includes(key))
  return { ...object, annotations: Object.fromEntries(annotations) }
}

const twoZones = ['1a', '1c'].map((zone) =>
  subnet({ id: `subnet-${zone}`, availabilityZone: `ap-northeast-${zone}`, hasIpv6: true }),
)

const warnings = (from: IngressChanges, to: IngressChanges): readonly string[] => {
  const before = defaulted(ingress(from))
  const added = ingress(to)
  const after = defaulted({ ...added, annotations: { ...before.annotations, ...added.annotations } })
  const judgement = judgeIngress(
    { operation: 'UPDATE', before, after, dryRun: false },
    facts({ certificates: [certificate()], subnets: twoZones }),
  )
  return verdict({ ...judgement, dryRun: false }).warnings
}

void t.test('a certificate moves the default listener: the one that goes and the default are told', async (t) => {
  t.same(warnings({}, { keys: { 'certificate-arn': certificateArn } }), [
    'listen-ports: listener HTTP:80 and its 1 rule will be removed',
    'listen-ports: default changes from [{"HTTP":80}] to [{"HTTPS":443}]',
  ])
})

void t.test('a port whose protocol changes is told', async (t) => {
  t.same(
    warnings(
      { keys: { 'listen-ports': '[{"HTTP":8443}]' } },
      { keys: { 'listen-ports': '[{"HTTPS":8443}]', 'certificate-arn': certificateArn } },
    ),
    ['listen-ports: port 8443 changes from HTTP to HTTPS'],
  )
})

void t.test('what a certificate changes is told though ACM gives no answer about it', async (t) => {
  const unknown = certificateArn.replace('4b3c2d1e', '77aa01fe')
  t.same(warnings({}, { keys: { 'certificate-arn': unknown } }), [
    'listen-ports: listener HTTP:80 and its 1 rule will be removed',
    'listen-ports: default changes from [{"HTTP":80}] to [{"HTTPS":443}]',
    'certificate-arn: ...77aa01fe not checked: not asked; the controller checks it again',
  ])
})

const withPaths = (...paths: readonly string[]): IngressChanges => ({
  spec: {
    ingressClassName: 'alb',
    tlsHosts: [],
    rules: [{ host: 'echoserver.example.com', paths: paths.map((each) => path({ path: each })) }],
  },
})

void t.test('more than half of the rules gone is told, one of three is not', async (t) => {
  t.same(warnings(withPaths('/a', '/b', '/c'), withPaths('/a')), ['rules: 2 of 3 rules will be removed or changed'])
  t.same(warnings(withPaths('/a', '/b', '/c'), withPaths('/a', '/b')), [])
})

void t.test('nothing is told of a change that takes nothing', async (t) => {
  t.same(warnings({}, { keys: { 'healthcheck-path': '/healthz' } }), [])
})

const attributed = (ofLoadBalancer: string, ofTargetGroups: string): IngressChanges => ({
  keys: { 'load-balancer-attributes': ofLoadBalancer, 'target-group-attributes': ofTargetGroups },
})

void t.test('an attribute that is not named any more keeps its value, and what sets it back is told', async (t) => {
  const from = attributed(
    'idle_timeout.timeout_seconds=120,access_logs.s3.bucket=logs',
    'slow_start.duration_seconds=30',
  )
  const world = facts({ services: [service()] })
  const judge = (to: IngressChanges): readonly string[] =>
    verdict({
      ...judgeIngress({ operation: 'UPDATE', before: ingress(from), after: ingress(to), dryRun: false }, world),
      dryRun: false,
    }).warnings
  t.same(judge({}), [
    'attribute access_logs.s3.bucket stays logs',
    'attribute idle_timeout.timeout_seconds stays 120; write idle_timeout.timeout_seconds=60 to reset it',
    'attribute slow_start.duration_seconds stays 30; write slow_start.duration_seconds=0 to reset it',
  ])
  t.same(judge({ keys: { ...from.keys, 'load-balancer-attributes': 'idle_timeout.timeout_seconds=60' } }), [
    'attribute access_logs.s3.bucket stays logs',
  ])
  t.same(judge(from), [])
})

void t.test('another protocol makes a new target group, which is told', async (t) => {
  const before = ingress({})
  const after = ingress({ keys: { 'backend-protocol': 'HTTPS' } })
  const judgement = judgeIngress(
    { operation: 'UPDATE', before, after, dryRun: false },
    facts({ services: [service()] }),
  )
  t.same(verdict({ ...judgement, dryRun: false }).warnings, [
    'new target group for echoserver:80: backend-protocol HTTP -> HTTPS',
  ])
})

void t.test('what narrowed a port goes, and everybody is told of who can connect now', async (t) => {
  const dual = { 'ip-address-type': 'dualstack' }
  const ofOne = { 'inbound-cidrs': '192.0.2.0/24' }
  t.same(warnings({ keys: ofOne }, { keys: { 'inbound-cidrs': '0.0.0.0/0' } }), [
    'inbound-cidrs: port 80 is open to 0.0.0.0/0',
  ])
  const opens = (from: Readonly<Record<string, string>>, to: Readonly<Record<string, string>>) =>
    warnings({ keys: from }, { keys: to }).filter((text) => text.startsWith('inbound-cidrs: port'))
  t.same(opens({ ...dual, ...ofOne }, { ...dual, 'inbound-cidrs': '0.0.0.0/0,::/0' }), [
    'inbound-cidrs: port 80 is open to 0.0.0.0/0 and ::/0',
  ])
  t.same(opens({ ...dual, 'inbound-cidrs': '0.0.0.0/0' }, { ...dual, 'inbound-cidrs': '0.0.0.0/0,::/0' }), [
    'inbound-cidrs: port 80 is open to 0.0.0.0/0 and ::/0',
  ])
  t.same(opens({}, dual), [])
})
