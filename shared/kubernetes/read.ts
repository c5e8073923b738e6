/**
 * Raw JSON of the API server or of an AdmissionReview, reduced to the objects that the rules read. Nothing here throws,
 * whatever the JSON is: `null` maps, a missing spec, wrong types and unknown kinds read as empty values.
 */
import { chosenKeysOf, lastApplied } from './chosen.ts'
import type {
  BindingNetworking,
  ConfigMap,
  Ingress,
  IngressBackend,
  IngressClass,
  IngressPath,
  IngressRule,
  IngressStatus,
  Metadata,
  Namespace,
  Node,
  Service,
  ServicePort,
  ServicePortReference,
  TargetGroupBinding,
} from './objects.ts'
import {
  at,
  field,
  listOf,
  numberOrText,
  objectOf,
  optionalNumber,
  optionalText,
  textMapOf,
  textOf,
  textsOf,
} from './raw.ts'

/** What each reduced object keeps of `metadata`; `last-applied-configuration` and `managedFields` are dropped. */
export const readMetadata = (raw: unknown): Metadata => {
  const metadata = field(raw, 'metadata')
  const deletionTimestamp = optionalText(field(metadata, 'deletionTimestamp'))
  return {
    namespace: textOf(field(metadata, 'namespace')),
    name: textOf(field(metadata, 'name')),
    uid: textOf(field(metadata, 'uid')),
    resourceVersion: textOf(field(metadata, 'resourceVersion')),
    creationTimestamp: textOf(field(metadata, 'creationTimestamp')),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    labels: textMapOf(field(metadata, 'labels')),
    annotations: textMapOf(field(metadata, 'annotations'), lastApplied),
    finalizers: textsOf(field(metadata, 'finalizers')),
  }
}

const readPortReference = (raw: unknown): ServicePortReference => {
  const number = optionalNumber(field(raw, 'number'))
  return number === undefined ? { name: textOf(field(raw, 'name')) } : { number }
}

const readBackend = (raw: unknown): IngressBackend => {
  const service = optionalText(at(raw, 'service', 'name'))
  if (service !== undefined)
    return { is: 'service', name: service, port: readPortReference(at(raw, 'service', 'port')) }
  const resource = field(raw, 'resource')
  return { is: 'resource', kind: textOf(field(resource, 'kind')), name: textOf(field(resource, 'name')) }
}

const readPathType = (raw: unknown): IngressPath['pathType'] =>
  raw === 'Exact' || raw === 'Prefix' ? raw : 'ImplementationSpecific'

const readPath = (raw: unknown): IngressPath => ({
  path: textOf(field(raw, 'path')),
  pathType: readPathType(field(raw, 'pathType')),
  backend: readBackend(field(raw, 'backend')),
})

const readRule = (raw: unknown): IngressRule => {
  const host = optionalText(field(raw, 'host'))
  return { ...(host === undefined ? {} : { host }), paths: listOf(at(raw, 'http', 'paths')).map(readPath) }
}

const readIngressStatus = (raw: unknown): IngressStatus => {
  const first = listOf(at(raw, 'status', 'loadBalancer', 'ingress'))[0]
  const hostname = optionalText(field(first, 'hostname'))
  const ports = listOf(field(first, 'ports')).flatMap((entry) => {
    const port = optionalNumber(field(entry, 'port'))
    const error = optionalText(field(entry, 'error'))
    return port === undefined ? [] : [{ port, ...(error === undefined ? {} : { error }) }]
  })
  return { ...(hostname === undefined ? {} : { hostname }), ports }
}

/** `networking.k8s.io/v1` Ingress. An absent `pathType` reads as ImplementationSpecific, an absent `path` as ''. */
export const readIngress = (raw: unknown): Ingress => {
  const spec = field(raw, 'spec')
  const ingressClassName = optionalText(field(spec, 'ingressClassName'))
  const defaultBackend = field(spec, 'defaultBackend')
  const tls = listOf(field(spec, 'tls'))
  const tlsSecrets = tls.flatMap((entry) => optionalText(field(entry, 'secretName')) ?? []).filter(Boolean)
  const hasDefault = defaultBackend !== undefined && defaultBackend !== null
  return {
    ...readMetadata(raw),
    spec: {
      ...(ingressClassName === undefined ? {} : { ingressClassName }),
      ...(hasDefault ? { defaultBackend: readBackend(defaultBackend) } : {}),
      rules: listOf(field(spec, 'rules')).map(readRule),
      tlsHosts: tls.flatMap((entry) => textsOf(field(entry, 'hosts'))),
      ...(tlsSecrets.length === 0 ? {} : { tlsSecrets }),
    },
    status: readIngressStatus(raw),
    chosenKeys: chosenKeysOf(raw),
  }
}

const readServicePort = (raw: unknown): ServicePort => {
  const name = optionalText(field(raw, 'name'))
  const targetPort = numberOrText(field(raw, 'targetPort'))
  const nodePort = optionalNumber(field(raw, 'nodePort'))
  return {
    ...(name === undefined ? {} : { name }),
    protocol: optionalText(field(raw, 'protocol')) ?? 'TCP',
    port: optionalNumber(field(raw, 'port')) ?? 0,
    ...(targetPort === undefined ? {} : { targetPort }),
    ...(nodePort === undefined ? {} : { nodePort }),
  }
}

