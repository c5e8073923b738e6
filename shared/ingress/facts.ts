import type { Ingress, IngressClass, Service } from '../kubernetes/objects.ts'
import type { Flags } from './flags.ts'

/** One thing that a decision needs to know of the world, in one of three states. */
export type Fact<T> =
  | { readonly is: 'present'; readonly value: T }
  | { readonly is: 'absent' }
  | { readonly is: 'unknown'; readonly why: string }

/** A question to AWS, asked as data. */
export type Need =
  /** All subnets of the cluster's VPC: `readonly Subnet[]`. */
  | { readonly is: 'subnets' }
  /** One subnet by id, wherever it is: `Subnet`. */
  | { readonly is: 'subnet'; readonly id: string }
  /** All load balancers that carry our cluster tag: `readonly LiveLoadBalancer[]`. */
  | { readonly is: 'load-balancers' }

export type NeedKey = string

/** The key under which the answer to a need is found. */
export const needKey = (need: Need): NeedKey => (need.is === 'subnet' ? `subnet/${need.id}` : need.is)

/** What the rule book knows of an EC2 subnet (EC2 API reference, `Subnet`). */
export interface Subnet {
  readonly id: string
  readonly vpcId: string
  /** `ap-northeast-1a` */
  readonly availabilityZone: string
  readonly zoneType: 'availability-zone' | 'local-zone' | 'wavelength-zone' | 'outpost'
  readonly freeAddresses: number
  readonly cidr: string
  readonly hasIpv6: boolean
  readonly tags: Readonly<Record<string, string>>
}

/** One of our load balancers, as far as a decision about its group looks at it. */
export interface LiveLoadBalancer {
  readonly group: string
  readonly name: string
  readonly scheme: 'internal' | 'internet-facing'
  readonly subnetIds: readonly string[]
}

/** What is known of the cluster: complete, since a process that has not synced its caches does not decide. */
export interface ClusterView {
  readonly service: (namespace: string, name: string) => Service | undefined
  readonly ingressClass: (name: string) => IngressClass | undefined
  readonly ingressClasses: readonly IngressClass[]
  readonly ingresses: readonly Ingress[]
}

/** All that a decision may look at besides the objects of the group. What was not asked is unknown. */
export interface Facts {
  readonly flags: Flags
  readonly cluster: ClusterView
  readonly aws: ReadonlyMap<NeedKey, Fact<unknown>>
}
