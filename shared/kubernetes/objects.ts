/**
 * Kubernetes objects, reduced to what the rule book reads. Both processes parse raw JSON into these shapes on arrival
 * (`read.ts`), so that a cache holds little and a rule never meets `null`.
 */

/** `namespace/name` of a namespaced object. */
export type NamespacedName = string

/** What every reduced object keeps of `metadata`. */
export interface Metadata {
  /** Empty for a cluster-scoped object. */
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  /** RFC 3339; empty in a mutating review of a CREATE, where the API server has not set it yet. */
  readonly creationTimestamp: string
  readonly deletionTimestamp?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly finalizers: readonly string[]
}

/** `networking.k8s.io/v1` Ingress. */
export interface Ingress extends Metadata {
  readonly spec: IngressSpec
  /** Hostname and ports of `status.loadBalancer.ingress[0]`. */
  readonly status: IngressStatus
  /**
   * Annotation keys that a user is known to have set: held by `last-applied-configuration` or by one entry of
   * `managedFields` that does not hold our marker too.
   */
  readonly chosenKeys: readonly string[]
}

export interface IngressStatus {
  readonly hostname?: string
  readonly ports: readonly { readonly port: number; readonly error?: string }[]
}

export interface IngressSpec {
  readonly ingressClassName?: string
  readonly defaultBackend?: IngressBackend
  readonly rules: readonly IngressRule[]
  readonly tlsHosts: readonly string[]
  /** Names in `spec.tls[].secretName`; absent when there is none. */
  readonly tlsSecrets?: readonly string[]
}

/** One entry of `spec.rules`; its index is its place in the field path. */
export interface IngressRule {
  readonly host?: string
  readonly paths: readonly IngressPath[]
}

export interface IngressPath {
  readonly path: string
  readonly pathType: 'Exact' | 'Prefix' | 'ImplementationSpecific'
  readonly backend: IngressBackend
}

/** `service` or `resource`; an object with neither (hostile input) reads as `resource`. */
export type IngressBackend =
  | { readonly is: 'service'; readonly name: string; readonly port: ServicePortReference }
  | { readonly is: 'resource'; readonly kind: string; readonly name: string }

/** A Service port as an Ingress writes it. */
export type ServicePortReference = { readonly number: number } | { readonly name: string }

/** `v1` Service. */
export interface Service extends Metadata {
  readonly type: string
  readonly ports: readonly ServicePort[]
  readonly ipFamilies: readonly string[]
  /** Labels of the Pods behind it; empty where somebody else keeps its endpoints. */
  readonly selector: Readonly<Record<string, string>>
}

export interface ServicePort {
  readonly name?: string
  readonly protocol: string
  readonly port: number
  readonly targetPort?: number | string
  readonly nodePort?: number
}

/** `networking.k8s.io/v1` IngressClass. */
export interface IngressClass extends Metadata {
  readonly controller: string
  readonly parameters?: { readonly apiGroup: string; readonly kind: string; readonly name: string }
  readonly isDefault: boolean
}

/** `v1` Namespace, for its labels. */
export type Namespace = Metadata

/** `v1` Node. */
export interface Node extends Metadata {
  readonly providerId: string
  readonly ready: 'True' | 'False' | 'Unknown'
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[]
}

/** `discovery.k8s.io/v1` EndpointSlice, with endpoints that are Pods alone. */
export interface EndpointSlice extends Metadata {
  /** Name of the Service, by the label `kubernetes.io/service-name`. */
  readonly service: string
  readonly addressType: string
  readonly ports: readonly { readonly name: string; readonly port: number }[]
  readonly endpoints: readonly Endpoint[]
}

/** One Pod of a slice; the first of its addresses. */
export interface Endpoint {
  readonly address: string
  readonly pod: string
  /** Absent reads as ready (Kubernetes API, `EndpointConditions`). */
  readonly ready: boolean
  readonly terminating: boolean
}

/** `v1` Pod, without labels and annotations. */
export interface Pod extends Metadata {
  /** Network interfaces that it has for itself (Amazon EKS, "Security groups for Pods"). */
  readonly interfaces: readonly { readonly id: string; readonly address: string }[]
  readonly nodeName: string
  /** Ports of its containers that have a name. */
  readonly namedPorts: readonly { readonly name: string; readonly port: number }[]
  /** Types of conditions that it waits for before it is ready. */
  readonly readinessGates: readonly string[]
  readonly conditions: readonly PodCondition[]
}

export interface PodCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

/** `elbv2.k8s.aws/v1beta1` TargetGroupBinding; the fields of `spec` keep the names of the API. */
export interface TargetGroupBinding extends Metadata {
  readonly generation: number
  readonly observedGeneration?: number
  readonly spec: TargetGroupBindingSpec
}

export interface TargetGroupBindingSpec {
  readonly targetGroupARN: string
  readonly targetType?: string
  readonly targetGroupProtocol?: string
  readonly serviceRef: { readonly name: string; readonly port: number | string }
  readonly ipAddressType?: string
  readonly vpcID?: string
  readonly networking?: BindingNetworking
  /** Fields of `spec` that say which targets count and that this release does not follow, by name. */
  readonly notFollowed?: readonly string[]
}

export interface BindingNetworking {
  readonly ingress: readonly {
    readonly from: readonly {
      readonly securityGroup?: { readonly groupID: string }
      readonly ipBlock?: { readonly cidr: string }
    }[]
    readonly ports: readonly { readonly protocol?: string; readonly port?: number | string }[]
  }[]
}

/** `v1` ConfigMap, of which only the records of groups are cached. */
export interface ConfigMap extends Metadata {
  readonly data: Readonly<Record<string, string>>
}

/** Key of an object in a cache: `namespace/name`, or the name alone for a cluster-scoped one. */
export const nameOf = (object: { readonly namespace: string; readonly name: string }): NamespacedName =>
  object.namespace === '' ? object.name : `${object.namespace}/${object.name}`
