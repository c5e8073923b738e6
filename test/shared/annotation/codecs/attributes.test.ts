import t from 'tap'
import { attributes } from '../../../../shared/annotation/codecs/attributes.ts'
import type { Codec } from '../../../../shared/annotation/codecs/codec.ts'
import { loadBalancerTable } from '../../../../shared/features/attributes/load-balancer-table.ts'
import { targetGroupAttributesCodec } from '../../../../shared/features/attributes/target-group-table.ts'

const ofLoadBalancer = attributes(loadBalancerTable)
type Attributes = Readonly<Record<string, string>>

const fixes = (codec: Codec<Attributes>, text: string): readonly (string | undefined)[] => {
  const read = codec.decode(text)
  return read.ok ? [] : read.problems.map(({ message, fix }) => `${message}; ${fix}`)
}

const bounds: readonly (readonly [Codec<Attributes>, string, low: number, high: number])[] = [
  [ofLoadBalancer, 'idle_timeout.timeout_seconds', 1, 4000],
  [ofLoadBalancer, 'client_keep_alive.seconds', 60, 604_800],
  [targetGroupAttributesCodec, 'deregistration_delay.timeout_seconds', 0, 3600],
  [targetGroupAttributesCodec, 'stickiness.lb_cookie.duration_seconds', 1, 604_800],
  [targetGroupAttributesCodec, 'stickiness.app_cookie.duration_seconds', 1, 604_800],
  [targetGroupAttributesCodec, 'slow_start.duration_seconds', 30, 900],
  [targetGroupAttributesCodec, 'target_group_health.dns_failover.minimum_healthy_targets.percentage', 1, 100],
  [
    targetGroupAttributesCodec,
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage',
    1,
    100,
  ],
]

for (const [codec, key, low, high] of bounds)
  void t.test(`${key} is ${low} to ${high}`, async (t) => {
    for (const value of [low, high]) t.ok(codec.decode(`${key}=${value}`).ok, `${value}`)
    for (const value of [...(low > 1 ? [low - 1] : []), high + 1, -1, '', `${low}s`, '1.5', '0x10'])
      t.notOk(codec.decode(`${key}=${value}`).ok, `${value}`)
  })

void t.test('numbers are as AWS writes them', async (t) => {
  t.same(ofLoadBalancer.decode('idle_timeout.timeout_seconds = +060'), {
    ok: true,
    value: { 'idle_timeout.timeout_seconds': '60' },
  })
})

void t.test('words beside numbers count where AWS has them', async (t) => {
  const health = 'target_group_health'
  for (const [text, ok] of [
    [`${health}.dns_failover.minimum_healthy_targets.count=off`, true],
    [`${health}.dns_failover.minimum_healthy_targets.count=1000000`, true],
    [`${health}.unhealthy_state_routing.minimum_healthy_targets.count=off`, false],
    [`${health}.unhealthy_state_routing.minimum_healthy_targets.percentage=off`, true],
    ['slow_start.duration_seconds=0', true],
    ['load_balancing.cross_zone.enabled=use_load_balancer_configuration', true],
  ] as const)
    t.equal(targetGroupAttributesCodec.decode(text).ok, ok, text)
})

void t.test('what to write instead is told', async (t) => {
  t.same(fixes(ofLoadBalancer, 'idle_timeout.timeout_seconds=5000'), [
    'must be a whole number, 1 to 4000; write "idle_timeout.timeout_seconds=60"',
  ])
  t.same(fixes(ofLoadBalancer, 'routing.http2.enabled=Yes'), [
    'must be true or false; write "routing.http2.enabled=true"',
  ])
  t.same(fixes(ofLoadBalancer, 'idle_timeout=60'), [
    'there is no such attribute; did you mean idle_timeout.timeout_seconds?',
  ])
  t.same(fixes(ofLoadBalancer, 'idle_timeouts.timeout_seconds=60'), [
    'there is no such attribute; did you mean idle_timeout.timeout_seconds?',
  ])
  t.same(fixes(ofLoadBalancer, 'access_logs.s3.bucket=s3://My-Logs/alb'), [
    'must be the name of an S3 bucket: 3 to 63 lower case letters, digits, "." or "-"; write "access_logs.s3.bucket=my-logs"',
  ])
  t.same(fixes(targetGroupAttributesCodec, 'stickiness.app_cookie.cookie_name=AWSALBTG'), [
    'must be the name of a cookie that does not begin with AWSALB, which load balancers use themselves; write "stickiness.app_cookie.cookie_name=APPTG"',
  ])
  t.same(fixes(targetGroupAttributesCodec, 'lambda.multi_value_headers.enabled=true'), [
    'is an attribute of target groups of Lambda functions; remove it',
  ])
  t.same(fixes(ofLoadBalancer, 'routing.http2.enabled=true,'), [
    'must be true or false; write "routing.http2.enabled=true"',
  ])
  t.same(fixes(ofLoadBalancer, 'access_logs.s3.prefix=/AWSLogs/alb/'), [
    'must not hold "AWSLogs", which AWS adds itself; write "access_logs.s3.prefix=alb"',
  ])
  t.same(fixes(targetGroupAttributesCodec, 'idle_timeout.timeout_seconds=60'), [
    'is an attribute of load balancers; write it in load-balancer-attributes of the Ingress',
  ])
  t.same(fixes(ofLoadBalancer, 'stickiness.enabled=true'), [
    'is an attribute of target groups; write it in target-group-attributes',
  ])
})

void t.test('of very many problems some are told', async (t) => {
  const text = Array.from({ length: 300 }, (_, index) => `key.${index}=1`).join(',')
  t.equal(fixes(ofLoadBalancer, text).length, 20)
  t.equal(fixes(ofLoadBalancer, '__proto__=1,constructor=2').length, 2)
})
