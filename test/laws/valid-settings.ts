import fc from 'fast-check'
import type { SecurityGroup } from '../../shared/ingress/facts.ts'
import { certificate, service, subnet, type World } from '../builders.ts'

/** Annotations without prefix. */
export type Keys = Readonly<Record<string, string>>

const zones = ['a', 'c', 'd'] as const
const groups: readonly SecurityGroup[] = ['1', '2', '3', '4', '5'].map((id) => ({
  id: `sg-${id}`,
  name: `web ${id}`,
  vpcId: 'vpc-0a1b',
}))

/** AWS and the cluster as the settings below take them: three zones with IPv6, five groups, one certificate. */
export const world: World = {
  certificates: [certificate()],
  services: [
    service({
      ports: [
        { name: 'http', port: 80, nodePort: 31509, targetPort: 8080, protocol: 'TCP' },
        { name: 'metrics', port: 9090, nodePort: 31510, targetPort: 9090, protocol: 'TCP' },
      ],
    }),
  ],
  securityGroups: groups,
  subnets: zones.map((zone) =>
    subnet({
      id: `subnet-0${zone}`,
      availabilityZone: `ap-northeast-1${zone}`,
      hasIpv6: true,
      tags: { Name: `net ${zone}`, 'kubernetes.io/role/elb': '1', 'kubernetes.io/role/internal-elb': '' },
    }),
  ),
  routes: { mainIsPublic: true, subnets: {} },
  namedLoadBalancers: { 'web-1': 'absent', A: 'absent', ['b'.repeat(32)]: 'absent' },
}

/** A whole number within bounds in one of the spellings that the codec takes. */
const whole = (min: number, max: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max)), fc.constantFrom('', '+', '0', '+00'))
    .map(([number, before]) => `${before}${number}`)

const bool = fc.constantFrom('1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False')
const flag = fc.constantFrom('true', 'false')

/** Entries between commas, with blanks and empty ones around. */
const listed = (entries: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> =>
  fc.tuple(entries, fc.constantFrom(',', ', ', ' ,,')).map(([all, comma]) => all.join(comma))

const mapped = (pairs: fc.Arbitrary<Keys>): fc.Arbitrary<string> =>
  fc.tuple(pairs, fc.constantFrom('=', ' = '), fc.constantFrom(',', ' , ')).map(([all, equals, comma]) =>
    Object.entries(all)
      .map(([key, value]) => `${key}${equals}${value}`)
      .join(comma),
  )

const optional = (record: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<Keys> =>
  fc
    .record(record, { requiredKeys: [] })
    .map((some) =>
      Object.fromEntries(
        Object.entries<string | undefined>(some).flatMap(([key, value]) =>
          value === undefined ? [] : [[key, value] as const],
        ),
      ),
    )

const either = (...all: readonly fc.Arbitrary<Keys>[]): fc.Arbitrary<Keys> => fc.oneof(...all)
const joined = (...all: readonly fc.Arbitrary<Keys>[]): fc.Arbitrary<Keys> =>
  fc.tuple(...all).map((parts) => Object.assign({}, ...parts))

const ports = fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 65535 }), fc.constantFrom(1, 80, 443, 65535)), {
  minLength: 1,
  maxLength: 6,
})

/** One object for each port, or all in one where no protocol comes twice. */
const portsText = (protocol: (index: number) => string, of: readonly number[], inOne: boolean): string => {
  const objects = of.map((port, index) => ({ [protocol(index)]: port }))
  return JSON.stringify(inOne && of.length === 2 ? [Object.assign({}, ...objects)] : objects)
}

const onHttp: fc.Arbitrary<Keys> = either(
  fc.constant({}),
  ports.map((of) => ({ 'listen-ports': portsText(() => 'HTTP', of, false) })),
)

const policy = fc.constantFrom('ELBSecurityPolicy-TLS13-1-2-2021-06', 'ELBSecurityPolicy-2016-08')

/** The last port speaks HTTPS, the others HTTP and redirect or not; with a certificate that is written or found. */
const onHttps: fc.Arbitrary<Keys> = fc
  .tuple(ports, fc.boolean(), fc.boolean(), fc.option(policy, { nil: undefined }), fc.boolean())
  .map(([of, isWritten, redirects, sslPolicy, inOne]) => ({
    'listen-ports': portsText((index) => (index === of.length - 1 ? 'HTTPS' : 'HTTP'), of, inOne),
    ...(isWritten ? { 'certificate-arn': certificate().arn } : {}),
    ...(redirects ? { 'ssl-redirect': String(of.at(-1)) } : {}),
    ...(sslPolicy === undefined ? {} : { 'ssl-policy': sslPolicy }),
  }))

const network: fc.Arbitrary<Keys> = optional({
  scheme: fc.constantFrom('internal', 'internet-facing'),
  'ip-address-type': fc.constantFrom('ipv4', 'dualstack'),
  subnets: listed(
    fc
      .shuffledSubarray([...zones], { minLength: 2 })
      .chain((of) => fc.tuple(...of.map((zone) => fc.constantFrom(`subnet-0${zone}`, `net ${zone}`)))),
  ),
  'security-groups': listed(
    fc
      .shuffledSubarray([...groups], { minLength: 1, maxLength: 4 })
      .chain((of) => fc.tuple(...of.map(({ id, name }) => fc.constantFrom(id, name)))),
  ),
  'manage-backend-security-group-rules': bool,
  'inbound-cidrs': listed(
    fc.uniqueArray(
      fc.constantFrom('10.0.0.0/8', '0.0.0.0/0', '192.168.7.9/32', '10.1.2.3/16', '::/0', '2001:DB8::/32'),
      {
        minLength: 1,
      },
    ),
  ),
  'load-balancer-name': fc.constantFrom('web-1', 'A', 'b'.repeat(32)),
})

