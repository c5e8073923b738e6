/** Paths of the API server, by kind (Kubernetes API reference). Names are escaped. */

const escape = encodeURIComponent

export type ResourceKind =
  | 'ingresses'
  | 'ingressclasses'
  | 'namespaces'
  | 'services'
  | 'nodes'
  | 'pods'
  | 'endpointslices'
  | 'targetgroupbindings'
  | 'configmaps'
  | 'leases'
  | 'events'

const groups: Readonly<Record<ResourceKind, string>> = {
  ingresses: '/apis/networking.k8s.io/v1',
  ingressclasses: '/apis/networking.k8s.io/v1',
  namespaces: '/api/v1',
  services: '/api/v1',
  nodes: '/api/v1',
  pods: '/api/v1',
  endpointslices: '/apis/discovery.k8s.io/v1',
  targetgroupbindings: '/apis/elbv2.k8s.aws/v1beta1',
  configmaps: '/api/v1',
  leases: '/apis/coordination.k8s.io/v1',
  events: '/api/v1',
}

/** All objects of a kind: of one namespace, or of the cluster where none is given. */
export const listPath = (kind: ResourceKind, namespace = ''): string =>
  `${groups[kind]}${namespace === '' ? '' : `/namespaces/${escape(namespace)}`}/${kind}`

/** One object. */
export const objectPath = (
  kind: ResourceKind,
  object: { readonly namespace: string; readonly name: string },
  subresource: 'status' | '' = '',
): string => `${listPath(kind, object.namespace)}/${escape(object.name)}${subresource === '' ? '' : `/${subresource}`}`
