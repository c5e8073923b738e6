import t from 'tap'
import { orderFaults } from '../../../shared/findings/order.ts'
import type { Finding } from '../../../shared/findings/finding.ts'
import { judgeIngress } from '../../../shared/group/admission.ts'
import { annotationPath, prefix } from '../../../shared/names/annotation-keys.ts'
import { certificate, facts, ingress, service, subnet } from '../../builders.ts'

const both = { 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]', 'certificate-arn': certificate().arn }
const grpc = { ...both, 'ssl-redirect': '443', 'backend-protocol-version': 'GRPC' }

const names = ['public-a', 'public-c']
const known = facts({
  certificates: [certificate()],
  services: [
    service({
      ports: [
        { name: 'http', port: 80, nodePort: 31509, targetPort: 8080, protocol: 'TCP' },
        { name: 'metrics', port: 9090, nodePort: 31510, targetPort: 9090, protocol: 'TCP' },
      ],
    }),
  ],
  securityGroups: [{ id: 'sg-1', name: 'web', vpcId: 'vpc-0a1b' }],
  subnets: names.map((Name, index) =>
    subnet({
      id: `subnet-0${index}`,
      availabilityZone: `ap-northeast-1${Name.at(-1)}`,
      tags: { Name, 'kubernetes.io/role/internal-elb': '1', 'kubernetes.io/role/elb': '1' },
      hasIpv6: true,
    }),
  ),
})

type Keys = Readonly<Record<string, string>>

const faultsOf = (keys: Keys): readonly Finding[] =>
  orderFaults(
    judgeIngress({ operation: 'CREATE', after: ingress({ keys }), dryRun: false }, known).findings.filter(
      ({ kind }) => kind === 'fault',
    ),
  )

/** The first thing that a message says to write or to add, with its quotes taken off. */
const written = ({ fix = '' }: Finding): string | undefined => {
  const [, bare] = /^(?:write|did you mean) ([0-9]+|[\w.]+)\??(?:,|$)/.exec(fix) ?? []
  const [, quoted] = /^(?:write|did you mean) "((?:[^"\\]|\\.)*)"/.exec(fix) ?? []
  const [, json] = /^write '([^']*)'/.exec(fix) ?? /^write (\{.*\})$/.exec(fix) ?? []
  const [, port] = /^write the port of the HTTPS listener, ([0-9]+)$/.exec(fix) ?? []
  return json ?? port ?? bare ?? (quoted === undefined ? undefined : String(JSON.parse(`"${quoted}"`)))
}

/** The keys with one fault repaired as its message says. */
const repaired = (keys: Keys, fault: Finding): Keys => {
  const key = fault.origin.key.slice(prefix.length)
  const value = keys[key] ?? ''
  const rest = fault.path.slice(annotationPath(fault.origin.key).length)
  const instead = written(fault)
  const others = Object.fromEntries(Object.entries(keys).filter(([other]) => other !== key))
  if (/^remove (?:the key|it)/.test(fault.fix ?? '') && rest === '') return others
  const [, index, protocol] = /^\[(\d+)\](?:\.(.*))?$/.exec(rest) ?? []
  if (index !== undefined && instead !== undefined)
    return { ...keys, [key]: inList(value, Number(index), protocol, instead) }
  if (rest.startsWith('.')) return { ...keys, [key]: inMap(value, rest.slice(1), fault, instead) }
  return instead === undefined ? keys : { ...keys, [key]: inEntries(value, fault, instead) }
}

/** A list between commas with the wrong entry replaced; any other value as a whole. */
const inEntries = (value: string, { value: shown = '' }: Finding, instead: string): string => {
  const entries = value.split(',').map((entry) => entry.trim())
  const at = entries.findIndex((entry) => JSON.stringify(entry) === shown)
  return entries.length > 1 && at >= 0 ? entries.with(at, instead).join() : instead
}

const inList = (value: string, index: number, protocol: string | undefined, instead: string): string => {
  const list: unknown = JSON.parse(value)
  if (!Array.isArray(list)) return value
  if (protocol === undefined) return JSON.stringify(list.with(index, JSON.parse(instead)))
  const isName = /[A-Z]/.test(instead)
  const [port = 80] = Object.values(Object(list[index]))
  return JSON.stringify(list.with(index, isName ? { [instead]: port } : { [protocol]: Number(instead) }))
}

/** Pairs with the one of a path replaced by another pair, or its key or value alone. */
const inMap = (value: string, path: string, { code, fix = '' }: Finding, instead: string | undefined): string =>
  value
    .split(',')
    .flatMap((pair) => {
      const [name = '', held = ''] = pair.split('=').map((part) => part.trim())
      if (name !== path) return [pair]
      if (instead === undefined || fix.startsWith('remove it') || fix.startsWith('write it in')) return []
      if (code === 'TagKeyInvalid' || code === 'AttributeUnknown') return [`${instead}=${held}`]
      return [code === 'TagValueInvalid' ? `${name}=${instead}` : instead]
    })
    .join()