const loadBalancerAttributes: fc.Arbitrary<Keys> = optional({
  'deletion_protection.enabled': flag,
  'idle_timeout.timeout_seconds': whole(1, 4000),
  'client_keep_alive.seconds': whole(60, 604_800),
  'routing.http2.enabled': flag,
  'routing.http.desync_mitigation_mode': fc.constantFrom('monitor', 'defensive', 'strictest'),
  'routing.http.xff_header_processing.mode': fc.constantFrom('append', 'preserve', 'remove'),
  'load_balancing.cross_zone.enabled': fc.constant('true'),
  'access_logs.s3.bucket': fc.constantFrom('logs', 'a.b-c.0', 'x'.repeat(63)),
  'access_logs.s3.prefix': fc.constantFrom('', 'alb', 'a/b'),
  'zonal_shift.config.enabled': flag,
})

const stickiness = either(
  optional({ 'stickiness.enabled': flag, 'stickiness.lb_cookie.duration_seconds': whole(1, 604_800) }),
  fc.constant({
    'stickiness.enabled': 'true',
    'stickiness.type': 'app_cookie',
    'stickiness.app_cookie.cookie_name': 'SESSION_1',
  }),
)
const algorithm = either(
  optional({ 'slow_start.duration_seconds': fc.oneof(fc.constant('0'), whole(30, 900)) }),
  fc.constant({
    'load_balancing.algorithm.type': 'weighted_random',
    'load_balancing.algorithm.anomaly_mitigation': 'on',
  }),
  fc.constant({ 'load_balancing.algorithm.type': 'least_outstanding_requests', 'slow_start.duration_seconds': '0' }),
)
const health = 'target_group_health.dns_failover.minimum_healthy_targets'
const targetGroupAttributes = joined(
  stickiness,
  algorithm,
  optional({
    'deregistration_delay.timeout_seconds': whole(0, 3600),
    'load_balancing.cross_zone.enabled': fc.constantFrom('true', 'false', 'use_load_balancer_configuration'),
    [`${health}.count`]: fc.oneof(fc.constant('off'), whole(1, 100_000)),
    [`${health}.percentage`]: fc.oneof(fc.constant('off'), whole(1, 100)),
  }),
)

const tags = fc.dictionary(
  fc.constantFrom('Team', 'kubernetes.io/cluster/demo', 'a b', '日本', 'k'.repeat(128), '_.:/+-@'),
  fc.constantFrom('', 'x', 'a=b', 'é ü', 'v'.repeat(256), '_.:/=+-@'),
)

/** A timeout below the interval, each written or left to its default. */
const seconds: fc.Arbitrary<Keys> = fc.oneof(
  fc.constant({}),
  fc.constantFrom(6, 7, 15, 60, 299, 300).map((interval) => ({ 'healthcheck-interval-seconds': String(interval) })),
  fc.integer({ min: 2, max: 14 }).map((timeout) => ({ 'healthcheck-timeout-seconds': String(timeout) })),
  fc.tuple(fc.constantFrom(5, 6, 30, 120, 121, 300), fc.nat()).map(([interval, some]) => ({
    'healthcheck-interval-seconds': String(interval),
    'healthcheck-timeout-seconds': String(2 + (some % (Math.min(interval - 1, 120) - 1))),
  })),
)

const backend: fc.Arbitrary<Keys> = joined(
  seconds,
  optional({
    'target-type': fc.constantFrom('instance', 'ip'),
    'backend-protocol': fc.constantFrom('HTTP', 'HTTPS'),
    'healthcheck-port': fc.oneof(fc.constantFrom('traffic-port', 'http', 'metrics'), whole(1, 65535)),
    'healthcheck-protocol': fc.constantFrom('HTTP', 'HTTPS'),
    'healthy-threshold-count': whole(2, 10),
    'unhealthy-threshold-count': whole(2, 10),
    tags: mapped(tags),
    'load-balancer-attributes': mapped(loadBalancerAttributes),
    'target-group-attributes': mapped(targetGroupAttributes),
  }),
)

const ofHttp: fc.Arbitrary<Keys> = optional({
  'backend-protocol-version': fc.constant('HTTP1'),
  'healthcheck-path': fc.constantFrom('/', '/a?b=c', `/${'x'.repeat(1023)}`),
  'success-codes': fc.constantFrom('200', '200-499', '200,301-302,404', '499'),
})
const ofGrpc: fc.Arbitrary<Keys> = fc
  .tuple(
    optional({
      'healthcheck-path': fc.constantFrom('/grpc.health.v1.Health/Check', '/'),
      'success-codes': fc.constantFrom('0', '0-99', '12,13', '99'),
    }),
    fc.integer({ min: 1, max: 65535 }),
  )
  .map(([keys, port]) => ({
    ...keys,
    'backend-protocol-version': 'GRPC',
    'listen-ports': JSON.stringify([{ HTTPS: port }]),
    'certificate-arn': certificate().arn,
  }))

/** Settings of all kinds that nothing is wrong with. */
export const validKeys: fc.Arbitrary<Keys> = joined(
  network,
  backend,
  either(joined(onHttp, ofHttp), joined(onHttps, ofHttp), ofGrpc),
)
