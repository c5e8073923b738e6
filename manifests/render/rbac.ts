import type { JsonObject, Manifest } from './objects.ts'
import { type Process, processLabels } from './labels.ts'
import type { Values } from './values.ts'

/** What a cache of a kind needs. */
const watched = ['list', 'watch'] as const

/** Rights of the webhook in the whole cluster: it caches what it judges by and writes nothing. */
export const webhookClusterRules = [
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingressclasses'], verbs: watched },
  { apiGroups: ['elbv2.k8s.aws'], resources: ['targetgroupbindings'], verbs: watched },
  { apiGroups: [''], resources: ['services', 'nodes', 'namespaces'], verbs: watched },
] as const

/** Rights of the webhook in the controller's namespace: the records of groups, by which it plans. */
export const webhookNamespaceRules = [{ apiGroups: [''], resources: ['configmaps'], verbs: watched }] as const

/** Rights of the controller in the whole cluster. It reads an Ingress or a binding again when its cache is behind. */
export const controllerClusterRules = [
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['get', ...watched, 'patch'] },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['patch'] },
  { apiGroups: ['networking.k8s.io'], resources: ['ingressclasses'], verbs: watched },
  {
    apiGroups: ['elbv2.k8s.aws'],
    resources: ['targetgroupbindings'],
    verbs: ['get', ...watched, 'create', 'patch', 'delete'],
  },
  { apiGroups: ['elbv2.k8s.aws'], resources: ['targetgroupbindings/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['services', 'nodes'], verbs: watched },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: watched },
  { apiGroups: [''], resources: ['pods'], verbs: watched },
  { apiGroups: [''], resources: ['pods/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
] as const

/** Rights of the controller in its own namespace: the records of groups. */
export const controllerNamespaceRules = [
  { apiGroups: [''], resources: ['configmaps'], verbs: [...watched, 'create', 'patch', 'delete'] },
] as const

/** Rights of the controller on its Lease. RBAC cannot limit `create` to a name, since the name is not yet known. */
export const leaseRules = (leaseName: string) =>
  [
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: [leaseName],
      verbs: ['get', 'patch'],
    },
  ] as const

/** The service accounts of both processes. Their token is mounted by the Deployments alone. */
export const serviceAccounts = (values: Values): readonly Manifest[] =>
  (['webhook', 'controller'] as const).map((process) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: process, namespace: values.namespace, labels: processLabels(process) },
    automountServiceAccountToken: false,
  }))

/** Role and binding of the webhook. */
export const webhookRoles = (values: Values): readonly Manifest[] => [
  ...clusterRole(values, 'webhook', webhookClusterRules),
  ...role(values, 'webhook', { name: 'webhook', namespace: values.namespace }, webhookNamespaceRules),
]

/** Roles and bindings of the controller. */
export const controllerRoles = (values: Values): readonly Manifest[] => [
  ...clusterRole(values, 'controller', controllerClusterRules),
  ...role(values, 'controller', { name: 'controller', namespace: values.namespace }, controllerNamespaceRules),
  ...role(
    values,
    'controller',
    { name: `${values.namespace}-leader-election`, namespace: values.leaseNamespace },
    leaseRules(values.leaseName),
  ),
]

const apiGroup = 'rbac.authorization.k8s.io'

const clusterRole = (values: Values, process: Process, rules: readonly JsonObject[]): readonly Manifest[] => {
  const metadata = { name: `${values.namespace}-${process}`, labels: processLabels(process) }
  return [
    { apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata, rules },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
      subjects: subjects(values, process),
    },
  ]
}

const role = (
  values: Values,
  process: Process,
  place: { readonly name: string; readonly namespace: string },
  rules: readonly JsonObject[],
): readonly Manifest[] => {
  const metadata = { ...place, labels: processLabels(process) }
  return [
    { apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup, kind: 'Role', name: place.name },
      subjects: subjects(values, process),
    },
  ]
}

const subjects = (values: Values, process: Process): readonly JsonObject[] => [
  { kind: 'ServiceAccount', name: process, namespace: values.namespace },
]
