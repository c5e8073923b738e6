import { z } from 'zod'
import type { JudgedAction, JudgedCondition } from './data-plane/judge.ts'
import type { FlatPermission } from './proxy/ec2-reads.ts'

type Texts = Readonly<Record<string, string>>

/** Everything in the account that a controller may make or change, in a fixed order. */
export interface AwsState {
  /** By name. */
  readonly loadBalancers: readonly LoadBalancerState[]
  /** By name. */
  readonly targetGroups: readonly TargetGroupState[]
  /** By name, without the default group of each VPC. */
  readonly securityGroups: readonly SecurityGroupState[]
}

/** A load balancer with its listeners. */
export interface LoadBalancerState {
  readonly arn: string
  readonly name: string
  readonly dnsName: string
  readonly scheme: string
  readonly ipAddressType: string
  readonly vpcId: string
  /** Sorted ids. */
  readonly subnets: readonly string[]
  /** Sorted ids. */
  readonly securityGroups: readonly string[]
  /** Those that are not at their default. */
  readonly attributes: Texts
  readonly tags: Texts
  /** By port. */
  readonly listeners: readonly ListenerState[]
}

/** A listener with its rules. */
export interface ListenerState {
  readonly arn: string
  readonly port: number
  readonly protocol: string
  /** Of an HTTPS listener. */
  readonly tls?: ListenerTlsState
  readonly defaultActions: readonly JudgedAction[]
  readonly tags: Texts
  /** By priority, without the default rule. */
  readonly rules: readonly RuleState[]
}

/** The TLS side of an HTTPS listener. */
export interface ListenerTlsState {
  readonly policy: string
  /** ARN. */
  readonly defaultCertificate: string
  /** Sorted ARNs of the certificate list. */
  readonly extraCertificates: readonly string[]
  readonly mutualAuthentication: string
}

/** A rule other than the default one. */
export interface RuleState {
  readonly arn: string
  readonly priority: number
  readonly conditions: readonly JudgedCondition[]
  readonly actions: readonly JudgedAction[]
  readonly tags: Texts
}

/** A target group with its targets. */
export interface TargetGroupState {
  readonly arn: string
  readonly name: string
  /** As AWS names them: Protocol, Port, VpcId, HealthCheckPath … and HttpCode. */
  readonly settings: Texts
  /** Those that are not at their default. */
  readonly attributes: Texts
  readonly tags: Texts
  /** By id and port, those that drain left out. */
  readonly targets: readonly { readonly id: string; readonly port: number }[]
}

/** A security group with its inbound rules. */
export interface SecurityGroupState {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly vpcId: string
  readonly tags: Texts
  /** Sorted. */
  readonly inbound: readonly FlatPermission[]
}

/** The state as the control API hands it out. */
export const awsState = z.custom<AwsState>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'loadBalancers' in value &&
    'targetGroups' in value &&
    'securityGroups' in value,
)
