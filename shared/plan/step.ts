import type { ObservedLoadBalancer, SecurityGroupRule } from '../model/observed.ts'
import type {
  Action,
  Attributes,
  Condition,
  DesiredBinding,
  GroupKey,
  HealthCheck,
  IpAddressType,
  ListenerTls,
  Scheme,
  Tags,
  TargetProtocol,
  TargetProtocolVersion,
  TargetType,
} from '../model/model.ts'

/** A resource that exists, or one that an earlier step of the same plan makes. */
export type Ref = { readonly arn: string } | { readonly madeBy: StepId }

/** Deterministic: lane, action and subject, for example `group/create-rule/80:1`. */
export type StepId = string

export type Lane = 'group' | 'binding' | 'security'
export type Phase = 'make' | 'switch' | 'remove'

/** One write, or one Kubernetes object of ours. The order of a plan's steps is the order of the writes. */
export type Step = {
  readonly id: StepId
  readonly lane: Lane
  readonly phase: Phase
  readonly group: GroupKey
  /** Members (`namespace/name`) that the step is for. */
  readonly because: readonly string[]
} & StepAction

/** While `standIn` is there it gets all requests, and the target group none: its health is only checked. */
export type RuleAction =
  | { readonly is: 'forward'; readonly targetGroup: Ref; readonly standIn?: Ref }
  | Exclude<Action, { readonly is: 'forward' }>

/** What a listener itself carries of TLS; certificates for SNI are added by calls of their own. */
export type ListenerDefaults = Pick<ListenerTls, 'defaultCertificate' | 'sslPolicy'>

export type StepAction =
  | { readonly is: 'create-security-group'; readonly name: string; readonly description: string; readonly tags: Tags }
  | { readonly is: 'delete-security-group'; readonly securityGroup: Ref; readonly name: string }
  | { readonly is: 'authorize-ingress'; readonly securityGroup: Ref; readonly rules: readonly IngressRuleRef[] }
  | { readonly is: 'revoke-ingress'; readonly securityGroup: Ref; readonly rules: readonly IngressRuleRef[] }
  | { readonly is: 'tag-ec2'; readonly resource: Ref; readonly set: Tags; readonly remove: readonly string[] }
  | {
      readonly is: 'create-load-balancer'
      readonly name: string
      readonly scheme: Scheme
      readonly ipAddressType: IpAddressType
      readonly subnetIds: readonly string[]
      readonly securityGroups: readonly Ref[]
      readonly tags: Tags
    }
  | { readonly is: 'set-security-groups'; readonly loadBalancer: Ref; readonly securityGroups: readonly Ref[] }
  | { readonly is: 'set-subnets'; readonly loadBalancer: Ref; readonly subnetIds: readonly string[] }
  | { readonly is: 'set-ip-address-type'; readonly loadBalancer: Ref; readonly ipAddressType: IpAddressType }
  /** Only those that differ. */
  | { readonly is: 'modify-load-balancer-attributes'; readonly loadBalancer: Ref; readonly attributes: Attributes }
  | { readonly is: 'delete-load-balancer'; readonly loadBalancer: Ref; readonly name: string }
  | {
      readonly is: 'create-target-group'
      readonly name: string
      readonly targetType: TargetType
      readonly protocol: TargetProtocol
      readonly protocolVersion: TargetProtocolVersion
      readonly ipAddressType: 'ipv4' | 'ipv6'
      readonly port: number
      readonly vpcId: string
      readonly healthCheck: HealthCheck
      readonly tags: Tags
    }
  | {
      readonly is: 'modify-target-group'
      readonly targetGroup: Ref
      readonly protocolVersion: TargetProtocolVersion
      readonly healthCheck: HealthCheck
    }
  | { readonly is: 'modify-target-group-attributes'; readonly targetGroup: Ref; readonly attributes: Attributes }
  | { readonly is: 'delete-target-group'; readonly targetGroup: Ref; readonly name: string }
  | {
      readonly is: 'create-listener'
      readonly loadBalancer: Ref
      readonly port: number
      readonly protocol: 'HTTP' | 'HTTPS'
      readonly tls?: ListenerDefaults
      readonly defaultAction: RuleAction
      readonly tags: Tags
    }
  | {
      readonly is: 'modify-listener'
      readonly listener: Ref
      readonly port: number
      readonly protocol: 'HTTP' | 'HTTPS'
      readonly tls?: ListenerDefaults
      readonly defaultAction: RuleAction
    }
  /** A certificate that the listener chooses by SNI; AWS takes one a call (ELBv2 API, `AddListenerCertificates`). */
  | { readonly is: 'add-listener-certificate'; readonly listener: Ref; readonly certificate: string }
  | { readonly is: 'remove-listener-certificate'; readonly listener: Ref; readonly certificate: string }
  | { readonly is: 'delete-listener'; readonly listener: Ref; readonly port: number }
  | {
      readonly is: 'create-rule'
      readonly listener: Ref
      readonly priority: number
      readonly conditions: readonly Condition[]
      readonly action: RuleAction
      readonly tags: Tags
    }
  | {
      readonly is: 'modify-rule'
      readonly rule: Ref
      readonly conditions: readonly Condition[]
      readonly action: RuleAction
    }
  | {
      readonly is: 'set-rule-priorities'
      readonly priorities: readonly { readonly rule: Ref; readonly priority: number }[]
    }
  | { readonly is: 'delete-rule'; readonly rule: Ref }
  /** ELBv2 AddTags and RemoveTags on one resource. */
  | { readonly is: 'tag'; readonly resource: Ref; readonly set: Tags; readonly remove: readonly string[] }
  /** Creates or updates the TargetGroupBinding object. */
  | {
      readonly is: 'apply-binding'
      readonly binding: DesiredBinding
      readonly targetGroup: Ref
      readonly sourceGroup?: Ref
    }
  | { readonly is: 'delete-binding'; readonly namespace: string; readonly name: string }
  /** Waits, bounded, until the binding lane has registered the first targets of a new target group. */
  | { readonly is: 'await-targets'; readonly namespace: string; readonly name: string }
  | { readonly is: 'register-targets'; readonly targetGroup: Ref; readonly targets: readonly TargetRef[] }
  | { readonly is: 'deregister-targets'; readonly targetGroup: Ref; readonly targets: readonly TargetRef[] }

