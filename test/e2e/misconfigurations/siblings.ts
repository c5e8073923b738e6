import type { IngressOptions, Manifest, PathOptions } from '../support/objects.ts'
import { type Places, type Row, type Told, warned } from './row.ts'

type Options = Omit<IngressOptions, 'namespace'>

const at = 'spec.rules[0].http.paths[0]'
const https = { 'listen-ports': '[{"HTTPS":443}]' }
const fault = (field: string, code: string, fix: string): Told => ({ field, code, fix })
const refused = (id: string, mistake: Options, told: Told, repaired: Options, rest: Partial<Row> = {}): Row => ({
  id,
  mistake,
  denied: [told],
  repaired,
  ...rest,
})

const backend = (name: string, port: Manifest = { number: 80 }): Manifest => ({ service: { name, port } })
const defaultBackend = (written: Manifest): Options => ({ spec: { ingressClassName: 'alb', defaultBackend: written } })

const ofPath = (id: string, mistake: PathOptions, code: string, fix: string, repaired: PathOptions): Row =>
  refused(id, { paths: [mistake] }, fault(`${at}.path`, code, fix), { paths: [repaired] })

const specific = (path: string): PathOptions => ({ path, pathType: 'ImplementationSpecific' })

/** Hosts that the API server takes and a load balancer does not. */
const hosts = ['localhost', 'foo.bar1', 'app.xn--p1ai', `${'x'.repeat(63)}.${'y'.repeat(62)}.com`]

const pathRows: readonly Row[] = [
  ...hosts.map((host) =>
    refused(
      `host ${host.slice(0, 20)}`,
      { host },
      fault('spec.rules[0].host', 'HostInvalid', 'write the full name of a public domain, or remove host'),
      { host: 'app.example.com' },
    ),
  ),
  ...['#', '\\', '<'].map((sign) =>
    ofPath(`RUL-07, ${sign}`, { path: `/a${sign}b` }, 'PathCharacters', 'write path: /a*b* with', specific('/a*b*')),
  ),
  ...[';', ',', '='].map((sign) =>
    ofPath(
      `RUL-07, ${sign}`,
      { path: `/a${sign}b.html`, pathType: 'Exact' },
      'PathCharacters',
      'write path: /a?b.html with',
      specific('/a?b.html'),
    ),
  ),
  ofPath('RUL-02, ?', { path: '/a?', pathType: 'Exact' }, 'PathWildcard', 'write pathType: Impl', specific('/a?.html')),
  ofPath('RUL-06, Exact', { path: `/${'a'.repeat(128)}`, pathType: 'Exact' }, 'PathTooLong', 'write path: /a', {
    path: `/${'a'.repeat(127)}`,
    pathType: 'Exact',
  }),
  ofPath('RUL-06, Prefix', { path: `/${'a'.repeat(126)}` }, 'PathTooLong', 'write path: /a', {
    path: `/${'a'.repeat(125)}/`,
  }),
  {
    id: 'ImplementationSpecific without wildcard',
    mistake: { paths: [specific('/app')] },
    warned: ['rules[0].paths[0].path: ImplementationSpecific "/app" matches only itself; use pathType: Prefix'],
    repaired: { paths: [{ path: '/app' }] },
  },
  {
    id: 'a path twice',
    mistake: { paths: [{ path: '/a' }, { path: '/a', service: 'named' }] },
    warned: ['rule 2 (/a) can never match: rule 1 (/a) has the same conditions and comes first'],
    repaired: { paths: [{ path: '/a' }, { path: '/b', service: 'named' }] },
  },
]

const backendRows: readonly Row[] = [
  refused(
    'SVC-03, the target port',
    { paths: [{ port: { number: 8080 } }] },
    fault(`${at}.backend.service.port.number`, 'ServicePortNotFound', 'write 80'),
    {},
  ),
  refused(
    'SVC-03, a name of a port without one',
    { paths: [{ port: { name: 'http' } }] },
    fault(`${at}.backend.service.port.name`, 'ServicePortNotFound', 'write number: 80'),
    {},
  ),
  refused(
    'SVC-03, default backend',
    defaultBackend(backend('echoserver', { number: 81 })),
    fault('spec.defaultBackend.service.port.number', 'ServicePortNotFound', 'write 80'),
    defaultBackend(backend('echoserver')),
  ),
  refused(
    'a default backend without node ports',
    defaultBackend(backend('cluster-ip')),
    fault(
      'spec.defaultBackend.service.name',
      'ServiceWithoutNodePort',
      'or set alb.ingress.kubernetes.io/target-type: ip',
    ),
    { ...defaultBackend(backend('cluster-ip')), keys: { 'target-type': 'ip' } },
  ),
  refused(
    'GRP-10, default backend',
    defaultBackend({ resource: { apiGroup: 'k8s.example.com', kind: 'StorageBucket', name: 'x' } }),
    fault('spec.defaultBackend.resource', 'BackendResource', 'write backend.service with name and port'),
    defaultBackend(backend('echoserver')),
  ),
  {
    id: 'SVC-01, tolerated as default backend',
    mistake: defaultBackend(backend('gone')),
    warned: ['backend gone:80: Service "gone" does not exist yet; its path answers 503 until it does'],
  },
  refused(
    'HC-01, with a targetPort by name',
    { keys: { 'target-type': 'ip', 'healthcheck-port': 'http' }, paths: [{ service: 'named' }] },
    fault('healthcheck-port', 'HealthCheckPortNotFound', 'write "traffic-port"'),
    { keys: { 'target-type': 'ip', 'healthcheck-port': 'traffic-port' }, paths: [{ service: 'named' }] },
  ),
  refused(
    'an update that adds a Service without node ports',
    { paths: [{}, { path: '/b', service: 'cluster-ip' }] },
    fault(
      'spec.rules[0].http.paths[1].backend.service.name',
      'ServiceWithoutNodePort',
      'make the Service type: NodePort',
    ),
    { paths: [{}, { path: '/b', service: 'named' }] },
    { before: {} },
  ),
]

