import type { Finding } from '../../../../shared/findings/finding.ts'
import type { Fact, Subnet } from '../../../../shared/ingress/facts.ts'
import type { SubnetProblem } from '../../../../shared/ingress/subnets/problem.ts'

/** A problem as a finding on the annotation. */
export const onSubnets = (problem: SubnetProblem): Finding => ({
  member: 'echoserver/echoserver',
  origin: {
    source: 'default',
    object: { kind: 'Ingress', namespace: 'echoserver', name: 'echoserver' },
    key: 'alb.ingress.kubernetes.io/subnets',
  },
  path: 'metadata.annotations[alb.ingress.kubernetes.io/subnets]',
  anchor: 'alb.ingress.kubernetes.io/subnets',
  tenancy: false,
  ...problem,
})

/** A usable public subnet of zone `1a`, `1c` … in the cluster's VPC. */
export const subnet = (id: string, zone: string, rest: Partial<Subnet> = {}): Subnet => ({
  id,
  vpcId: 'vpc-0a1b',
  availabilityZone: `ap-northeast-${zone}`,
  zoneType: 'availability-zone',
  freeAddresses: 100,
  cidr: '10.0.0.0/24',
  hasIpv6: false,
  tags: { 'kubernetes.io/role/elb': '1' },
  ...rest,
})

export const known =
  (subnets: readonly Subnet[]) =>
  (id: string): Fact<Subnet> => {
    const value = subnets.find((candidate) => candidate.id === id)
    return value === undefined ? { is: 'absent' } : { is: 'present', value }
  }