export interface TargetRef {
  readonly id: string
  readonly port: number
  /** An address outside the blocks of the VPC is reached from all zones (ELBv2 API, `TargetDescription`). */
  readonly zone?: 'all'
}

/** A rule whose source group may be one that the plan makes. */
export type IngressRuleRef = Omit<SecurityGroupRule, 'source'> & {
  readonly source: SecurityGroupRule['source'] | { readonly is: 'made-group'; readonly group: Ref }
}

export interface Plan {
  readonly steps: readonly Step[]
  /** What must be read before the plan is whole. */
  readonly reads: readonly PlanRead[]
  /** Set when the plan removes more than its cause explains; the executor leaves out the removals then. */
  readonly fright?: string
  /** Members that leave and protect the load balancer from deletion, where there is one. */
  readonly protectedBy?: readonly string[]
  /** Set while the group has a load balancer that gives way to another. */
  readonly replacement?: Replacement
  /** What the rest of the plan waits for besides, one sentence each; empty when nothing is left to do after it. */
  readonly pending?: readonly string[]
}

/** A load balancer that gives way to another of its group. */
export interface Replacement {
  readonly from: ObservedLoadBalancer
  /** Absent until it is made. */
  readonly to?: ObservedLoadBalancer
  /** What the members' addresses wait for before they move; empty when they may. */
  readonly waitsFor: readonly string[]
}

/** Details of one resource, by its ARN; listeners come with their rules, targets with their health. */
export interface PlanRead {
  readonly of: 'listeners' | 'load-balancer-attributes' | 'target-group-attributes' | 'targets'
  readonly arn: string
}