const ofClass = (className: string, fix: string): Row =>
  refused(`CLS-01, ${className}`, { className }, fault('spec.ingressClassName', 'ClassNotFound', fix), {})

const chosen = (host: string): string => `host ${host}: uses certificate `

/** Mistakes like those of the table, on hosts, paths, backends, classes, `spec.tls` and what AWS holds. */
export const siblingRows = ({ fixture, account }: Places): readonly Row[] => {
  const star = fixture.certificates['*.example.com']
  const managed = { 'manage-backend-security-group-rules': 'true' }
  const tls = (...hosts: readonly string[]): Options => ({
    keys: https,
    spec: {
      ingressClassName: 'alb',
      tls: [{ hosts }],
      rules: [
        {
          host: 'app.example.com',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: backend('echoserver') }] },
        },
      ],
    },
  })
  const notCovered = (host: string, more = '') =>
    fault('certificate-arn', 'CertificateForHostNotFound', `no issued certificate covers host "${host}"${more}`)
  const found: Partial<Row> = { repairedWarned: [chosen('app.example.com')] }
  return [
    ...pathRows,
    ...backendRows,
    ofClass('alb2', 'did you mean "alb"?'),
    ofClass('traefik', 'write "alb"'),
    refused(
      'CLS-01, by an update',
      { className: 'albb' },
      fault('spec.ingressClassName', 'ClassNotFound', 'alb'),
      {},
      { before: {} },
    ),
    {
      id: 'no class',
      mistake: { className: undefined },
      warned: ['2 alb.ingress.kubernetes.io keys have no effect: no class is set and none is default'],
      repaired: {},
    },
    refused(
      'CRT-01, a host of spec.tls',
      tls('app.example.net'),
      notCovered('app.example.net'),
      tls('app.example.com'),
      {
        warned: [chosen('app.example.com')],
        ...found,
      },
    ),
    refused(
      'CRT-02, a wildcard',
      { keys: https, host: '*.b.example.com' },
      notCovered('*.b.example.com', '; a wildcard covers one label only'),
      {
        keys: https,
        host: '*.example.com',
      },
      { repairedWarned: [chosen('*.example.com')] },
    ),
    refused(
      'CRT-02, the apex',
      { keys: https, host: 'example.com' },
      notCovered('example.com'),
      { keys: https, host: 'app.example.com' },
      found,
    ),
    refused(
      'CRT-05, the second of two',
      { host: 'app.example.com', keys: { 'certificate-arn': `${star},${star.slice(0, -8)}00000000` } },
      fault('certificate-arn', 'CertificateNotFound', `write an ARN that 'aws acm list-certificates' shows`),
      { host: 'app.example.com', keys: { 'certificate-arn': star } },
    ),
    warned(
      'inbound-cidrs of another family',
      { 'inbound-cidrs': '::/0' },
      ['inbound-cidrs: holds IPv6 blocks only and the load balancer has IPv4 addresses only: nobody can connect'],
      { 'inbound-cidrs': '0.0.0.0/0' },
    ),
    refused(
      'SG-05, a name in other letters',
      { keys: { ...managed, 'security-groups': 'EXTRA' } },
      fault('security-groups', 'SecurityGroupNotFound', 'did you mean "extra"?'),
      { keys: { ...managed, 'security-groups': 'extra' } },
    ),
    refused(
      'SUB-03, by id and by Name',
      { keys: { subnets: `${fixture.subnets['private-a'].id},private-${fixture.subnets['private-a'].zone}` } },
      fault('subnets', 'SubnetTwice', 'write a subnet of another zone in its place'),
      { keys: { subnets: `${fixture.subnets['private-a'].id},private-${fixture.subnets['private-c'].zone}` } },
    ),
    refused(
      'SUB-21, both of one zone',
      { keys: { subnets: `${fixture.subnets['private-a'].id},${account.smallSubnets[0]}` } },
      fault('subnets', 'SubnetsSameZone', 'write a subnet of another zone in its place'),
      { keys: { subnets: `${fixture.subnets['private-a'].id},${fixture.subnets['private-c'].id}` } },
      { warned: [`subnets: ${account.smallSubnets[0]} is a /28; AWS advises /27 or larger`] },
    ),
  ]
}
