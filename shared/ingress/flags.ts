import type { Quotas } from './quotas.ts'

/** The settings of a process that change what the rules mean. Names and defaults are those of the command-line flags. */
export interface Flags {
  readonly clusterName: string
  readonly region: string
  readonly vpcId: string
  /** The class annotation `kubernetes.io/ingress.class` that is ours (`--ingress-class`). */
  readonly ingressClass: string
  /** `spec.controller` of IngressClasses that are ours (`--controller-class`). */
  readonly controllerClass: string
  /** Names of our IngressClasses that the webhook configuration is rendered for. */
  readonly classNames: readonly string[]
  readonly defaultScheme: 'internal' | 'internet-facing'
  /** Security policy of HTTPS listeners for which nobody names one (`--default-ssl-policy`). */
  readonly defaultSslPolicy: string
  readonly defaultTargetType: 'instance' | 'ip'
  readonly defaultTags: Readonly<Record<string, string>>
  readonly externalManagedTags: readonly string[]
  readonly denyUnknownAnnotations: boolean
  readonly tolerateMissingService: boolean
  readonly tolerateMissingAction: boolean
  /** Limits of AWS that rules count against (`--quota`). */
  readonly quotas: Quotas
  readonly defaulting: 'full' | 'minimal' | 'off'
  readonly subnetsClusterTagCheck: boolean
  /** Where no subnet has the role tag, route tables decide. */
  readonly subnetDiscoveryByReachability: boolean
  /** A load balancer in one subnet is enough. */
  readonly albSingleSubnet: boolean
  /** Load balancers carry the backend group, which the rules on targets name as their source. */
  readonly enableBackendSecurityGroup: boolean
  /** Id of a backend group that somebody else keeps; empty for the one that the controller makes. */
  readonly backendSecurityGroup: string
  /** What `manage-backend-security-group-rules` is where nobody writes it. */
  readonly manageBackendSecurityGroupRules: boolean
  /** Most targets of one target group (`--max-targets-per-target-group`); 0: as many as there are. */
  readonly mostTargetsPerTargetGroup: number
  /**
   * Tags that a security group of a node or Pod must have beside that of the cluster, to be the one of several that takes
   * the rules (`--service-target-eni-security-group-tags`).
   */
  readonly targetSecurityGroupTags: Readonly<Record<string, string>>
  /** How long a load balancer stays after another took over from it, in milliseconds (`--replacement-grace`). */
  readonly replacementGrace: number
}
