import { sha256Hex } from './sha256.ts'

/** A group: that of one Ingress alone (implicit), or one that Ingresses name (explicit). */
export type GroupId =
  | { readonly implicit: { readonly namespace: string; readonly name: string } }
  | { readonly explicit: string }

/** What the name of a target group depends on. */
export interface TargetGroupNaming {
  readonly cluster: string
  readonly group: GroupId
  readonly ingress: { readonly namespace: string; readonly name: string }
  readonly service: { readonly namespace: string; readonly name: string; readonly uid: string }
  /** The Service port as the Ingress wrote it: `80`, `http`. */
  readonly servicePort: string
  /** The port of the target group itself. */
  readonly port: number
  readonly targetType: string
  readonly protocol: string
  readonly protocolVersion: string
  readonly controlPort?: number
  /** Of a load balancer that takes over from one of the other scheme, or gives way to it: both have target groups. */
  readonly scheme?: string
  /** Of one that takes over from another that differs in nothing else. */
  readonly ipAddressType?: string
}

/** What the name of a target group behind a frontend network load balancer depends on. */
export interface FrontendTargetGroupNaming {
  readonly cluster: string
  readonly group: GroupId
  readonly port: number
  /** `traffic-port` or a number in decimal. */
  readonly healthCheckPort: string
  readonly healthCheckProtocol: string
}

/** The group as a tag value and as a hash argument: `namespace/name`, or the name of an explicit group. */
export const groupText = (group: GroupId): string =>
  'implicit' in group ? `${group.implicit.namespace}/${group.implicit.name}` : group.explicit

/** Name of the load balancer that a group gets, unless a user names it: at most 32 characters. */
export const loadBalancerName = (of: {
  readonly cluster: string
  readonly group: GroupId
  readonly scheme: string
}): string => `${groupPrefix(of.group)}-${hash(of.cluster, groupText(of.group), of.scheme)}`

/** The name of the load balancer with a DNS name, `internal-NAME-NUMBER.REGION.elb…` (ELBv2 guide, "DNS name"). */
export const loadBalancerOfHostname = (hostname: string): string | undefined =>
  /^(?:internal-)?([^.]+)-\d+\./.exec(hostname)?.[1]

/** Name of the target group of one Ingress, Service and Service port: at most 32 characters. */
export const targetGroupName = (of: TargetGroupNaming): string => {
  const { ingress, service } = of
  const suffix = hash(
    of.cluster,
    groupText(of.group),
    ingress.namespace,
    ingress.name,
    service.uid,
    of.servicePort,
    String(of.port),
    of.targetType,
    of.protocol,
    of.protocolVersion,
    ...(of.controlPort === undefined ? [] : [String(of.controlPort)]),
    ...(of.scheme === undefined ? [] : [of.scheme]),
    ...(of.ipAddressType === undefined ? [] : [of.ipAddressType]),
  )
  return `k8s-${cut(clean(service.namespace), 8)}-${cut(clean(service.name), 8)}-${suffix}`
}

/** Name of the target group that a frontend network load balancer forwards one port to. */
export const frontendTargetGroupName = (of: FrontendTargetGroupNaming): string => {
  const port = String(of.port)
  const text = groupText(of.group)
  const suffix = hash(of.cluster, text, port, 'alb', 'TCP', of.healthCheckPort, of.healthCheckProtocol)
  return `${groupPrefix(of.group)}-${suffix}`
}

/** Name of the managed frontend security group of a group. */
export const managedSecurityGroupName = (of: { readonly cluster: string; readonly group: GroupId }): string =>
  `${groupPrefix(of.group)}-${hash(of.cluster, groupText(of.group))}`

/** Name of the backend security group that all load balancers of a cluster share: at most 255 characters. */
export const backendSecurityGroupName = (cluster: string): string =>
  `k8s-traffic-${cut(clean(cluster), 232)}-${hash(cluster)}`

const groupPrefix = (group: GroupId): string =>
  'implicit' in group
    ? `k8s-${cut(clean(group.implicit.namespace), 8)}-${cut(clean(group.implicit.name), 8)}`
    : `k8s-${cut(clean(group.explicit), 17)}`

const clean = (text: string): string => text.replaceAll(/[^0-9A-Za-z]/g, '')

const cut = (text: string, length: number): string => text.slice(0, length)

const hash = (...parts: readonly string[]): string => sha256Hex(parts.join('')).slice(0, 10)
