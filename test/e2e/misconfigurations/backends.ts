import { denied, type Places, type Row, type Told, warned } from './row.ts'
import type { PathOptions } from '../support/objects.ts'

const tg = 'target-group-attributes'
const ofTargetGroup = (value: string) => ({ [tg]: value })
const backend = 'spec.rules[0].http.paths[0].backend.service'
const ip = { 'target-type': 'ip' }

const ofPath = (id: string, mistake: PathOptions, denied: readonly Told[], repaired: PathOptions, keys = {}): Row => ({
  id,
  mistake: { keys, paths: [mistake] },
  denied,
  repaired: { keys, paths: [repaired] },
})

/** Services and their ports, protocols, health checks and attributes of target groups. */
export const backendRows = ({ fixture }: Places): readonly Row[] => {
  const https = { 'certificate-arn': fixture.certificates['*.example.com'] }
  const grpc = { ...https, 'backend-protocol-version': 'GRPC' }
  return [
    denied(
      'PRS-02',
      { 'healthcheck-interval-seconds': '15s' },
      [['healthcheck-interval-seconds', 'NotANumber', 'write "15"']],
      { 'healthcheck-interval-seconds': '15' },
    ),
    ofPath(
      'SVC-03',
      { port: { number: 81 } },
      [{ field: `${backend}.port.number`, code: 'ServicePortNotFound', fix: 'write 80' }],
      {},
    ),
    ofPath(
      'SVC-03, by name',
      { service: 'named', port: { name: 'htpt' } },
      [{ field: `${backend}.port.name`, code: 'ServicePortNotFound', fix: 'did you mean "http"?' }],
      { service: 'named', port: { name: 'http' } },
    ),
    {
      id: 'SVC-15, with targets by IP',
      mistake: { keys: ip, paths: [{ service: 'both-families' }] },
      denied: [{ field: `${backend}.name`, code: 'ServiceAddressFamily', fix: 'set ip-address-type: dualstack' }],
      repaired: { keys: { ...ip, 'ip-address-type': 'dualstack' }, paths: [{ service: 'both-families' }] },
    },
    { id: 'SVC-06', mistake: { keys: ip, paths: [{ service: 'zero' }] } },
    {
      id: 'SVC-07',
      mistake: { keys: ip, paths: [{ service: 'external' }] },
      warned: ['backend external: Service type ExternalName has no targets; its path answers 503'],
      repaired: { keys: ip },
    },
    ofPath(
      'SVC-07, with targets by instance',
      { service: 'external' },
      [
        {
          field: `${backend}.name`,
          code: 'ServiceWithoutNodePort',
          fix: 'name a Service of type NodePort',
        },
      ],
      {},
    ),
    ofPath(
      'SVC-08, made so',
      { service: 'cluster-ip' },
      [
        {
          field: `${backend}.name`,
          code: 'ServiceWithoutNodePort',
          fix: 'make the Service type: NodePort, or set alb.ingress.kubernetes.io/target-type: ip',
        },
      ],
      {},
    ),
    denied(
      'SVC-12',
      { 'backend-protocol-version': 'HTTP3' },
      [['backend-protocol-version', 'BackendProtocolVersionUnknown', 'supported values: "HTTP1", "HTTP2", "GRPC"']],
      { 'backend-protocol-version': 'HTTP1' },
    ),
    denied(
      'SVC-13',
      { 'backend-protocol-version': 'GRPC' },
      [
        [
          'backend-protocol-version',
          'ProtocolVersionNeedsHttps',
          `write listen-ports: '[{"HTTPS":443}]' with certificate-arn, or backend-protocol-version: HTTP1`,
        ],
      ],
      grpc,
    ),
    denied(
      'HC-01',
      { 'healthcheck-port': 'metrics' },
      [['healthcheck-port', 'HealthCheckPortNotFound', 'write "traffic-port"']],
      { 'healthcheck-port': 'traffic-port' },
    ),
    ofPath(
      'HC-04',
      { service: 'cluster-ip' },
      [
        {
          field: `${backend}.name`,
          code: 'ServiceWithoutNodePort',
          fix: 'make the Service type: NodePort, or set alb.ingress.kubernetes.io/target-type: ip',
        },
      ],
      { service: 'named' },
      { 'healthcheck-port': 'http' },
    ),
    denied(
      'HC-05',
      { 'healthcheck-protocol': 'TCP' },
      [['healthcheck-protocol', 'HealthCheckProtocolUnknown', 'supported values: "HTTP", "HTTPS"']],
      { 'healthcheck-protocol': 'HTTP' },
    ),
    denied(
      'HC-06',
      { 'healthcheck-interval-seconds': '1' },
      [['healthcheck-interval-seconds', 'OutOfRange', 'write "15"']],
      { 'healthcheck-interval-seconds': '15' },
    ),
    denied(
      'HC-07',
      { 'healthcheck-timeout-seconds': '200' },
      [['healthcheck-timeout-seconds', 'OutOfRange', 'write "5"']],
      { 'healthcheck-timeout-seconds': '5' },
    ),
    denied('HC-10', { 'healthy-threshold-count': '1' }, [['healthy-threshold-count', 'OutOfRange', 'write "2"']], {
      'healthy-threshold-count': '2',
    }),
    denied('HC-11', { 'success-codes': '2xx' }, [['success-codes', 'SuccessCodesSyntax', 'write "200-299"']], {
      'success-codes': '200-299',
    }),
    denied('HC-12', { 'success-codes': '500' }, [['success-codes', 'SuccessCodesSyntax', 'write "200"']], {
      'success-codes': '200',
    }),
    denied('HC-13', { ...grpc, 'success-codes': '200' }, [['success-codes', 'SuccessCodesRange', 'write "12"']], {
      ...grpc,
      'success-codes': '12',
    }),
    denied(
      'HC-14',
      { 'healthcheck-path': 'health' },
      [['healthcheck-path', 'HealthCheckPathSyntax', 'write "/health"']],
      { 'healthcheck-path': '/health' },
    ),
    denied(
      'HC-14, over 1024',
      { 'healthcheck-path': `/${'a'.repeat(1024)}` },
      [['healthcheck-path', 'HealthCheckPathSyntax', 'write "/"']],
      { 'healthcheck-path': `/${'a'.repeat(1023)}` },
    ),
    warned(
      'HC-15',
      { ...grpc, 'healthcheck-path': '/' },
      ['healthcheck-path: gRPC servers answer to /package.service/method'],
      { ...grpc, 'healthcheck-path': '/grpc.health.v1.Health/Check' },
    ),
    denied(
      'TGA-03',
      ofTargetGroup('slow_start.duration_seconds=10'),
      [[`${tg}.slow_start.duration_seconds`, 'AttributeValue', 'write "slow_start.duration_seconds=0"']],
      ofTargetGroup('slow_start.duration_seconds=30'),
    ),
    denied(
      'TGA-04',
      ofTargetGroup('slow_start.duration_seconds=60,load_balancing.algorithm.type=least_outstanding_requests'),
      [
        [
          `${tg}.slow_start.duration_seconds`,
          'AttributeNeeds',
          'write slow_start.duration_seconds=0, or load_balancing.algorithm.type=round_robin',
        ],
      ],
      ofTargetGroup('slow_start.duration_seconds=60'),
    ),
    denied(
      'TGA-05',
      ofTargetGroup('stickiness.type=source_ip'),
      [[`${tg}.stickiness.type`, 'AttributeValue', 'write "stickiness.type=lb_cookie"']],
      ofTargetGroup('stickiness.type=lb_cookie'),
    ),
    denied(
      'TGA-07',
      ofTargetGroup('stickiness.app_cookie.cookie_name=AWSALB'),
      [[`${tg}.stickiness.app_cookie.cookie_name`, 'AttributeValue', 'write "stickiness.app_cookie.cookie_name=APP"']],
      ofTargetGroup('stickiness.app_cookie.cookie_name=session'),
    ),
    denied(
      'TGA-07, none',
      ofTargetGroup('stickiness.enabled=true,stickiness.type=app_cookie'),
      [
        [
          `${tg}.stickiness.type`,
          'AttributeNeeds',
          'add stickiness.app_cookie.cookie_name=NAME with the name of your cookie',
        ],
      ],
      ofTargetGroup('stickiness.enabled=true,stickiness.type=app_cookie,stickiness.app_cookie.cookie_name=session'),
    ),
    denied(
      'TGA-09',
      ofTargetGroup('load_balancing.algorithm.anomaly_mitigation=on'),
      [
        [
          `${tg}.load_balancing.algorithm.anomaly_mitigation`,
          'AttributeNeeds',
          'add load_balancing.algorithm.type=weighted_random, or write load_balancing.algorithm.anomaly_mitigation=off',
        ],
      ],
      ofTargetGroup('load_balancing.algorithm.anomaly_mitigation=on,load_balancing.algorithm.type=weighted_random'),
    ),
    denied(
      'TGA-10',
      ofTargetGroup('target_group_health.dns_failover.minimum_healthy_targets.percentage=200'),
      [
        [
          `${tg}.target_group_health.dns_failover.minimum_healthy_targets.percentage`,
          'AttributeValue',
          'write "target_group_health.dns_failover.minimum_healthy_targets.percentage=off"',
        ],
      ],
      ofTargetGroup('target_group_health.dns_failover.minimum_healthy_targets.percentage=100'),
    ),
    denied(
      'TGA-12',
      ofTargetGroup('load_balancing.cross_zone.enabled=maybe'),
      [
        [
          `${tg}.load_balancing.cross_zone.enabled`,
          'AttributeValue',
          'write "load_balancing.cross_zone.enabled=use_load_balancer_configuration"',
        ],
      ],
      ofTargetGroup('load_balancing.cross_zone.enabled=true'),
    ),
  ]
}
