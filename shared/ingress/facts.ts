import type { Ingress, IngressClass, Node, Service } from '../kubernetes/objects.ts'
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
  /** The route tables of the cluster's VPC: `VpcRoutes`. */
  | { readonly is: 'routes' }
  /** Ids of the internet gateways that are attached to the cluster's VPC: `readonly string[]`. */
  | { readonly is: 'internet-gateways' }
  /** All security groups of the cluster's VPC: `readonly SecurityGroup[]`. */
  | { readonly is: 'security-groups' }
  /** One security group by id, wherever it is: `SecurityGroup`. */
  | { readonly is: 'security-group'; readonly id: string }
  /** All load balancers that carry our cluster tag: `readonly LiveLoadBalancer[]`. */
  | { readonly is: 'load-balancers' }
  /** The load balancer of the region with this name, whoever made it: `NamedLoadBalancer`. */
  | { readonly is: 'load-balancer-name'; readonly name: string }
  /** All certificates of ACM in the region, whatever their status: `readonly Certificate[]`. */
  | { readonly is: 'certificates' }
  /** One certificate of ACM or IAM by ARN: `Certificate`. */
  | { readonly is: 'certificate'; readonly arn: string }
  /** Our own AWS account, 12 digits: `string`. */
  | { readonly is: 'account' }
  /** The security policies that an application load balancer takes, by name: `readonly string[]`. */
  | { readonly is: 'ssl-policies' }

export type NeedKey = string

/** The key under which the answer to a need is found. */
export const needKey = (need: Need): NeedKey => {
  switch (need.is) {
    case 'subnet':
      return `subnet/${need.id}`
    case 'security-group':
      return `security-group/${need.id}`
    case 'load-balancer-name':
      return `load-balancer-name/${need.name}`
    case 'certificate':
      return `certificate/${need.arn}`
    case 'subnets':
    case 'routes':
    case 'internet-gateways':
    case 'security-groups':
    case 'load-balancers':
    case 'certificates':
    case 'account':
    case 'ssl-policies':
      return need.is
    default:
      return need satisfies never
  }
}

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

/** Where the route tables of a VPC lead (EC2 API reference, `RouteTable`). */
export interface VpcRoutes {
  /** Whether the main route table, which counts for subnets without one of their own, leads to an internet gateway. */
  readonly mainIsPublic: boolean
  /** By id, whether the route table of a subnet that has one of its own leads to an internet gateway. */
  readonly subnets: Readonly<Record<string, boolean>>
}

/** A security group that somebody named for a load balancer (EC2 API reference, `SecurityGroup`). */
export interface SecurityGroup {
  readonly id: string
  readonly vpcId: string
  /** The value of its tag Name; empty without one. */
  readonly name: string
}

/** A load balancer as far as its name is looked at. */
export interface NamedLoadBalancer {
  /** The group whose load balancer it is; absent for one that is not ours. */
  readonly group?: string
}

/** One of our load balancers, as far as a decision about its group looks at it. */
export interface LiveLoadBalancer {
  readonly group: string
  readonly name: string
  readonly scheme: 'internal' | 'internet-facing'
  readonly subnetIds: readonly string[]
}

/** A certificate of ACM or a server certificate of IAM, as far as a listener looks at it (ACM API, `CertificateDetail`). */
export interface Certificate {
  readonly arn: string
  /** `ISSUED`, `PENDING_VALIDATION`, `EXPIRED`, `FAILED` …; one of IAM is always `ISSUED`. */
  readonly status: string
  /** The subject alternative names, lower case not assumed. */
  readonly names: readonly string[]
  /** `RSA_2048`, `EC_prime256v1` …; absent where AWS does not say (IAM). */
  readonly keyAlgorithm?: string
  /** RFC 3339. */
  readonly notBefore?: string
  readonly notAfter?: string
  /** Whether AWS renews it by itself. */
  readonly renewable: boolean
  /** DNS records that a pending certificate waits for, as `name type value`. */
  readonly missingRecords: readonly string[]
}

/** What is known of the cluster: complete, since a process that has not synced its caches does not decide. */
export interface ClusterView {
  readonly service: (namespace: string, name: string) => Service | undefined
  readonly ingressClass: (name: string) => IngressClass | undefined
  readonly ingressClasses: readonly IngressClass[]
  readonly ingresses: readonly Ingress[]
  readonly nodes: readonly Node[]
  /** Undefined where the namespace is not known. Left out where labels of namespaces do not matter. */
  readonly namespaceLabels?: (name: string) => Readonly<Record<string, string>> | undefined
}

/** All that a decision may look at besides the objects of the group. What was not asked is unknown. */
export interface Facts {
  readonly flags: Flags
  readonly cluster: ClusterView
  readonly aws: ReadonlyMap<NeedKey, Fact<unknown>>
  /** RFC 3339, UTC: the moment of the decision, against which validity is judged. */
  readonly now: string
}

/** The answer to a need; what was not asked is unknown. */
export const factOf = <T>(facts: Pick<Facts, 'aws'>, need: Need): Fact<T> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the edge answers each need with the type it names
  (facts.aws.get(needKey(need)) as Fact<T> | undefined) ?? { is: 'unknown', why: 'not asked' }
