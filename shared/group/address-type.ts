import type { Contribution } from '../model/contribution.ts'
import type { IpAddressType } from '../model/model.ts'

/** The IP address type of the load balancer of a group: what a member set, else IPv4 alone. */
export const ipAddressTypeOf = (contributions: readonly Contribution[]): IpAddressType =>
  contributions.find(({ group }) => group.ipAddressType !== undefined)?.group.ipAddressType ?? 'ipv4'

/** Whether a load balancer has IPv6 addresses too, so that its subnets need IPv6 blocks. */
export const isDualStack = (type: IpAddressType): boolean => type !== 'ipv4'
