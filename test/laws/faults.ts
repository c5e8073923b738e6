/** One wrong value of one key, and the end of the field path at which it must be told. */
export interface Fault {
  readonly key: string
  readonly value: string
  /** Continues the path of the annotation; empty for the annotation itself. */
  readonly at: string
}

const on = (key: string, ...values: readonly string[]): readonly Fault[] =>
  values.map((value) => ({ key, value, at: '' }))
const within = (key: string, at: string, ...values: readonly string[]): readonly Fault[] =>
  values.map((value) => ({ key, value, at }))

const numbers = ['15s', ' 15', '15 ', '1.5', '1e1', '0x1', '', '1,0', '٣', '-1', '99999999'].filter(Boolean)

/** Faults that stand alone, whatever else is written. */
export const faults: readonly Fault[] = [
  ...on('scheme', 'public', 'Internal', 'internal ', 'internal,internet-facing'),
  ...on('ip-address-type', 'ipv6', 'IPV4', 'dual-stack'),
  ...on('target-type', 'pod', 'Instance', 'ip '),
  ...on('backend-protocol', 'http', 'TCP', 'HTTP,HTTPS'),
  ...on('backend-protocol-version', 'HTTP3', 'grpc', 'HTTP/2'),
  ...on('healthcheck-protocol', 'https', 'TCP'),
  ...on('healthcheck-interval-seconds', ...numbers, '4', '301'),
  ...on('healthcheck-timeout-seconds', ...numbers, '1', '121'),
  ...on('healthy-threshold-count', ...numbers, '1', '11'),
  ...on('unhealthy-threshold-count', ...numbers, '1', '11'),
  ...on('healthcheck-port', '0', '65536', 'a_b', 'web', '80/tcp', 'HTTP'),
  ...on('healthcheck-path', 'x', '/a b', '/ü', `/${'x'.repeat(1024)}`, ' /'),
  ...on('success-codes', '2xx', '100', '500', '200-', '200, 201', '300-200', '200,', '99-100'),
  ...on('listen-ports', '80', '{"HTTP":80}', '[]', '[{"HTTP":80}', '"[]"', '[{"HTTP":080}]'),
  ...within('listen-ports', '[0]', '[80]', '[{}]', '["HTTP"]', '[[]]'),
  ...within('listen-ports', '[0].HTTP', '[{"HTTP":"80"}]', '[{"HTTP":0}]', '[{"HTTP":65536}]', '[{"HTTP":80.0}]'),
  ...within('listen-ports', '[0].http', '[{"http":80}]'),
  ...within('listen-ports', '[1].HTTPS', '[{"HTTP":80},{"HTTPS":80}]'),
  ...on('certificate-arn', 'web', ',', 'arn:aws:acm:ap-northeast-1:1:certificate/a'),
  ...on('certificate-arn', 'arn:aws:iam::123456789012:role/x', 'arn:aws:acm:us-east-1:123456789012:certificate/a'),
  ...on('ssl-policy', 'TLS13', 'ELBSecurityPolicy_2016_08', 'ELBSecurityPolicy-'),
  ...on('ssl-redirect', 'true', '0', '65536', '443/tcp'),
  ...on('subnets', ',', 'subnet-0a', 'subnet-0a,subnet-0a', 'subnet-XY,subnet-0c', 'net a,net x', 'net a,net a'),
  ...on('security-groups', '', ' , ', 'sg-XY', 'nobody', 'sg-1,sg-2,sg-3,sg-4,sg-5,web 6'),
  ...on('manage-backend-security-group-rules', 'yes', 'TRUE ', 'on', '2'),
  ...on('inbound-cidrs', '', ',', '10.0.0.1', '10.0.0.0/33', '::1', 'any', '10.0.0.0/8;::/0'),
  ...on('load-balancer-name', 'my_lb', '-a', 'a-', 'internal-a', 'x'.repeat(33), 'a b'),
  ...on('load-balancer-attributes', 'foo', '=1', 'idle_timeout.timeout_seconds=60,x', ',waf.fail_open.enabled=true'),
  ...within(
    'load-balancer-attributes',
    '.idle_timeout.timeout_seconds',
    'idle_timeout.timeout_seconds=0',
    'idle_timeout.timeout_seconds=4001',
    'idle_timeout.timeout_seconds=60,',
    'idle_timeout.timeout_seconds=60,idle_timeout.timeout_seconds=60',
  ),
  ...within('load-balancer-attributes', '.access_logs.s3.enabled', 'access_logs.s3.enabled=true'),
  ...within('load-balancer-attributes', '.foo', 'foo=bar'),
  ...within(
    'target-group-attributes',
    '.slow_start.duration_seconds',
    'slow_start.duration_seconds=29',
    'slow_start.duration_seconds=60,load_balancing.algorithm.type=weighted_random',
  ),
  ...within('target-group-attributes', '.stickiness.type', 'stickiness.type=source_ip'),
  ...within('target-group-attributes', '.stickiness.type', 'stickiness.enabled=true,stickiness.type=app_cookie'),
  ...within('tags', '.aws:x', 'aws:x=1'),
  ...within('tags', '.a', 'a=#', 'a=1,a=2', `a=${'v'.repeat(257)}`),
  ...on('tags', 'a', '=b', 'a=b,,c=d', Array.from({ length: 48 }, (_, index) => `k${index}=v`).join()),
  ...on('actions.web', '{}'),
  ...on('group.name', 'shop'),
  ...on('port', '80,443'),
]