const seconds = ['9s', ' 9', '9.5', '1e1', '0', '-1', '100000', 'x']
const words = ['yes', 'TRUE ', 'off', '2']

/** Values that are wrong, by key; what their messages say is written and must be admitted. */
const wrong: Readonly<Record<string, readonly string[]>> = {
  scheme: ['public', 'private', 'Internal', 'internet_facing', 'inernal '],
  'ip-address-type': ['IPV4', 'dual-stack', 'ipv6'],
  'target-type': ['pod', 'Instance', 'IP', 'ips'],
  'backend-protocol': ['http', 'HTTPS ', 'HTTPSS'],
  'backend-protocol-version': ['http1', 'HTTP/1'],
  'healthcheck-protocol': ['https', 'HTTP '],
  'healthcheck-interval-seconds': [...seconds, '5'],
  'healthcheck-timeout-seconds': [...seconds, '15', '120'],
  'healthy-threshold-count': [...seconds, '11'],
  'unhealthy-threshold-count': seconds,
  'healthcheck-healthy-threshold-count': seconds,
  'healthcheck-port': ['0', '65536', '8080/tcp', ' 80', 'Http', 'metric', 'trafic-port', 'web'],
  'healthcheck-path': ['health', '/a b', '/ü', 'https://web', 'http://web/up', `/${'a'.repeat(1024)}`],
  'success-codes': ['2xx', '200, 201', '200-', '199', '500', '0', '12,200', '', '200-100'].filter(Boolean),
  'manage-backend-security-group-rules': words,
  'connection-idle-timeout': [...seconds, '4001'],
  'load-balancer-name': ['my_lb', '-lb-', 'internal-web', 'a'.repeat(33), 'a b.c'],
  'listen-ports': [
    '80,443',
    '{"HTTP":80}',
    '[80]',
    '[]',
    '[{}]',
    '[{"HTTP":"80"}]',
    '[{"HTTP":80.0}]',
    '[{"HTTP":0},{"HTTP":70000}]',
    '[{"http":80}]',
    '[{"HTTP":80},{"HTTP":80}]',
    '[{"HTTP":80},{"HTTPS":80}]',
    "[{'HTTP':80}]",
    '[{HTTP:80}]',
  ],
  'inbound-cidrs': ['10.0.0.1', '10.0.0.0/33', '2001:db8::1,10.0.0.0/8', 'any', '10.0.0/8'],
  'security-groups': ['wbe'],
  subnets: ['public-a,pblic-c'],
  'load-balancer-attributes': [
    'idle_timeout.timeout_seconds=0',
    'idle_timeout.timeout_second=60',
    'access_logs.s3.bucket=',
    'access_logs.s3.bucket=s3://Logs_of/x,waf.fail_open.enabled=Yes',
    'access_logs.s3.prefix=a/AWSLogs/b',
    'routing.http.desync_mitigation_mode=Monitor',
    'load_balancing.cross_zone.enabled=false',
    'stickiness.enabled=true',
    'tcp.idle_timeout.seconds=60',
    'foo=bar',
    'foo',
  ],
  'target-group-attributes': [
    'slow_start.duration_seconds=10',
    'stickiness.type=source_ip',
    'stickiness.app_cookie.cookie_name=AWSALB-1,stickiness.enabled=on',
    'stickiness.app_cookie.cookie_name=a b',
    'load_balancing.algorithm.type=least-outstanding-requests',
    'target_group_health.dns_failover.minimum_healthy_targets.percentage=50%',
    'idle_timeout.timeout_seconds=60',
    'preserve_client_ip.enabled=true',
    'deregistration_delay=30',
  ],
  tags: ['Team', 'a=1,b=#', 'k!=v', 'aws:owner=me', 'ingress.k8s.aws/stack=x', 'k=a;b', `${'k'.repeat(129)}=v`, 'k=😀'],
}

const wrongBesideHttps: Readonly<Record<string, readonly string[]>> = {
  'ssl-policy': ['ELBSecurityPolicy_2016_08', 'TLS13-1-2-2021-06', 'elbsecuritypolicy-fs-2018-06', 'modern'],
  'ssl-redirect': ['true', '80', '8443', '0', '443/tcp'],
}

const wrongForGrpc: Readonly<Record<string, readonly string[]>> = {
  'success-codes': ['2xx', '200', '100', '12-', '99-0'],
  'healthcheck-path': ['AWS.ALB/healthcheck'],
}

void t.test('what a message says to write is admitted', async (t) => {
  const cases = [
    [{}, wrong],
    [both, wrongBesideHttps],
    [grpc, wrongForGrpc],
  ] as const
  for (const [beside, values] of cases)
    for (const [key, texts] of Object.entries(values))
      for (const text of texts) {
        const keys = { ...beside, [key]: text }
        const faults = faultsOf(keys)
        t.ok(faults.length > 0, `${key}: ${text} is refused`)
        const all = faults.reduce(repaired, keys)
        t.same(
          faultsOf(all).map(({ message, value }) => `${value} ${message}`),
          [],
          `${key}: ${text} -> ${JSON.stringify(all)}`,
        )
      }
})
