import * as fc from 'fast-check'
import t from 'tap'
import {
  readConfigMap,
  readIngress,
  readIngressClass,
  readNode,
  readService,
  readTargetGroupBinding,
} from '../../../shared/kubernetes/read.ts'

const readers = { readConfigMap, readIngress, readIngressClass, readNode, readService, readTargetGroupBinding }

void t.test('an Ingress is reduced to what the rules read', async (t) => {
  const ingress = readIngress({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'shop',
      namespace: 'web',
      uid: 'u1',
      resourceVersion: '7',
      creationTimestamp: '2026-01-02T03:04:05Z',
      deletionTimestamp: '2026-01-03T03:04:05Z',
      labels: { team: 'a', constructor: 'legal' },
      annotations: {
        'alb.ingress.kubernetes.io/scheme': 'internal',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
      },
      finalizers: ['ingress.k8s.aws/resources'],
      managedFields: [],
    },
    spec: {
      ingressClassName: 'alb',
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
      tls: [{ hosts: ['a.example', 'b.example'] }, { hosts: ['c.example'], secretName: 's' }],
      rules: [
        {
          host: 'a.example',
          http: {
            paths: [
              { path: '/x', pathType: 'Exact', backend: { service: { name: 'web', port: { name: 'http' } } } },
              { backend: { resource: { apiGroup: 'k8s.example', kind: 'Bucket', name: 'static' } } },
            ],
          },
        },
        {
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 8 } } } }],
          },
        },
      ],
    },
    status: {
      loadBalancer: {
        ingress: [
          {
            hostname: 'k8s-x.elb.amazonaws.com',
            ports: [
              { port: 80, protocol: 'TCP' },
              { port: 443, error: 'a.b/C' },
            ],
          },
        ],
      },
    },
  })
  t.match(ingress, {
    namespace: 'web',
    name: 'shop',
    uid: 'u1',
    resourceVersion: '7',
    creationTimestamp: '2026-01-02T03:04:05Z',
    deletionTimestamp: '2026-01-03T03:04:05Z',
    finalizers: ['ingress.k8s.aws/resources'],
    chosenKeys: [],
  })
  t.equal(ingress.labels['constructor'], 'legal')
  t.same(Object.keys(ingress.annotations), ['alb.ingress.kubernetes.io/scheme'])
  t.same(ingress.spec, {
    ingressClassName: 'alb',
    defaultBackend: { is: 'service', name: 'web', port: { number: 80 } },
    tlsHosts: ['a.example', 'b.example', 'c.example'],
    tlsSecrets: ['s'],
    rules: [
      {
        host: 'a.example',
        paths: [
          { path: '/x', pathType: 'Exact', backend: { is: 'service', name: 'web', port: { name: 'http' } } },
          { path: '', pathType: 'ImplementationSpecific', backend: { is: 'resource', kind: 'Bucket', name: 'static' } },
        ],
      },
      { paths: [{ path: '/', pathType: 'Prefix', backend: { is: 'service', name: 'web', port: { number: 8 } } }] },
    ],
  })
  t.same(ingress.status, { hostname: 'k8s-x.elb.amazonaws.com', ports: [{ port: 80 }, { port: 443, error: 'a.b/C' }] })
})

void t.test('hostile Ingresses', async (t) => {
  const cases: readonly { name: string; raw: unknown; spec: unknown }[] = [
    { name: 'null', raw: null, spec: { rules: [], tlsHosts: [] } },
    { name: 'no spec', raw: { metadata: null }, spec: { rules: [], tlsHosts: [] } },
    {
      name: 'null maps and lists',
      raw: { spec: { rules: null, tls: null, defaultBackend: null } },
      spec: { rules: [], tlsHosts: [] },
    },
    {
      name: 'a null rule keeps its place',
      raw: { spec: { rules: [null, { host: 5, http: { paths: [null, { path: 3, pathType: 'prefix' }] } }] } },
      spec: {
        tlsHosts: [],
        rules: [
          { paths: [] },
          {
            paths: [
              { path: '', pathType: 'ImplementationSpecific', backend: { is: 'resource', kind: '', name: '' } },
              { path: '', pathType: 'ImplementationSpecific', backend: { is: 'resource', kind: '', name: '' } },
            ],
          },
        ],
      },
    },
    {
      name: 'a backend with neither port',
      raw: { spec: { defaultBackend: { service: { name: 'web' } } } },
      spec: { rules: [], tlsHosts: [], defaultBackend: { is: 'service', name: 'web', port: { name: '' } } },
    },
    {
      name: 'port 0 is absent, as in Go',
      raw: { spec: { defaultBackend: { service: { name: 'web', port: { number: 0, name: 'http' } } } } },
      spec: { rules: [], tlsHosts: [], defaultBackend: { is: 'service', name: 'web', port: { name: 'http' } } },
    },
    {
      name: 'a backend with neither service nor resource',
      raw: { spec: { defaultBackend: {} } },
      spec: { rules: [], tlsHosts: [], defaultBackend: { is: 'resource', kind: '', name: '' } },
    },
  ]
  for (const { name, raw, spec } of cases) {
    await t.test(name, async (t) => t.same(readIngress(raw).spec, spec))
  }
})

