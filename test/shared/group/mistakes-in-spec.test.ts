import t from 'tap'
import type { Ingress, IngressPath } from '../../../shared/kubernetes/objects.ts'
import { ingress, ingressClass, path, service, subnet, type World } from '../../builders.ts'
import { compareRows, type Row } from './told.ts'

const spec = (changes: Partial<Ingress['spec']>): Ingress => ingress({ spec: { ...ingress().spec, ...changes } })

const paths = (...changes: readonly Parameters<typeof path>[0][]): Ingress =>
  spec({ rules: [{ host: 'echoserver.example.com', paths: changes.map(path) }] })

const classRows: Readonly<Record<string, Row>> = {
  'CLS-01': {
    mistake: 'a class that does not exist',
    ingress: ingress({ keys: { scheme: 'internal' }, spec: { ...ingress().spec, ingressClassName: 'albb' } }),
    told: ['deny ClassNotFound spec.ingressClassName'],
  },
  'CLS-03': {
    mistake: 'parameters of a class, which are not built yet, whatever they are',
    ingress: ingress(),
    world: { classes: [ingressClass({ parameters: { apiGroup: '', kind: 'ConfigMap', name: 'x' } })] },
    told: ['deny NotSupportedYet spec.ingressClassName'],
  },
  'CLS-06': {
    mistake: 'two default classes and an Ingress without class',
    ingress: ingress({ keys: { scheme: 'internal' }, spec: { rules: [{ paths: [path()] }], tlsHosts: [] } }),
    world: { classes: [ingressClass({ isDefault: true }), ingressClass({ name: 'other', isDefault: true })] },
    told: ['deny ClassAmbiguous spec.ingressClassName'],
  },
  'CLS-08': {
    mistake: 'class annotation and class name differ',
    ingress: ingress({
      annotations: { 'kubernetes.io/ingress.class': 'alb' },
      spec: { ...ingress().spec, ingressClassName: 'nginx' },
    }),
    told: [
      'warn ClassAnnotation metadata.annotations[kubernetes.io/ingress.class]',
      'warn ClassAnnotationDisagrees metadata.annotations[kubernetes.io/ingress.class]',
    ],
  },
  'GRP-10': {
    mistake: 'a backend that is a resource',
    ingress: paths({ backend: { is: 'resource', kind: 'StorageBucket', name: 'x' } }),
    told: ['deny BackendResource spec.rules[0].http.paths[0].backend.resource'],
  },
}

const pathAt = 'spec.rules[0].http.paths[0].path'
const withPath = (written: string, pathType: IngressPath['pathType'] = 'Prefix') => paths({ path: written, pathType })

const ruleRows: Readonly<Record<string, Row>> = {
  'RUL-02': {
    mistake: 'a wildcard in an Exact path',
    ingress: withPath('/a*', 'Exact'),
    told: [`deny PathWildcard ${pathAt}`],
  },
  'RUL-03': {
    mistake: 'a wildcard in a Prefix path',
    ingress: withPath('/*'),
    told: [`deny PathWildcard ${pathAt}`],
  },
  'RUL-06': {
    mistake: 'a path that is too long',
    ingress: withPath(`/${'a'.repeat(130)}`),
    told: [`deny PathTooLong ${pathAt}`],
  },
  'RUL-07': {
    mistake: 'characters that no path takes',
    ingress: paths({ path: '/a b' }, { path: '/ü' }, { path: '/a%20' }),
    told: [0, 1, 2].map((index) => `deny PathCharacters spec.rules[0].http.paths[${index}].path`),
  },
  'RUL-09': {
    mistake: 'more than 5 wildcards',
    ingress: withPath('/*/*/*/*/*/*', 'ImplementationSpecific'),
    told: [`deny RuleTooManyWildcards ${pathAt}`],
  },
  'RUL-17': {
    mistake: 'more rules than a load balancer takes, over all its listeners',
    ingress: ingress({
      keys: { 'listen-ports': '[{"HTTP":80},{"HTTP":8080}]' },
      spec: {
        ...ingress().spec,
        rules: [
          { host: 'a.example.com', paths: Array.from({ length: 60 }, (_, index) => path({ path: `/${index}` })) },
        ],
      },
    }),
    told: ['deny RulesTooMany spec.rules'],
  },
  'ACT-01, with --tolerate-non-existent-backend-action=false': {
    mistake: 'the same where the operator does not tolerate it',
    ingress: paths({ backend: { is: 'service', name: 'x', port: { name: 'use-annotation' } } }),
    world: { flags: { tolerateMissingAction: false } },
    told: ['deny ActionMissing spec.rules[0].http.paths[0].backend.service.port.name'],
  },
  'ACT-01': {
    mistake: 'an action that no annotation defines',
    ingress: paths({ backend: { is: 'service', name: 'x', port: { name: 'use-annotation' } } }),
    told: ['warn ActionMissing spec.rules[0].http.paths[0].backend.service.port.name'],
  },
}

