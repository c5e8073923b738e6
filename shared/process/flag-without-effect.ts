import { readBoolean } from './flag.ts'
import type { FlagReading } from './flag.ts'

/** Kinds of a flag that is taken and has no effect: a switch stands alone, the other takes a value. */
export type WithoutEffect = 'switch' | 'value'

/**
 * Flags that have no effect yet and will have one.
 */
export const notYet: Readonly<Record<string, WithoutEffect>> = {
  'allowed-certificate-authority-arns': 'value',
  'aws-api-endpoints': 'value',
  'aws-max-retries': 'value',
  'aws-vpc-tags': 'value',
  'default-pca-arn': 'value',
  'default-tags-low-priority': 'switch',
  'disable-ingress-class-annotation': 'switch',
  'disable-ingress-group-name-annotation': 'switch',
  'disable-restricted-sg-rules': 'switch',
  'enable-certificate-management': 'switch',
  'enable-endpoint-slices': 'switch',
  'enable-shield': 'switch',
  'enable-waf': 'switch',
  'enable-wafv2': 'switch',
  'lb-stabilization-monitor-interval': 'value',
  'required-secrets-label': 'value',
  'rule-order': 'value',
  'targetgroupbinding-max-exponential-backoff-delay': 'value',
}

/** Flags of aws-load-balancer-controller for what is no business of ours: load balancer classes, Gateways, Services … */
export const neverOurs: Readonly<Record<string, WithoutEffect>> = {
  'alb-gateway-max-concurrent-reconciles': 'value',
  'alb-gateway-max-exponential-backoff-delay': 'value',
  'aws-vpc-tag-key': 'value',
  'enable-acm-certificates': 'switch',
  'globalaccelerator-max-concurrent-reconciles': 'value',
  'globalaccelerator-max-exponential-backoff-delay': 'value',
  'kube-ca-pem-filepath': 'value',
  'leader-election-lease-duration': 'value',
  'listenerset-max-concurrent-reconciles': 'value',
  'load-balancer-class': 'value',
  'nlb-gateway-max-concurrent-reconciles': 'value',
  'nlb-gateway-max-exponential-backoff-delay': 'value',
  'service-max-concurrent-reconciles': 'value',
  'service-max-exponential-backoff-delay': 'value',
}

/** The feature gates of aws-load-balancer-controller; one that is not here refuses to start. */
const gates: ReadonlySet<string> = new Set([
  'ALBGatewayAPI',
  'ALBSingleSubnet',
  'ALBTargetControlAgent',
  'EnableCertificateManagement',
  'EnableDefaultTagsLowPriority',
  'EnableIPTargetType',
  'EnableRGTAPI',
  'EnableServiceController',
  'EnableTCPUDPListener',
  'EnableTCPUDPListenerType',
  'EndpointsFailOpen',
  'EnhancedDefaultBehavior',
  'GlobalAcceleratorController',
  'IngressPlanAnnotation',
  'LBCapacityReservation',
  'ListenerRulesTagging',
  'NLBGatewayAPI',
  'NLBHealthCheckAdvancedConfig',
  'NLBHealthCheckAdvancedConfiguration',
  'NLBSecurityGroup',
  'ServiceTypeLoadBalancerOnly',
  'SubnetDiscoveryByReachability',
  'SubnetsClusterTagCheck',
  'WeightedTargetGroups',
])

/** `--feature-gates`: `Name=true,Other=false`. */
export const readFeatureGates = (given: string): FlagReading<ReadonlyMap<string, boolean>> => {
  const read = new Map<string, boolean>()
  for (const entry of given.split(',').map((each) => each.trim())) {
    if (entry === '') continue
    const [name = '', value = ''] = entry.split('=', 2).map((part) => part.trim())
    if (!gates.has(name)) return { ok: false, problem: `unknown gate ${JSON.stringify(name)}` }
    const enabled = readBoolean(value)
    if (!enabled.ok) return { ok: false, problem: `gate ${name}: ${enabled.problem}` }
    read.set(name, enabled.value)
  }
  return { ok: true, value: read }
}
