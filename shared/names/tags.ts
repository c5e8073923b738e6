import type { GroupId } from './names.ts'
import { groupText } from './names.ts'

/** Keys of the tags by which AWS resources are found and known as ours; the same as aws-load-balancer-controller's. */
export const tagKeys = {
  cluster: 'elbv2.k8s.aws/cluster',
  stack: 'ingress.k8s.aws/stack',
  resource: 'ingress.k8s.aws/resource',
  /** On the backend group, which belongs to the cluster and to no group. */
  clusterResource: 'elbv2.k8s.aws/resource',
  /** Written by controllers of version 1 instead of `cluster`; such resources are ours too. */
  legacyCluster: 'ingress.k8s.aws/cluster',
} as const

/** Keys that neither a user tag nor a default tag may have. */
export const trackingTagKeys: readonly string[] = Object.values(tagKeys)

/** Values of the `resource` tag. A resource id is unique in its group. */
export const resourceIds = {
  loadBalancer: 'LoadBalancer',
  managedSecurityGroup: 'ManagedLBSecurityGroup',
  backendSecurityGroup: 'backend-sg',
  targetGroup: (of: {
    readonly ingress: { readonly namespace: string; readonly name: string }
    readonly service: string
    /** The Service port as the Ingress wrote it. */
    readonly servicePort: string
  }): string => `${of.ingress.namespace}/${of.ingress.name}-${of.service}:${of.servicePort}`,
  /** Of a target group of a load balancer that gives way to another of its group. */
  old: (targetGroup: string): string => `${targetGroup}:old`,
  listener: (port: number): string => String(port),
  rule: (of: { readonly port: number; readonly priority: number }): string => `${of.port}:${of.priority}`,
} as const

/** The tags of one resource of a group. They win over user tags of the same key. */
export const groupTags = (cluster: string, group: GroupId, resource: string): Readonly<Record<string, string>> => ({
  [tagKeys.cluster]: cluster,
  [tagKeys.stack]: groupText(group),
  [tagKeys.resource]: resource,
})

/** The tags of the backend security group of a cluster. */
export const backendSecurityGroupTags = (cluster: string): Readonly<Record<string, string>> => ({
  [tagKeys.cluster]: cluster,
  [tagKeys.clusterResource]: resourceIds.backendSecurityGroup,
})

/** The labels of Kubernetes objects that are made for a group. */
export const groupLabels = (group: GroupId): Readonly<Record<string, string>> =>
  'implicit' in group
    ? {
        'ingress.k8s.aws/stack-namespace': group.implicit.namespace,
        'ingress.k8s.aws/stack-name': group.implicit.name,
      }
    : { 'ingress.k8s.aws/stack': group.explicit }

/** Keys of version 1 that are left as they are on a load balancer, a target group and a security group. */
export const legacyTagKeys = (cluster: string): readonly string[] => [
  `kubernetes.io/cluster/${cluster}`,
  'kubernetes.io/cluster-name',
  'kubernetes.io/namespace',
  'kubernetes.io/ingress-name',
  'kubernetes.io/service-name',
  'kubernetes.io/service-port',
  tagKeys.legacyCluster,
]

/** Whether a key belongs to AWS, which takes no user tag with this prefix in any case. */
export const isAwsTagKey = (key: string): boolean => key.slice(0, 4).toLowerCase() === 'aws:'
