/**
 * The desired state of one group, in AWS's own terms and spelling: what the builder makes of the group and what the
 * planner compares with what is observed.
 */

export type Tags = Readonly<Record<string, string>>
/** Attributes of a load balancer or target group by key, values as AWS writes them. Those that are not named stay. */
export type Attributes = Readonly<Record<string, string>>
export type GroupKey = string

/** A value that may hang on a fact that is not known yet. A step that contains an unknown value is not run. */
export type Known<T> = { readonly known: T } | { readonly unknown: string }

export type Scheme = 'internal' | 'internet-facing'

/** Address families of a load balancer (ELBv2 API, `IpAddressType`). */
export type IpAddressType = 'ipv4' | 'dualstack' | 'dualstack-without-public-ipv4'

/**
 * - `stack`: what the group shall have.
 * - `nothing`: no member is left; the group's resources go. While one of `protectedBy` (members that leave) protects it
 *   from deletion, a load balancer that is there stays, and all that it uses.
 * - `untouched`: members are set aside and nothing is known of what they had; what is there stays as it is.
 */
export type DesiredModel =
  | { readonly is: 'stack'; readonly group: GroupKey; readonly stack: DesiredStack }
  | { readonly is: 'nothing'; readonly group: GroupKey; readonly protectedBy?: readonly string[] }
  | { readonly is: 'untouched'; readonly group: GroupKey }

export interface DesiredStack {
  readonly loadBalancer: DesiredLoadBalancer
  readonly securityGroups: DesiredSecurityGroups
  readonly listeners: readonly DesiredListener[]
  readonly targetGroups: readonly DesiredTargetGroup[]
}

export interface DesiredLoadBalancer {
  readonly name: string
  readonly scheme: Scheme
  readonly ipAddressType: IpAddressType
  /** Ids wanted, sorted. Unknown: creation waits, everything else goes on. */
  readonly subnets: Known<readonly string[]>
  readonly attributes: Attributes
  readonly tags: Tags
}

/**
 * The security groups of the load balancer. With `backend` it also carries the backend group, which then is the source of
 * the rules on targets; without it the managed group is, and nobody where the groups are named.
 */
export type DesiredSecurityGroups = { readonly backend: boolean } & (
  | { readonly is: 'managed'; readonly frontend: DesiredSecurityGroup }
  /** Ids of groups that somebody named, sorted. Unknown: creation waits, and a live load balancer keeps its groups. */
  | { readonly is: 'named'; readonly ids: Known<readonly string[]> }
)

/** The managed frontend group: TCP rules, one per port and source. */
export interface DesiredSecurityGroup {
  readonly name: string
  readonly description: string
  readonly inbound: readonly { readonly port: number; readonly cidr: string }[]
  readonly tags: Tags
}

export interface DesiredListener {
  readonly port: number
  readonly protocol: 'HTTP' | 'HTTPS'
  /** Of an HTTPS listener. */
  readonly tls?: ListenerTls
  readonly defaultAction: Action
  /** In effective order; priority is index + 1. */
  readonly rules: readonly DesiredRule[]
  readonly tags: Tags
}

/** Certificates and security policy of an HTTPS listener. */
export interface ListenerTls {
  readonly defaultCertificate: string
  /** All certificates that the listener chooses among by SNI, the default one among them; sorted. */
  readonly certificates: readonly string[]
  readonly sslPolicy: string
}

export interface DesiredRule {
  /** `namespace/name` of the Ingress that the rule belongs to. */
  readonly member: string
  readonly conditions: readonly Condition[]
  readonly action: Action
  /** The member's tags and ours but for the resource id, which follows the priority. */
  readonly tags: Tags
}

/** A rule condition: values are alternatives, conditions of a rule must all hold (ELBv2 API, `RuleCondition`). */
export type Condition =
  | { readonly field: 'host-header'; readonly values: readonly string[] }
  | { readonly field: 'path-pattern'; readonly values: readonly string[] }

/** What a rule or a listener does. `targetGroup` is a resource id of the group: `ns/ingress-service:port`. */
export type Action =
  | { readonly is: 'forward'; readonly targetGroup: string }
  | {
      readonly is: 'fixed-response'
      readonly statusCode: string
      readonly contentType: string
      readonly messageBody?: string
    }
  /** Host, path and query stay as they are. */
  | { readonly is: 'redirect'; readonly protocol: 'HTTPS'; readonly port: string; readonly statusCode: 'HTTP_301' }

/** Between load balancer and targets (ELBv2 API, `CreateTargetGroup`). */
export type TargetProtocol = 'HTTP' | 'HTTPS'
export type TargetProtocolVersion = 'HTTP1' | 'HTTP2' | 'GRPC'
/** Nodes reached by a node port, or Pods. */
export type TargetType = 'instance' | 'ip'

export interface DesiredTargetGroup {
  /** `<ingress ns>/<ingress name>-<service>:<port as written>` */
  readonly resourceId: string
  readonly name: string
  /** Its name while the group has two load balancers, by the scheme of the one that it belongs to. */
  readonly nameOn: Readonly<Record<Scheme, string>>
  /** Its name where it takes over from one that differs in nothing but the address family, and so has the name. */
  readonly nameOfFamily: string
  readonly member: string
  readonly targetType: TargetType
  readonly protocol: TargetProtocol
  readonly protocolVersion: TargetProtocolVersion
  readonly ipAddressType: 'ipv4' | 'ipv6'
  readonly port: number
  readonly healthCheck: HealthCheck
  readonly attributes: Attributes
  readonly tags: Tags
  readonly binding: DesiredBinding
}

/** ELBv2 API, `CreateTargetGroup`. */
export interface HealthCheck {
  /** `traffic-port` or a number in decimal. */
  readonly port: string
  readonly protocol: 'HTTP' | 'HTTPS'
  readonly path: string
  readonly intervalSeconds: number
  readonly timeoutSeconds: number
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
  readonly successCodes: string
}

/** The TargetGroupBinding that goes with a target group; its name and namespace are those of LBC. */
export interface DesiredBinding {
  readonly namespace: string
  readonly name: string
  readonly service: string
  /** The Service port as the Ingress wrote it. */
  readonly port: number | string
  /** Ports that the load balancer reaches on the targets: traffic port, and an explicit health check port. */
  readonly targetPorts: readonly (number | string)[]
  readonly labels: Readonly<Record<string, string>>
}
