import {
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Prepared, RefusalCase } from './prepare.ts'

type Attributes = Readonly<Record<string, string>>

/** Attributes of a load balancer, with the code that refuses them. */
const ofLoadBalancers: readonly (readonly [string, Attributes, string])[] = [
  ['an unknown key', { idle_timeout: '1' }, 'ValidationError'],
  [
    'a key of Network Load Balancers',
    { 'dns_record.client_routing_policy': 'any_availability_zone' },
    'ValidationError',
  ],
  ['a capital letter in a flag', { 'routing.http2.enabled': 'True' }, 'ValidationError'],
  ['an idle timeout of 0', { 'idle_timeout.timeout_seconds': '0' }, 'ValidationError'],
  ['an idle timeout of 4001', { 'idle_timeout.timeout_seconds': '4001' }, 'ValidationError'],
  ['a keep-alive of 59', { 'client_keep_alive.seconds': '59' }, 'ValidationError'],
  ['no balancing over zones', { 'load_balancing.cross_zone.enabled': 'false' }, 'ValidationError'],
  ['an unknown mode', { 'routing.http.desync_mitigation_mode': 'strict' }, 'ValidationError'],
  ['a bucket with capital letters', { 'access_logs.s3.bucket': 'Logs' }, 'ValidationError'],
  ['a prefix that ends with a slash', { 'access_logs.s3.prefix': 'logs/' }, 'ValidationError'],
  ['a prefix with AWSLogs', { 'access_logs.s3.prefix': 'logs/AWSLogs' }, 'ValidationError'],
  ['logs without a bucket', { 'connection_logs.s3.enabled': 'true' }, 'InvalidConfigurationRequestException'],
]

/** Attributes of a target group, with the code that refuses them. */
const ofTargetGroups: readonly (readonly [string, Attributes, string])[] = [
  ['an unknown key', { 'deregistration_delay.timeout': '1' }, 'ValidationError'],
  ['a key of Network Load Balancers', { 'preserve_client_ip.enabled': 'true' }, 'ValidationError'],
  ['a deregistration delay of 3601', { 'deregistration_delay.timeout_seconds': '3601' }, 'ValidationError'],
  ['stickiness by source', { 'stickiness.type': 'source_ip' }, 'ValidationError'],
  ['stickiness for 0 seconds', { 'stickiness.lb_cookie.duration_seconds': '0' }, 'ValidationError'],
  ['a cookie of AWS', { 'stickiness.app_cookie.cookie_name': 'AWSALBAPP' }, 'ValidationError'],
  [
    'stickiness by a cookie without name',
    { 'stickiness.enabled': 'true', 'stickiness.type': 'app_cookie' },
    'ValidationError',
  ],
  ['an unknown algorithm', { 'load_balancing.algorithm.type': 'random' }, 'ValidationError'],
  ['a slow start of 10 seconds', { 'slow_start.duration_seconds': '10' }, 'ValidationError'],
  [
    'a slow start with another algorithm',
    { 'slow_start.duration_seconds': '30', 'load_balancing.algorithm.type': 'weighted_random' },
    'InvalidConfigurationRequestException',
  ],
  [
    'mitigation of anomalies in turn',
    { 'load_balancing.algorithm.anomaly_mitigation': 'on' },
    'InvalidConfigurationRequestException',
  ],
  ['101 per cent', { 'target_group_health.dns_failover.minimum_healthy_targets.percentage': '101' }, 'ValidationError'],
  [
    'routing that is off',
    { 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': 'off' },
    'ValidationError',
  ],
]

/** Row 7: attributes of load balancers and target groups. */
export function attributeCases({ elb, main, web }: Prepared): readonly RefusalCase[] {
  return [
    ...ofLoadBalancers.map(([name, attributes, code]): RefusalCase => [
      7,
      `load balancer attributes: ${name}`,
      () =>
        elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: main, Attributes: asList(attributes) })),
      code,
    ]),
    ...ofTargetGroups.map(([name, attributes, code]): RefusalCase => [
      7,
      `target group attributes: ${name}`,
      () => elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: web, Attributes: asList(attributes) })),
      code,
    ]),
  ]
}

function asList(attributes: Attributes): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }))
}