/** `v1` Service. A port without a number reads as port 0, which no Ingress can name. */
export const readService = (raw: unknown): Service => {
  const spec = field(raw, 'spec')
  return {
    ...readMetadata(raw),
    type: optionalText(field(spec, 'type')) ?? 'ClusterIP',
    ports: listOf(field(spec, 'ports')).map(readServicePort),
    ipFamilies: textsOf(field(spec, 'ipFamilies')),
    selector: textMapOf(field(spec, 'selector')),
  }
}

/** `networking.k8s.io/v1` IngressClass. */
export const readIngressClass = (raw: unknown): IngressClass => {
  const metadata = readMetadata(raw)
  const parameters = field(field(raw, 'spec'), 'parameters')
  const hasParameters = parameters !== undefined && parameters !== null
  return {
    ...metadata,
    controller: textOf(at(raw, 'spec', 'controller')),
    ...(hasParameters
      ? {
          parameters: {
            apiGroup: textOf(field(parameters, 'apiGroup')),
            kind: textOf(field(parameters, 'kind')),
            name: textOf(field(parameters, 'name')),
          },
        }
      : {}),
    isDefault: metadata.annotations['ingressclass.kubernetes.io/is-default-class'] === 'true',
  }
}

const readReady = (raw: unknown): Node['ready'] => {
  const condition = listOf(at(raw, 'status', 'conditions')).find((entry) => field(entry, 'type') === 'Ready')
  const status = field(condition, 'status')
  return status === 'True' || status === 'False' ? status : 'Unknown'
}

/** `v1` Node. */
/** Labels alone are looked at. */
export const readNamespace = (raw: unknown): Namespace => ({ ...readMetadata(raw), annotations: {} })

export const readNode = (raw: unknown): Node => ({
  ...readMetadata(raw),
  providerId: textOf(at(raw, 'spec', 'providerID')),
  ready: readReady(raw),
  taints: listOf(at(raw, 'spec', 'taints')).map((taint) => ({
    key: textOf(field(taint, 'key')),
    value: textOf(field(taint, 'value')),
    effect: textOf(field(taint, 'effect')),
  })),
})

const readPeer = (raw: unknown): BindingNetworking['ingress'][number]['from'][number] => {
  const groupID = optionalText(at(raw, 'securityGroup', 'groupID'))
  const cidr = optionalText(at(raw, 'ipBlock', 'cidr'))
  return {
    ...(groupID === undefined ? {} : { securityGroup: { groupID } }),
    ...(cidr === undefined ? {} : { ipBlock: { cidr } }),
  }
}

const readNetworkingPort = (raw: unknown): BindingNetworking['ingress'][number]['ports'][number] => {
  const protocol = optionalText(field(raw, 'protocol'))
  const port = numberOrText(field(raw, 'port'))
  return { ...(protocol === undefined ? {} : { protocol }), ...(port === undefined ? {} : { port }) }
}

const readNetworking = (raw: unknown): BindingNetworking => ({
  ingress: listOf(field(raw, 'ingress')).map((rule) => ({
    from: listOf(field(rule, 'from')).map(readPeer),
    ports: listOf(field(rule, 'ports')).map(readNetworkingPort),
  })),
})

/** `elbv2.k8s.aws/v1beta1` TargetGroupBinding. */
export const readTargetGroupBinding = (raw: unknown): TargetGroupBinding => {
  const spec = objectOf(field(raw, 'spec'))
  const observedGeneration = optionalNumber(at(raw, 'status', 'observedGeneration'))
  const targetType = optionalText(field(spec, 'targetType'))
  const targetGroupProtocol = optionalText(field(spec, 'targetGroupProtocol'))
  const ipAddressType = optionalText(field(spec, 'ipAddressType'))
  const vpcID = optionalText(field(spec, 'vpcID'))
  const networking = field(spec, 'networking')
  const notFollowed = notFollowedOf(spec)
  return {
    ...readMetadata(raw),
    generation: optionalNumber(at(raw, 'metadata', 'generation')) ?? 0,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    spec: {
      targetGroupARN: textOf(field(spec, 'targetGroupARN')),
      ...(targetType === undefined ? {} : { targetType }),
      ...(targetGroupProtocol === undefined ? {} : { targetGroupProtocol }),
      serviceRef: {
        name: textOf(at(spec, 'serviceRef', 'name')),
        port: numberOrText(at(spec, 'serviceRef', 'port')) ?? '',
      },
      ...(ipAddressType === undefined ? {} : { ipAddressType }),
      ...(vpcID === undefined ? {} : { vpcID }),
      ...(networking === undefined || networking === null ? {} : { networking: readNetworking(networking) }),
      ...(notFollowed.length === 0 ? {} : { notFollowed }),
    },
  }
}

/** A binding that other clusters share, that selects nodes, or that acts as another AWS principal. */
const notFollowedOf = (spec: unknown): readonly string[] => [
  ...(field(spec, 'multiClusterTargetGroup') === true ? ['multiClusterTargetGroup'] : []),
  ...['nodeSelector', 'iamRoleArnToAssume', 'targetGroupName'].filter((name) => {
    const value = field(spec, name)
    return (
      value !== undefined &&
      value !== null &&
      value !== '' &&
      !(name === 'targetGroupName' && textOf(field(spec, 'targetGroupARN')) !== '')
    )
  }),
]

/** `v1` ConfigMap. */
export const readConfigMap = (raw: unknown): ConfigMap => ({
  ...readMetadata(raw),
  data: textMapOf(field(raw, 'data')),
})
