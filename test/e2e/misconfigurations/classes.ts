import { ingress, type Manifest } from '../support/objects.ts'

/** An IngressClass of ours; it is in no list that the webhook is rendered for. */
export const classOfOurs = (name: string, parameters?: Manifest, isDefault = false): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: {
    name,
    ...(isDefault ? { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } } : {}),
  },
  spec: { controller: 'ingress.k8s.aws/alb', ...(parameters === undefined ? {} : { parameters }) },
})

/** IngressClassParams, a reference to which an IngressClass carries. */
export const params = (name: string, spec: Manifest): Manifest => ({
  apiVersion: 'elbv2.k8s.aws/v1beta1',
  kind: 'IngressClassParams',
  metadata: { name },
  spec,
})

const referring = (name: string): Manifest => ({ apiGroup: 'elbv2.k8s.aws', kind: 'IngressClassParams', name })

/** Rows about parameters of a class: whatever they are, no Ingress of the class is taken until they are built. */
export const parameterRows: readonly {
  readonly id: string
  readonly parameters: Manifest
  readonly spec?: Manifest
}[] = [
  { id: 'CLS-03', parameters: { apiGroup: 'k8s.example.com', kind: 'ConfigMap', name: 'x' } },
  { id: 'CLS-04', parameters: referring('missing') },
  { id: 'CLS-05', parameters: referring('team-a'), spec: { namespaceSelector: { matchLabels: { team: 'a' } } } },
  { id: 'CLS-09', parameters: referring('address'), spec: { inboundCIDRs: ['10.0.0.1'] } },
  { id: 'CLS-10', parameters: referring('host-bits'), spec: { inboundCIDRs: ['10.0.0.1/8'] } },
  { id: 'CLS-11', parameters: referring('both'), spec: { subnets: { ids: ['subnet-1'], tags: { a: ['b'] } } } },
  { id: 'CLS-12', parameters: referring('twice'), spec: { subnets: { ids: ['subnet-1', 'subnet-1'] } } },
  { id: 'CLS-14', parameters: referring('redirect'), spec: { sslRedirectPort: 'https' } },
]

/** Rows that the schema of IngressClassParams refuses. */
export const schemaRows: readonly { readonly id: string; readonly spec: Manifest; readonly field: string }[] = [
  { id: 'CLS-13', spec: { scheme: 'public' }, field: 'spec.scheme' },
  { id: 'CLS-13, address type', spec: { ipAddressType: 'ipv6' }, field: 'spec.ipAddressType' },
  { id: 'CLS-13, target type', spec: { targetType: 'pod' }, field: 'spec.targetType' },
  { id: 'CLS-12, a bad pattern', spec: { subnets: { ids: ['sub-1'] } }, field: 'spec.subnets.ids[0]' },
]

/** An Ingress without a class. */
export const classless = (namespace: string, name: string): Manifest =>
  ingress({ namespace, name, className: undefined, keys: { scheme: 'internal' } })