void t.test('no JSON makes a reader throw', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (metadata, spec, status) => {
      for (const read of Object.values(readers)) {
        read(metadata)
        read({ metadata, spec, status, data: spec })
        read({ metadata: { annotations: metadata, managedFields: [metadata] }, spec: { rules: [spec], ports: [spec] } })
      }
    }),
    { numRuns: 300 },
  )
  t.pass('readers returned')
})

void t.test('a key __proto__ is a key like any other and changes no prototype', async (t) => {
  const raw: unknown = JSON.parse(
    '{"metadata":{"labels":{"__proto__":"x","constructor":"y"},"annotations":{"__proto__":{"polluted":true}}},"__proto__":{"spec":{"rules":[{}]}}}',
  )
  const ingress = readIngress(raw)
  t.same(Object.entries(ingress.labels), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
  t.same(Object.entries(ingress.annotations), [])
  t.same(ingress.spec.rules, [])
  t.equal(Reflect.get({}, 'polluted'), undefined)
})

const marker = 'ingress.k8s.aws/defaulted'
const scheme = 'alb.ingress.kubernetes.io/scheme'
const ports = 'alb.ingress.kubernetes.io/listen-ports'
const managed = (...keys: string[]) => ({
  manager: 'm',
  fieldsV1: {
    'f:metadata': { 'f:annotations': { '.': {}, ...Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) } },
  },
})
const withEvidence = (lastApplied: unknown, managedFields: unknown) =>
  readIngress({
    metadata: {
      annotations: {
        [scheme]: 'internal',
        [ports]: '[{"HTTP":80}]',
        [marker]: 'scheme=00000000',
        ...(lastApplied === undefined
          ? {}
          : {
              'kubectl.kubernetes.io/last-applied-configuration':
                typeof lastApplied === 'string' ? lastApplied : JSON.stringify(lastApplied),
            }),
      },
      managedFields,
    },
  }).chosenKeys

const applied = (...keys: string[]) => ({
  metadata: { annotations: Object.fromEntries(keys.map((key) => [key, 'v'])) },
})

void t.test('keys that a user is known to have set', async (t) => {
  const cases: readonly { name: string; lastApplied?: unknown; managedFields?: unknown; chosen: readonly string[] }[] =
    [
      { name: 'no evidence', chosen: [] },
      { name: 'last-applied holds the key', lastApplied: applied(scheme), chosen: [scheme] },
      { name: 'last-applied holds the marker too: a copied object', lastApplied: applied(scheme, marker), chosen: [] },
      { name: 'last-applied is no JSON', lastApplied: '{', chosen: [] },
      { name: 'last-applied is null', lastApplied: 'null', chosen: [] },
      {
        name: 'a key of last-applied that the object lost',
        lastApplied: applied('alb.ingress.kubernetes.io/x'),
        chosen: [],
      },
      { name: 'one manager owns the key', managedFields: [managed(ports)], chosen: [ports] },
      { name: 'a manager owns key and marker', managedFields: [managed(ports, marker)], chosen: [] },
      {
        name: 'one copied all, another set one key',
        managedFields: [managed(ports, scheme, marker), managed(scheme)],
        chosen: [scheme],
      },
      {
        name: 'both kinds of evidence, each key once, in order',
        lastApplied: applied(scheme),
        managedFields: [managed(scheme, ports)],
        chosen: [ports, scheme],
      },
      {
        name: 'managedFields of wrong types',
        managedFields: [null, 5, { fieldsV1: [] }, { fieldsV1: { 'f:metadata': 1 } }],
        chosen: [],
      },
    ]
  for (const { name, lastApplied, managedFields, chosen } of cases) {
    await t.test(name, async (t) => t.same(withEvidence(lastApplied, managedFields), chosen))
  }
})