const serviceAt = 'spec.rules[0].http.paths[0].backend.service'
const ports = (changes: Parameters<typeof service>[0]): World => ({ services: [service(changes)] })

const withIpv6 = ['a', 'c'].map((zone) =>
  subnet({ id: `subnet-0${zone}`, availabilityZone: `ap-northeast-1${zone}`, hasIpv6: true }),
)

const serviceRows: Readonly<Record<string, Row>> = {
  'SVC-01': {
    mistake: 'a Service that does not exist, with --tolerate-non-existent-backend-service=false',
    ingress: ingress(),
    world: { services: [], flags: { tolerateMissingService: false } },
    told: [`deny ServiceNotFound ${serviceAt}.name`],
  },
  'SVC-02': {
    mistake: 'a Service that does not exist yet',
    ingress: ingress(),
    world: { services: [] },
    told: [`warn ServiceNotFound ${serviceAt}.name`],
  },
  'SVC-03': {
    mistake: 'a port that the Service does not have',
    ingress: paths({ backend: { is: 'service', name: 'echoserver', port: { number: 81 } } }),
    told: [`deny ServicePortNotFound ${serviceAt}.port.number`],
  },
  'SVC-06': {
    mistake: 'targets by IP where the target port is 0',
    ingress: ingress({ keys: { 'target-type': 'ip' } }),
    world: ports({ ports: [{ port: 80, targetPort: 0, protocol: 'TCP' }] }),
    told: [`deny ServiceWithoutTargetPort ${serviceAt}.name`],
  },
  'SVC-07, with targets by IP': {
    mistake: 'a Service of type ExternalName',
    ingress: ingress({ keys: { 'target-type': 'ip' } }),
    world: ports({ type: 'ExternalName', ports: [{ port: 80, protocol: 'TCP' }] }),
    told: [`warn ExternalNameWithoutTargets ${serviceAt}.name`],
  },
  'SVC-03, with targets by IP': {
    mistake: 'a port that the Service does not have',
    ingress: spec({
      rules: [{ paths: [path({ backend: { is: 'service', name: 'echoserver', port: { name: 'web' } } })] }],
    }),
    world: { ...ports({ type: 'ClusterIP' }), flags: { defaultTargetType: 'ip' } },
    told: [`deny ServicePortNotFound ${serviceAt}.port.name`],
  },
  'no mistake: a Service of type ClusterIP with targets by IP': {
    mistake: 'none',
    ingress: ingress({ keys: { 'target-type': 'ip' } }),
    world: ports({ type: 'ClusterIP', ports: [{ port: 80, targetPort: 'web', protocol: 'TCP' }] }),
    told: [],
  },
  'a Service with IPv6 addresses': {
    mistake: 'the load balancer has IPv4 addresses only',
    ingress: ingress({ keys: { 'target-type': 'ip' } }),
    world: ports({ ipFamilies: ['IPv4', 'IPv6'] }),
    told: [`deny ServiceAddressFamily ${serviceAt}.name`],
  },
  'SVC-15': {
    mistake: 'nodes behind a Service with IPv6 addresses',
    ingress: ingress({ keys: { 'ip-address-type': 'dualstack' } }),
    world: { ...ports({ ipFamilies: ['IPv6'] }), subnets: withIpv6 },
    told: [`deny NotSupportedYet ${serviceAt}.name`],
  },
  'no mistake: a Service with IPv6 addresses behind a dual stack load balancer': {
    mistake: 'none',
    ingress: ingress({ keys: { 'target-type': 'ip', 'ip-address-type': 'dualstack' } }),
    world: { ...ports({ ipFamilies: ['IPv6'] }), subnets: withIpv6 },
    told: [],
  },
  'SVC-07': {
    mistake: 'a Service of type ExternalName',
    ingress: ingress(),
    world: ports({ type: 'ExternalName', ports: [{ port: 80, protocol: 'TCP' }] }),
    told: [`deny ServiceWithoutNodePort ${serviceAt}.name`],
  },
}

void t.test('mistakes in the class', async (t) => {
  compareRows(t, classRows)
})

void t.test('mistakes in hosts, paths and actions', async (t) => {
  compareRows(t, ruleRows)
})

void t.test('mistakes in the Service behind a path', async (t) => {
  compareRows(t, serviceRows)
})
