import t from 'tap'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { certificate, facts, ingress, path, service, subnet } from '../../builders.ts'
import { compareRows, type Row, told } from './told.ts'

const keys = (changes: Readonly<Record<string, string>>): Ingress => ingress({ keys: changes })

const grpc = { 'backend-protocol-version': 'GRPC', 'certificate-arn': certificate().arn }

const loadBalancerRows: Readonly<Record<string, Row>> = {
  'PRS-02': {
    mistake: 'a number with a unit',
    ingress: keys({ 'healthcheck-interval-seconds': '15s' }),
    told: ['deny NotANumber healthcheck-interval-seconds'],
  },
  'PRS-04': { mistake: 'a malformed map', ingress: keys({ tags: 'Environment' }), told: ['deny MapSyntax tags'] },
  'PRS-06': { mistake: 'no subnet', ingress: keys({ subnets: '' }), told: ['warn EmptyValue subnets'] },
  'PRS-07': {
    mistake: 'no security group',
    ingress: keys({ 'security-groups': ',' }),
    told: ['deny ListSyntax security-groups'],
  },
  'LSN-01': {
    mistake: 'not JSON',
    ingress: keys({ 'listen-ports': '80,443' }),
    told: ['deny JsonSyntax listen-ports'],
  },
  'LSN-02': {
    mistake: 'an object instead of a list',
    ingress: keys({ 'listen-ports': '{"HTTP":80}' }),
    told: ['deny JsonType listen-ports'],
  },
  'LSN-05': {
    mistake: 'a port out of range',
    ingress: keys({ 'listen-ports': '[{"HTTP":70000}]' }),
    told: ['deny ListenPortRange listen-ports[0].HTTP'],
  },
  'LSN-11': {
    mistake: 'more than 50 listeners',
    ingress: keys({
      'listen-ports': JSON.stringify(Array.from({ length: 51 }, (_, index) => ({ HTTP: 8000 + index }))),
    }),
    told: ['deny ListenersTooMany listen-ports'],
  },
  'LSN-13': {
    mistake: 'HTTPS without any certificate, and no host to find one by',
    ingress: ingress({
      keys: { 'listen-ports': '[{"HTTPS":443}]' },
      spec: { ingressClassName: 'alb', rules: [{ paths: [path()] }], tlsHosts: [] },
    }),
    told: ['deny CertificateMissing certificate-arn'],
  },
  'LB-09': { mistake: 'an unknown scheme', ingress: keys({ scheme: 'public' }), told: ['deny SchemeUnknown scheme'] },
  'LB-11': {
    mistake: 'another scheme than the live load balancer has',
    ingress: keys({ scheme: 'internet-facing' }),
    world: {
      loadBalancers: [
        { group: 'echoserver/echoserver', name: 'k8s-echo', scheme: 'internal', subnetIds: ['subnet-0a', 'subnet-0c'] },
      ],
    },
    told: ['warn SchemeChange scheme'],
  },
  'LB-12': {
    mistake: 'an unknown IP address type',
    ingress: keys({ 'ip-address-type': 'ipv6' }),
    told: ['deny IpAddressTypeUnknown ip-address-type'],
  },
  'LB-14': {
    mistake: 'an IP address type without public addresses of an internal load balancer',
    ingress: keys({ scheme: 'internal', 'ip-address-type': 'dualstack-without-public-ipv4' }),
    world: {
      subnets: ['a', 'c'].map((zone) =>
        subnet({ id: `subnet-0${zone}`, availabilityZone: `ap-northeast-1${zone}`, hasIpv6: true }),
      ),
    },
    told: ['deny IpAddressTypeInternal ip-address-type'],
  },
  'TAG-03': {
    mistake: 'a tag key of AWS',
    ingress: keys({ tags: 'aws:foo=bar' }),
    told: ['deny TagKeyReserved tags.aws:foo'],
  },
  'TAG-04': {
    mistake: 'a tag value with a bad character',
    ingress: keys({ tags: 'k=va#lue' }),
    told: ['deny TagValueInvalid tags.k'],
  },
  'TAG-06': {
    mistake: 'a tag key of the controller',
    ingress: keys({ tags: 'ingress.k8s.aws/stack=x' }),
    told: ['deny TagKeyReserved tags.ingress.k8s.aws/stack'],
  },
  'TAG-07': { mistake: 'a tag key twice', ingress: keys({ tags: 'a=1,a=2' }), told: ['deny MapKeyTwice tags.a'] },
}

