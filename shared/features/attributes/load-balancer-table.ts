import {
  type AttributeTable,
  fitting,
  flag,
  number,
  type OtherResource,
  word,
} from '../../annotation/codecs/attributes.ts'

const bucket = fitting(
  undefined,
  (value) => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value),
  'must be the name of an S3 bucket: 3 to 63 lower case letters, digits, "." or "-"',
  (value) => {
    const meant = value
      .replace(/^(?:s3:\/\/|arn:[a-z-]+:s3:::)/, '')
      .replace(/\/.*$/, '')
      .toLowerCase()
      .replaceAll('_', '-')
    return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(meant) ? meant : 'my-logs'
  },
)

const prefix = fitting(
  '',
  (value) => !value.includes('AWSLogs'),
  'must not hold "AWSLogs", which AWS adds itself',
  (value) =>
    value
      .split('/')
      .filter((part) => part !== '' && !part.includes('AWSLogs'))
      .join('/'),
)

const networkLoadBalancers: OtherResource = { name: 'network load balancers' }
const targetGroups: OtherResource = { name: 'target groups', key: 'target-group-attributes' }
const listeners: OtherResource = { name: 'listeners' }

/** The logs that a load balancer writes to S3. */
export const logs = ['access_logs.s3', 'connection_logs.s3', 'health_check_logs.s3'] as const

/** Attributes of an Application Load Balancer (ELBv2 API, `LoadBalancerAttribute`). */
export const loadBalancerTable: AttributeTable = {
  known: {
    'deletion_protection.enabled': flag('false'),
    'load_balancing.cross_zone.enabled': {
      ...word('true'),
      rule: 'must be true: an application load balancer cannot turn it off; target groups can',
      suggest: () => 'true',
    },
    ...Object.fromEntries(
      logs.flatMap((log) => [
        [`${log}.enabled`, flag('false')],
        [`${log}.bucket`, bucket],
        [`${log}.prefix`, prefix],
      ]),
    ),
    'ipv6.deny_all_igw_traffic': flag('false'),
    'zonal_shift.config.enabled': flag('false'),
    'idle_timeout.timeout_seconds': number('60', [1, 4000]),
    'client_keep_alive.seconds': number('3600', [60, 604_800]),
    'routing.http.desync_mitigation_mode': word('defensive', 'monitor', 'strictest'),
    'routing.http.drop_invalid_header_fields.enabled': flag('false'),
    'routing.http.preserve_host_header.enabled': flag('false'),
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': flag('false'),
    'routing.http.xff_client_port.enabled': flag('false'),
    'routing.http.xff_header_processing.mode': word('append', 'preserve', 'remove'),
    'routing.http2.enabled': flag('true'),
    'waf.fail_open.enabled': flag('false'),
  },
  ofOthers: {
    'dns_record.client_routing_policy': networkLoadBalancers,
    'secondary_ips.auto_assigned.per_subnet': networkLoadBalancers,
    'tcp.idle_timeout.seconds': { name: 'listeners of network load balancers' },
    'routing.http.request.': listeners,
    'routing.http.response.': listeners,
    'deregistration_delay.': targetGroups,
    'load_balancing.algorithm.': targetGroups,
    'slow_start.': targetGroups,
    'stickiness.': targetGroups,
    'target_group_health.': targetGroups,
  },
  example: 'idle_timeout.timeout_seconds=60',
}

/** What a load balancer has while nobody set the attribute; undefined where there is no such value. */
export const loadBalancerDefault = (key: string, scheme: 'internal' | 'internet-facing'): string | undefined =>
  key === 'ipv6.deny_all_igw_traffic' ? String(scheme === 'internal') : loadBalancerTable.known[key]?.fallback
