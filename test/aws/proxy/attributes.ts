import { type Refusal, refuse } from './errors.ts'
import { type Input, text } from './request.ts'
import type { Xml } from './xml.ts'

/** An attribute: its default, and which values AWS takes. */
interface Attribute {
  readonly fallback: string
  readonly takes: (value: string) => boolean
}

const matching = (pattern: RegExp): Attribute => ({
  fallback: '',
  takes: (value) => value === '' || pattern.test(value),
})
/** Bucket naming rules (Amazon S3, "General purpose bucket naming rules"). */
const bucket = matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
const prefix = matching(/^(?!\/)(?!.*AWSLogs).*(?<!\/)$/)
const oneOf = (fallback: string, ...others: readonly string[]): Attribute => ({
  fallback,
  takes: (value) => value === fallback || others.includes(value),
})
const flag = (fallback: 'true' | 'false'): Attribute => oneOf(fallback, 'true', 'false')
const within = (fallback: string, low: number, high: number, ...others: readonly string[]): Attribute => ({
  fallback,
  takes: (value) => others.includes(value) || (/^\d+$/.test(value) && Number(value) >= low && Number(value) <= high),
})

/** Attributes of an Application Load Balancer (API reference, LoadBalancerAttribute). */
export const loadBalancerAttributes: Readonly<Record<string, Attribute>> = {
  'access_logs.s3.enabled': flag('false'),
  'access_logs.s3.bucket': bucket,
  'access_logs.s3.prefix': prefix,
  'client_keep_alive.seconds': within('3600', 60, 604_800),
  'connection_logs.s3.bucket': bucket,
  'connection_logs.s3.enabled': flag('false'),
  'connection_logs.s3.prefix': prefix,
  'deletion_protection.enabled': flag('false'),
  'health_check_logs.s3.bucket': bucket,
  'health_check_logs.s3.enabled': flag('false'),
  'health_check_logs.s3.prefix': prefix,
  'idle_timeout.timeout_seconds': within('60', 1, 4000),
  'ipv6.deny_all_igw_traffic': flag('false'),
  'load_balancing.cross_zone.enabled': oneOf('true'),
  'routing.http.desync_mitigation_mode': oneOf('defensive', 'monitor', 'strictest'),
  'routing.http.drop_invalid_header_fields.enabled': flag('false'),
  'routing.http.preserve_host_header.enabled': flag('false'),
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': flag('false'),
  'routing.http.xff_client_port.enabled': flag('false'),
  'routing.http.xff_header_processing.mode': oneOf('append', 'preserve', 'remove'),
  'routing.http2.enabled': flag('true'),
  'waf.fail_open.enabled': flag('false'),
  'zonal_shift.config.enabled': flag('false'),
}

/** Attributes of an HTTP or HTTPS target group of instances or addresses (API reference, TargetGroupAttribute). */
export const targetGroupAttributes: Readonly<Record<string, Attribute>> = {
  'deregistration_delay.timeout_seconds': within('300', 0, 3600),
  'load_balancing.algorithm.anomaly_mitigation': oneOf('off', 'on'),
  'load_balancing.algorithm.type': oneOf('round_robin', 'least_outstanding_requests', 'weighted_random'),
  'load_balancing.cross_zone.enabled': oneOf('use_load_balancer_configuration', 'true', 'false'),
  'slow_start.duration_seconds': within('0', 30, 900, '0'),
  'stickiness.app_cookie.cookie_name': matching(/^(?!AWSALB)[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/),
  'stickiness.app_cookie.duration_seconds': within('86400', 1, 604_800),
  'stickiness.enabled': flag('false'),
  'stickiness.lb_cookie.duration_seconds': within('86400', 1, 604_800),
  'stickiness.type': oneOf('lb_cookie', 'app_cookie'),
  'target_group_health.dns_failover.minimum_healthy_targets.count': within('1', 1, 1000, 'off'),
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': within('off', 1, 100, 'off'),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': within('1', 1, 1000),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': within('off', 1, 100, 'off'),
}

/** The refusal of the first attribute that AWS does not know, or of the first value that it does not take. */
export function attributeFault(
  kind: string,
  known: Readonly<Record<string, Attribute>>,
  wanted: readonly Input[],
): Refusal | undefined {
  for (const item of wanted) {
    const key = text(item, 'Key') ?? ''
    const value = text(item, 'Value') ?? ''
    const attribute = known[key]
    if (attribute === undefined) return refuse('ValidationError', `${kind} attribute key '${key}' is not recognized`)
    if (!attribute.takes(value))
      return refuse('ValidationError', `${kind} attribute '${key}' has an invalid value: '${value}'`)
  }
  return undefined
}

/** The attributes that a call sets, by key. */
export function wantedAttributes(wanted: readonly Input[]): ReadonlyMap<string, string> {
  return new Map(wanted.map((item) => [text(item, 'Key') ?? '', text(item, 'Value') ?? '']))
}

/** All attributes, those that nobody set with their defaults, in the order of their keys. */
export function completed(
  known: Readonly<Record<string, Attribute>>,
  set: ReadonlyMap<string, string>,
  overrides: Readonly<Record<string, string>> = {},
): Xml {
  return Object.entries(known).map(([key, { fallback }]) => ({
    Key: key,
    Value: set.get(key) ?? overrides[key] ?? fallback,
  }))
}

/** The attributes that are not at their default. */
export function setAttributes(
  known: Readonly<Record<string, Attribute>>,
  set: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  return Object.fromEntries([...set].filter(([key, value]) => known[key]?.fallback !== value))
}

/** The refusal of attributes of a load balancer that do not go together: logs without a bucket. */
export function loadBalancerConflict(after: ReadonlyMap<string, string>): Refusal | undefined {
  const logs = ['access_logs', 'connection_logs', 'health_check_logs'].find(
    (kind) => after.get(`${kind}.s3.enabled`) === 'true' && (after.get(`${kind}.s3.bucket`) ?? '') === '',
  )
  return logs === undefined
    ? undefined
    : refuse('InvalidConfigurationRequest', `Attribute '${logs}.s3.bucket' must be specified to enable ${logs}`)
}

/** The refusal of attributes of a target group that do not go together. */
export function targetGroupConflict(after: ReadonlyMap<string, string>): Refusal | undefined {
  const algorithm = after.get('load_balancing.algorithm.type') ?? 'round_robin'
  if (after.get('load_balancing.algorithm.anomaly_mitigation') === 'on' && algorithm !== 'weighted_random')
    return refuse('InvalidConfigurationRequest', `Anomaly mitigation is not supported by algorithm '${algorithm}'`)
  if ((after.get('slow_start.duration_seconds') ?? '0') !== '0' && algorithm !== 'round_robin')
    return refuse('InvalidConfigurationRequest', `Slow start is not supported by algorithm '${algorithm}'`)
  return after.get('stickiness.enabled') === 'true' &&
    after.get('stickiness.type') === 'app_cookie' &&
    (after.get('stickiness.app_cookie.cookie_name') ?? '') === ''
    ? refuse('ValidationError', "Attribute 'stickiness.app_cookie.cookie_name' must be specified")
    : undefined
}
