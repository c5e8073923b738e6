import type { Action, Attributes, Condition, GroupKey, HealthCheck, ListenerTls, Scheme, Tags } from './model.ts'

/**
 * What is in AWS, as values. `ours` = carries `elbv2.k8s.aws/cluster` of this cluster and a stack tag; resources of
 * others are never listed here, but for those found by name (`foreignNames`).
 */
export interface Observed {
  /** The listings behind it were complete; nothing is created or deleted on an incomplete one. */
  readonly complete: boolean
  readonly loadBalancers: readonly ObservedLoadBalancer[]
  readonly targetGroups: readonly ObservedTargetGroup[]
  readonly securityGroups: readonly ObservedSecurityGroup[]
}

export interface ObservedLoadBalancer {
  readonly arn: string
  readonly name: string
  readonly dnsName: string
  readonly scheme: Scheme
  readonly state: string
  readonly ipAddressType: string
  readonly vpcId: string
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly tags: Tags
  /** Read only when needed: 1 call for the listeners and 1 for the rules of each. */
  readonly listeners: Read<readonly ObservedListener[]>
  /** Read only when some are wanted. One that is missing has its default. */
  readonly attributes: Read<Attributes>
}

export type Read<T> = { readonly is: 'read'; readonly value: T } | { readonly is: 'unread' }

export interface ObservedListener {
  readonly arn: string
  readonly port: number
  readonly protocol: string
  readonly tls?: ListenerTls
  readonly defaultActions: readonly ObservedAction[]
  readonly rules: readonly ObservedRule[]
  readonly tags: Tags
}

/** A rule that is not the default rule. */
export interface ObservedRule {
  readonly arn: string
  readonly priority: number
  readonly conditions: readonly ObservedCondition[]
  readonly actions: readonly ObservedAction[]
  readonly tags: Tags
}

/** A condition as AWS answers it; of a kind that we do not build, only its field and its text are kept. */
export type ObservedCondition = Condition | { readonly field: 'other'; readonly text: string }

/**
 * An action as AWS answers it: a forward names target groups by ARN, those beside others with weight 0 as `idle`; what we
 * do not build is `other`.
 */
export type ObservedAction =
  | { readonly is: 'forward'; readonly targetGroupArns: readonly string[]; readonly idle?: readonly string[] }
  | Exclude<Action, { readonly is: 'forward' }>
  | { readonly is: 'other'; readonly text: string }

export interface ObservedTargetGroup {
  readonly arn: string
  readonly name: string
  readonly targetType: string
  readonly protocol: string
  readonly protocolVersion: string
  readonly ipAddressType: string
  readonly port: number
  readonly vpcId: string
  readonly healthCheck: HealthCheck
  readonly loadBalancerArns: readonly string[]
  /** Read only when some are wanted. One that is missing has its default. */
  readonly attributes: Read<Attributes>
  /** Its targets; read only when something waits for their health. */
  readonly targets: Read<readonly ObservedTarget[]>
  readonly tags: Tags
}

export interface ObservedSecurityGroup {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly vpcId: string
  readonly inbound: readonly SecurityGroupRule[]
  readonly tags: Tags
}

/** One permission and one source (EC2 API, `IpPermission`). Ports are -1 for all. */
export interface SecurityGroupRule {
  readonly protocol: string
  readonly fromPort: number
  readonly toPort: number
  readonly source:
    | { readonly is: 'cidr'; readonly cidr: string }
    | { readonly is: 'group'; readonly groupId: string }
    | { readonly is: 'prefix-list'; readonly id: string }
  readonly description: string
}

/** A target of a target group (ELBv2 API, `TargetDescription`) and its health. */
export interface ObservedTarget {
  readonly id: string
  readonly port: number
  /** `healthy`, `unhealthy`, `initial`, `unused`, `draining`, `unhealthy.draining`, `unavailable` … */
  readonly state: string
  /** Why it is not healthy: AWS's code and sentence. */
  readonly reason?: string
  readonly description?: string
}

export type { GroupKey }
