import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Tags } from '../../model/model.ts'
import type { ObservedLoadBalancer } from '../../model/observed.ts'

/** An application load balancer as AWS answers it (ELBv2 API, `LoadBalancer`); undefined for other types. */
export const readLoadBalancer = (answer: LoadBalancer, tags: Tags): ObservedLoadBalancer | undefined => {
  if (answer.Type !== 'application' || answer.LoadBalancerArn === undefined) return undefined
  return {
    arn: answer.LoadBalancerArn,
    name: answer.LoadBalancerName ?? '',
    dnsName: answer.DNSName ?? '',
    scheme: answer.Scheme === 'internet-facing' ? 'internet-facing' : 'internal',
    state: answer.State?.Code ?? '',
    ipAddressType: answer.IpAddressType ?? 'ipv4',
    vpcId: answer.VpcId ?? '',
    subnetIds: (answer.AvailabilityZones ?? []).flatMap((zone) => zone.SubnetId ?? []).toSorted(),
    securityGroupIds: [...(answer.SecurityGroups ?? [])],
    tags,
    listeners: { is: 'unread' },
    attributes: { is: 'unread' },
  }
}
