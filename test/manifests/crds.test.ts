import t from 'tap'
import { ingressClassParams } from '../../manifests/render/crds/ingress-class-params.ts'
import { targetGroupBindings } from '../../manifests/render/crds/target-group-bindings.ts'
import type { Json, JsonObject, Manifest } from '../../manifests/render/objects.ts'
import { at, isList, isObject, items, said } from './at.ts'

const version = (definition: Manifest, name: string): JsonObject => {
  const found = items(definition, 'spec', 'versions').find((candidate) => candidate['name'] === name)
  if (found === undefined) throw new Error(`no version ${name}`)
  return found
}

const spec = (definition: Manifest, name: string): Json =>
  at(version(definition, name), 'schema', 'openAPIV3Schema', 'properties', 'spec')

/** One line per field: path, `*` where required, type, and what limits the value. `[]` is a list, `{}` a map. */
const fieldLines = (schema: Json, path = ''): readonly string[] => {
  if (!isObject(schema)) return []
  const required = isList(schema['required']) ? schema['required'] : []
  const own = isObject(schema['properties']) ? Object.entries(schema['properties']) : []
  return [
    ...own.flatMap(([name, field]) => [
      `${path}${name}${required.includes(name) ? '*' : ''}: ${type(field)}`,
      ...fieldLines(field, `${path}${name}.`),
    ]),
    ...nested(schema, 'items', `${path}[]`),
    ...nested(schema, 'additionalProperties', `${path}{}`),
  ].sort()
}

const nested = (schema: JsonObject, key: string, path: string): readonly string[] => {
  const inner = schema[key]
  return isObject(inner) ? [`${path}: ${type(inner)}`, ...fieldLines(inner, `${path}.`)] : []
}

const type = (schema: Json): string => {
  if (!isObject(schema)) return 'nothing'
  if (schema['x-kubernetes-int-or-string'] === true) return 'integer or string'
  const limits = ['format', 'pattern', 'minItems', 'minLength', 'maxLength', 'minimum']
    .filter((key) => key in schema)
    .map((key) => ` ${key} ${said(schema[key])}`)
  const values = isList(schema['enum']) ? ` of ${schema['enum'].map(said).join(' ')}` : ''
  const kind = ['x-kubernetes-list-type', 'x-kubernetes-map-type']
    .filter((key) => key in schema)
    .map((key) => ` (${said(schema[key])})`)
  return [said(schema['type']), values, ...limits, ...kind].join('')
}

const columns = (definition: Manifest): readonly unknown[] =>
  items(version(definition, 'v1beta1'), 'additionalPrinterColumns').map((column) => [
    column['name'],
    column['jsonPath'],
    column['priority'] ?? 0,
  ])

const labelSelectorLines = (path: string): readonly string[] => [
  `${path}.matchExpressions.[].key*: string`,
  `${path}.matchExpressions.[].operator*: string`,
  `${path}.matchExpressions.[].values.[]: string`,
  `${path}.matchExpressions.[].values: array (atomic)`,
  `${path}.matchExpressions.[]: object`,
  `${path}.matchExpressions: array (atomic)`,
  `${path}.matchLabels.{}: string`,
  `${path}.matchLabels: object`,
  `${path}: object (atomic)`,
]

const bindingLines = [
  'assumeRoleExternalId: string',
  'iamRoleArnToAssume: string',
  'multiClusterTargetGroup: boolean',
  'networking.ingress.[].from*: array',
  'networking.ingress.[].from.[].ipBlock.cidr*: string',
  'networking.ingress.[].from.[].ipBlock: object',
  'networking.ingress.[].from.[].securityGroup.groupID*: string',
  'networking.ingress.[].from.[].securityGroup: object',
  'networking.ingress.[].from.[]: object',
  'networking.ingress.[].ports*: array',
  'networking.ingress.[].ports.[].port: integer or string',
  'networking.ingress.[].ports.[].protocol: string of TCP UDP',
  'networking.ingress.[].ports.[]: object',
  'networking.ingress.[]: object',
  'networking.ingress: array',
  'networking: object',
  'serviceRef*: object',
  'serviceRef.name*: string',
  'serviceRef.port*: integer or string',
  'targetGroupARN: string',
  'targetGroupName: string',
  'targetType: string of instance ip',
]

void t.test(
  'TargetGroupBinding v1beta1 has the fields of aws-load-balancer-controller, names and types alike',
  async (t) => {
    t.strictSame(
      fieldLines(spec(targetGroupBindings(), 'v1beta1')),
      [
        ...bindingLines,
        'ipAddressType: string of ipv4 ipv6',
        ...labelSelectorLines('nodeSelector'),
        'targetGroupProtocol: string of HTTP HTTPS TCP TLS UDP TCP_UDP QUIC TCP_QUIC',
        'vpcID: string',
      ].sort(),
    )
  },
)

void t.test('TargetGroupBinding v1alpha1 is served without the later fields and never stored', async (t) => {
  t.strictSame(fieldLines(spec(targetGroupBindings(), 'v1alpha1')), bindingLines.toSorted())
  t.has(version(targetGroupBindings(), 'v1alpha1'), { served: true, storage: false })
  t.has(version(targetGroupBindings(), 'v1beta1'), { served: true, storage: true })
})

