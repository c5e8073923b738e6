import type {
  Action,
  Attributes,
  Condition,
  HealthCheck,
  IpAddressType,
  Scheme,
  Tags,
  TargetProtocol,
  TargetProtocolVersion,
  TargetType,
} from './model.ts'

/**
 * What one member brings to its group, as plain JSON: enough to build its part again without the Ingress. The last good
 * one is kept in the record of the group, so that a member that is set aside keeps what it had.
 */
export interface Contribution {
  readonly version: 1
  /** `namespace/name` of the Ingress. */
  readonly member: string
  /** Keys that all members must agree on; only what the member itself set. */
  readonly group: GroupClaims
  readonly ports: readonly PortShare[]
  /** In the member's declared order. */
  readonly rules: readonly RuleShare[]
  readonly defaultAction?: Action
  readonly backends: readonly BackendShare[]
  /** The member's own tags, without default tags. */
  readonly tags: Tags
}

export interface GroupClaims {
  readonly scheme?: Scheme
  readonly loadBalancerName?: string
  readonly ipAddressType?: IpAddressType
  /** Ids, and values of the tag Name, sorted. */
  readonly subnets?: readonly string[]
  /** Ids, and values of the tag Name, sorted. */
  readonly securityGroups?: readonly string[]
  /** The backend group beside named groups, and rules on targets; only what the member itself set. */
  readonly manageBackendRules?: boolean
  /** The HTTPS port that HTTP listeners redirect to. */
  readonly sslRedirect?: number
  /** Attributes of the load balancer that the member names. */
  readonly attributes?: Attributes
}

export type PortShare = {
  readonly port: number
  /** CIDR blocks that may connect; only what the member itself set. */
  readonly inboundCidrs?: readonly string[]
} & (
  | { readonly protocol: 'HTTP' }
  | {
      readonly protocol: 'HTTPS'
      /** The first is the member's default. */
      readonly certificateArns: readonly string[]
      /** Only what the member itself set. */
      readonly sslPolicy?: string
    }
)

/** One rule before it is placed on listeners; host, path and path type decide its place among others. */
export interface RuleShare {
  readonly host?: string
  readonly path: string
  readonly pathType: 'Exact' | 'Prefix' | 'ImplementationSpecific'
  readonly conditions: readonly Condition[]
  readonly action: Action
}

/** One target group before it is named: a Service port as the Ingress writes it. */
export interface BackendShare {
  readonly resourceId: string
  readonly namespace: string
  readonly service: string
  readonly serviceUid: string
  readonly port: number | string
  /** Where targets are reached: the node port, or the target port of the Pods as number or name. */
  readonly targetPort: number | string
  readonly targetType: TargetType
  /** Absent for targets with IPv4 addresses. */
  readonly ipAddressType?: 'ipv6'
  readonly protocol: TargetProtocol
  readonly protocolVersion: TargetProtocolVersion
  readonly healthCheck: HealthCheck
  /** Attributes of the target group that the member or the Service names. */
  readonly attributes?: Attributes
  /** The member's and the Service's tags, without default tags. */
  readonly tags: Tags
}
