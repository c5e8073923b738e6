import type { Subnet, VpcRoutes } from '../facts.ts'

/** Free addresses that a subnet must have for a load balancer (Elastic Load Balancing user guide, "Subnets"). */
export const neededAddresses = 8

/** `3 free addresses` */
export const freeAddresses = ({ freeAddresses: count }: Subnet): string =>
  `${count} free address${count === 1 ? '' : 'es'}`

const clusterTagPrefix = 'kubernetes.io/cluster/'

/** Whether a subnet is tagged for the cluster. */
export const isTaggedFor = (subnet: Subnet, cluster: string): boolean =>
  Object.hasOwn(subnet.tags, clusterTagPrefix + cluster)

/**
 * `cluster "stage"` for a subnet that is tagged for other clusters and not for ours; else undefined. As for
 * aws-load-balancer-controller, every key that begins `kubernetes.io/cluster` speaks of a cluster.
 */
export const otherClusters = (subnet: Subnet, cluster: string): string | undefined => {
  const names = Object.keys(subnet.tags)
    .filter((key) => key.startsWith('kubernetes.io/cluster'))
    .map((key) => JSON.stringify(key.startsWith(clusterTagPrefix) ? key.slice(clusterTagPrefix.length) : key))
    .toSorted()
  if (names.length === 0 || isTaggedFor(subnet, cluster)) return undefined
  return `cluster${names.length === 1 ? '' : 's'} ${names.join(', ')}`
}

/** Whether the route table of a subnet leads to an internet gateway; that of the VPC where it has none of its own. */
export const isPublic = ({ id }: Pick<Subnet, 'id'>, { mainIsPublic, subnets }: VpcRoutes): boolean =>
  Object.hasOwn(subnets, id) ? subnets[id] === true : mainIsPublic

/** What is told of the way of a subnet to the internet. */
export const reachability = {
  public: 'public: a route to an internet gateway',
  private: 'private: no route to an internet gateway',
} as const