void t.test('the status of a TargetGroupBinding is a subresource with a generation and conditions', async (t) => {
  const beta = version(targetGroupBindings(), 'v1beta1')
  t.strictSame(at(beta, 'subresources'), { status: {} })
  const status = at(beta, 'schema', 'openAPIV3Schema', 'properties', 'status')
  t.strictSame(
    fieldLines(status).map((line) => line.replace(/ pattern .*/, ' pattern')),
    [
      'conditions.[].lastTransitionTime*: string format date-time',
      'conditions.[].message*: string maxLength 32768',
      'conditions.[].observedGeneration: integer format int64 minimum 0',
      'conditions.[].reason*: string pattern',
      'conditions.[].status*: string of True False Unknown',
      'conditions.[].type*: string pattern',
      'conditions.[]: object',
      'conditions: array (map)',
      'observedGeneration: integer format int64',
    ],
  )
})

void t.test('IngressClassParams has the fields of aws-load-balancer-controller, names and types alike', async (t) => {
  t.strictSame(
    fieldLines(spec(ingressClassParams(), 'v1beta1')),
    [
      'PrefixListsIDs.[]: string',
      'PrefixListsIDs: array',
      'certificateArn.[]: string',
      'certificateArn: array',
      'group.name*: string',
      'group: object',
      'inboundCIDRs.[]: string',
      'inboundCIDRs: array',
      'ipAddressType: string of ipv4 dualstack dualstack-without-public-ipv4',
      'ipamConfiguration.ipv4IPAMPoolId: string',
      'ipamConfiguration: object',
      'listeners.[].listenerAttributes.[].key*: string',
      'listeners.[].listenerAttributes.[].value*: string',
      'listeners.[].listenerAttributes.[]: object',
      'listeners.[].listenerAttributes: array',
      'listeners.[].port: integer format int32',
      'listeners.[].protocol: string',
      'listeners.[]: object',
      'listeners: array',
      'loadBalancerAttributes.[].key*: string',
      'loadBalancerAttributes.[].value*: string',
      'loadBalancerAttributes.[]: object',
      'loadBalancerAttributes: array',
      'loadBalancerName: string',
      'minimumLoadBalancerCapacity.capacityUnits*: integer format int32',
      'minimumLoadBalancerCapacity: object',
      ...labelSelectorLines('namespaceSelector'),
      'prefixListsIDs.[]: string',
      'prefixListsIDs: array',
      'scheme: string of internal internet-facing',
      'sslPolicy: string',
      'sslRedirectPort: string',
      'subnets.ids.[]: string pattern subnet-[0-9a-f]+',
      'subnets.ids: array minItems 1',
      'subnets.tags.{}.[]: string',
      'subnets.tags.{}: array',
      'subnets.tags: object',
      'subnets: object',
      'tags.[].key*: string',
      'tags.[].value*: string',
      'tags.[]: object',
      'tags: array',
      'targetType: string of instance ip',
      'wafv2AclArn: string',
      'wafv2AclName: string',
    ].sort(),
  )
  t.has(at(spec(ingressClassParams(), 'v1beta1'), 'x-kubernetes-validations'), [
    { rule: '!(has(self.prefixListsIDs) && has(self.PrefixListsIDs))' },
  ])
})

void t.test('names, scope and printer columns are those that users of both kinds know', async (t) => {
  t.has(targetGroupBindings(), {
    metadata: { name: 'targetgroupbindings.elbv2.k8s.aws' },
    spec: { scope: 'Namespaced', names: { singular: 'targetgroupbinding', listKind: 'TargetGroupBindingList' } },
  })
  t.strictSame(columns(targetGroupBindings()), [
    ['SERVICE-NAME', '.spec.serviceRef.name', 0],
    ['SERVICE-PORT', '.spec.serviceRef.port', 0],
    ['TARGET-TYPE', '.spec.targetType', 0],
    ['ARN', '.spec.targetGroupARN', 1],
    ['NAME', '.spec.targetGroupName', 2],
    ['AGE', '.metadata.creationTimestamp', 0],
  ])
  t.has(ingressClassParams(), {
    metadata: { name: 'ingressclassparams.elbv2.k8s.aws' },
    spec: { scope: 'Cluster', names: { plural: 'ingressclassparams', listKind: 'IngressClassParamsList' } },
  })
  t.strictSame(columns(ingressClassParams()), [
    ['GROUP-NAME', '.spec.group.name', 0],
    ['SCHEME', '.spec.scheme', 0],
    ['IP-ADDRESS-TYPE', '.spec.ipAddressType', 0],
    ['AGE', '.metadata.creationTimestamp', 0],
  ])
})

void t.test('each field explains itself to kubectl explain', async (t) => {
  const undescribed = (schema: Json, path: string): readonly string[] => {
    if (!isObject(schema)) return []
    const properties = isObject(schema['properties']) ? Object.entries(schema['properties']) : []
    return properties.flatMap(([name, field]) => [
      ...(isObject(field) && typeof field['description'] === 'string' ? [] : [`${path}.${name}`]),
      ...undescribed(field, `${path}.${name}`),
      ...(isObject(field) && isObject(field['items']) ? undescribed(field['items'], `${path}.${name}[]`) : []),
    ])
  }
  for (const definition of [targetGroupBindings(), ingressClassParams()]) {
    for (const served of items(definition, 'spec', 'versions')) {
      const root = at(served, 'schema', 'openAPIV3Schema')
      t.strictSame(undescribed(root, ''), ['.metadata'], 'the API server describes metadata itself')
    }
  }
})