void t.test('a Service', async (t) => {
  const service = readService({
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      type: 'NodePort',
      ipFamilies: ['IPv4'],
      ports: [
        { name: 'http', port: 80, targetPort: 'web', nodePort: 31_509, protocol: 'TCP' },
        { port: 81, targetPort: 8_081, nodePort: 0 },
        null,
      ],
    },
  })
  t.equal(service.type, 'NodePort')
  t.same(service.ports, [
    { name: 'http', protocol: 'TCP', port: 80, targetPort: 'web', nodePort: 31_509 },
    { protocol: 'TCP', port: 81, targetPort: 8_081 },
    { protocol: 'TCP', port: 0 },
  ])
  t.equal(readService({}).type, 'ClusterIP')
})

void t.test('an IngressClass', async (t) => {
  const cls = readIngressClass({
    metadata: { name: 'alb', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    spec: {
      controller: 'ingress.k8s.aws/alb',
      parameters: { apiGroup: 'elbv2.k8s.aws', kind: 'IngressClassParams', name: 'p' },
    },
  })
  t.match(cls, { namespace: '', name: 'alb', controller: 'ingress.k8s.aws/alb', isDefault: true })
  t.same(cls.parameters, { apiGroup: 'elbv2.k8s.aws', kind: 'IngressClassParams', name: 'p' })
  const bare = readIngressClass({ spec: { controller: 'x', parameters: null } })
  t.equal(bare.parameters, undefined)
  t.equal(bare.isDefault, false)
})

void t.test('a Node', async (t) => {
  const node = readNode({
    metadata: { name: 'n1' },
    spec: { providerID: 'aws:///ap-northeast-1a/i-1', taints: [{ key: 'k', effect: 'NoSchedule' }] },
    status: {
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'Ready', status: 'True' },
      ],
    },
  })
  t.match(node, { providerId: 'aws:///ap-northeast-1a/i-1', ready: 'True' })
  t.same(node.taints, [{ key: 'k', value: '', effect: 'NoSchedule' }])
  t.equal(readNode({ status: { conditions: [] } }).ready, 'Unknown')
})

void t.test('a TargetGroupBinding keeps exactly the fields that it has', async (t) => {
  const spec = {
    targetGroupARN: 'arn:aws:elasticloadbalancing:r:1:targetgroup/t/1',
    targetType: 'instance',
    targetGroupProtocol: 'HTTP',
    serviceRef: { name: 'web', port: 80 },
    ipAddressType: 'ipv4',
    vpcID: 'vpc-1',
    networking: {
      ingress: [{ from: [{ securityGroup: { groupID: 'sg-1' } }], ports: [{ protocol: 'TCP', port: 31_509 }] }],
    },
  }
  const binding = readTargetGroupBinding({
    metadata: { name: 'b', generation: 3 },
    spec,
    status: { observedGeneration: 2 },
  })
  t.same(binding.spec, spec)
  t.match(binding, { generation: 3, observedGeneration: 2 })
  t.same(readTargetGroupBinding({ spec: { targetGroupARN: 'a', serviceRef: { name: 'n', port: 'http' } } }).spec, {
    targetGroupARN: 'a',
    serviceRef: { name: 'n', port: 'http' },
  })
})

void t.test('a ConfigMap', async (t) => {
  t.same({ ...readConfigMap({ metadata: { name: 'r' }, data: { a: '1', b: 2, c: null } }).data }, { a: '1' })
})

void t.test(
  'fields of a TargetGroupBinding that say which targets count are named when they are not followed',
  async (t) => {
    const specs: readonly (readonly [object, readonly string[] | undefined])[] = [
      [{ multiClusterTargetGroup: true }, ['multiClusterTargetGroup']],
      [{ multiClusterTargetGroup: false }, undefined],
      [{ nodeSelector: { matchLabels: { a: 'b' } } }, ['nodeSelector']],
      [{ iamRoleArnToAssume: 'arn:aws:iam::1:role/x' }, ['iamRoleArnToAssume']],
      [{ targetGroupName: 'mine' }, ['targetGroupName']],
      [{ targetGroupName: 'mine', targetGroupARN: 'arn:tg' }, undefined],
    ]
    for (const [spec, want] of specs) t.same(readTargetGroupBinding({ spec }).spec.notFollowed, want)
  },
)