const backendRows: Readonly<Record<string, Row>> = {
  'SVC-12': {
    mistake: 'an unknown protocol version',
    ingress: keys({ 'backend-protocol-version': 'HTTP3' }),
    told: ['deny BackendProtocolVersionUnknown backend-protocol-version'],
  },
  'SVC-13': {
    mistake: 'GRPC behind an HTTP listener',
    ingress: keys({ 'backend-protocol-version': 'GRPC' }),
    told: ['deny ProtocolVersionNeedsHttps backend-protocol-version'],
  },
  'SVC-13, HTTP2': {
    mistake: 'HTTP2 behind an HTTP listener beside an HTTPS one',
    ingress: keys({
      'backend-protocol-version': 'HTTP2',
      'listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
      'certificate-arn': certificate().arn,
    }),
    world: { certificates: [certificate()], services: [service()] },
    told: ['deny ProtocolVersionNeedsHttps backend-protocol-version'],
  },
  'HC-13': {
    mistake: 'success codes of HTTP for GRPC',
    ingress: keys({ ...grpc, 'success-codes': '200' }),
    world: { certificates: [certificate()], services: [service()] },
    told: ['deny SuccessCodesRange success-codes'],
  },
  'HC-13, the other way round': {
    mistake: 'success codes of GRPC for HTTP',
    ingress: keys({ 'success-codes': '0-5' }),
    told: ['deny SuccessCodesRange success-codes'],
  },
  'GRPC without HTTP/2': {
    mistake: 'a load balancer that no client of gRPC can use',
    ingress: keys({ ...grpc, 'load-balancer-attributes': 'routing.http2.enabled=false' }),
    world: { certificates: [certificate()], services: [service()] },
    told: ['warn AttributeUnusual load-balancer-attributes'],
  },
  'HC-15': {
    mistake: 'a path that is no method of GRPC',
    ingress: keys({ ...grpc, 'healthcheck-path': '/' }),
    world: { certificates: [certificate()], services: [service()] },
    told: ['warn HealthCheckPathNotGrpc healthcheck-path'],
  },
  'HC-01': {
    mistake: 'a health check port that the Service does not name',
    ingress: keys({ 'healthcheck-port': 'metrics' }),
    told: ['deny HealthCheckPortNotFound healthcheck-port'],
  },
  'HC-04': {
    mistake: 'a named health check port on a Service without node ports',
    ingress: keys({ 'healthcheck-port': 'http' }),
    world: { services: [service({ type: 'ClusterIP', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] })] },
    told: ['deny ServiceWithoutNodePort spec.rules[0].http.paths[0].backend.service.name'],
  },
  'HC-04, with targets by IP': {
    mistake: 'a named health check port whose targetPort is a name',
    ingress: keys({ 'target-type': 'ip', 'healthcheck-port': 'http' }),
    world: { services: [service({ ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }] })] },
    told: ['deny HealthCheckPortNotFound healthcheck-port'],
  },
  'HC-05': {
    mistake: 'an unknown health check protocol',
    ingress: keys({ 'healthcheck-protocol': 'TCP' }),
    told: ['deny HealthCheckProtocolUnknown healthcheck-protocol'],
  },
  'HC-06': {
    mistake: 'an interval out of range',
    ingress: keys({ 'healthcheck-interval-seconds': '1' }),
    told: ['deny OutOfRange healthcheck-interval-seconds'],
  },
  'HC-07': {
    mistake: 'a timeout out of range',
    ingress: keys({ 'healthcheck-timeout-seconds': '200' }),
    told: ['deny OutOfRange healthcheck-timeout-seconds'],
  },
  'HC-10': {
    mistake: 'thresholds out of range',
    ingress: keys({ 'healthy-threshold-count': '1', 'unhealthy-threshold-count': '11' }),
    told: ['deny OutOfRange healthy-threshold-count', 'deny OutOfRange unhealthy-threshold-count'],
  },
  'HC-11': {
    mistake: 'success codes of no known form',
    ingress: keys({ 'success-codes': '2xx' }),
    told: ['deny SuccessCodesSyntax success-codes'],
  },
  'HC-12': {
    mistake: 'success codes out of range',
    ingress: keys({ 'success-codes': '500' }),
    told: ['deny SuccessCodesSyntax success-codes'],
  },
  'HC-14': {
    mistake: 'a health check path without its slash',
    ingress: keys({ 'healthcheck-path': 'health' }),
    told: ['deny HealthCheckPathSyntax healthcheck-path'],
  },
}

void t.test('mistakes in annotations of the load balancer and its listeners', async (t) => {
  compareRows(t, loadBalancerRows)
})

void t.test('mistakes in annotations of backends and health checks', async (t) => {
  compareRows(t, backendRows)
})

void t.test('annotations without a mistake are told nothing of', async (t) => {
  t.same(told(ingress()), [])
  t.same(told(keys({ 'listen-ports': '[{"HTTP":8080},{"HTTP":80}]', 'success-codes': '200,302-399' })), [])
})

void t.test('what targets speak, with all that goes with it, is told nothing of', async (t) => {
  const known = facts({ certificates: [certificate()], services: [service()] })
  for (const written of [
    { 'backend-protocol': 'HTTPS' },
    grpc,
    { ...grpc, 'success-codes': '0,12-20', 'healthcheck-path': '/grpc.health.v1.Health/Check' },
    { ...grpc, 'backend-protocol': 'HTTPS', 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]', 'ssl-redirect': '443' },
    { ...grpc, 'backend-protocol-version': 'HTTP2' },
  ])
    t.same(told(keys(written), known), [], JSON.stringify(written))
})
