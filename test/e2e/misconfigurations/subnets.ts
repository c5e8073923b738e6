import { denied, type Places, type Row, warned } from './row.ts'

/** Subnets and security groups that are written; those that are found are in the test, with a VPC for each. */
export const subnetRows = ({ fixture, account }: Places): readonly Row[] => {
  const { subnets: ids, m11Subnets: foreign, securityGroups } = fixture
  const at = (...names: readonly (keyof typeof ids)[]) => ({ subnets: names.map((name) => ids[name].id).join(',') })
  const privates = at('private-a', 'private-c')
  const managed = { 'manage-backend-security-group-rules': 'true' }
  const groups = (count: number) => account.securityGroups.slice(0, count).join(',')
  return [
    warned('PRS-06', { subnets: '' }, ['subnets: empty, counts as absent'], privates),
    denied(
      'PRS-07',
      { 'security-groups': ',' },
      [['security-groups', 'ListSyntax', 'write a value or remove the key']],
      {
        ...managed,
        'security-groups': securityGroups.extra,
      },
    ),
    denied(
      'SUB-01',
      { subnets: 'subnet-dead,subnet-beef' },
      [
        ['subnets', 'SubnetNotFound', `write an id that 'aws ec2 describe-subnets' shows`],
        ['subnets', 'SubnetNotFound', `write an id that 'aws ec2 describe-subnets' shows`],
      ],
      privates,
    ),
    denied(
      'SUB-02',
      { subnets: 'public-ap-northeast-1a,public-x' },
      [['subnets', 'SubnetNotFound', `write an id that 'aws ec2 describe-subnets' shows`]],
      { scheme: 'internet-facing', subnets: 'public-ap-northeast-1a,public-ap-northeast-1c' },
      { warned: [`subnets: ${ids['public-a'].id} has a route to an internet gateway, the load balancer is internal`] },
    ),
    denied(
      'SUB-03',
      { subnets: 'private-ap-northeast-1a,private-ap-northeast-1a' },
      [['subnets', 'SubnetNotFound', 'name other subnets beside it']],
      { subnets: 'private-ap-northeast-1a,private-ap-northeast-1c' },
    ),
    denied(
      'SUB-04',
      at('private-a'),
      [['subnets', 'SubnetsTooFew', 'add a subnet of another zone, or remove the key']],
      privates,
    ),
    denied(
      'SUB-08',
      { subnets: `${foreign.chosen.id},${foreign.full.id}` },
      [
        ['subnets', 'SubnetOtherVpc', `write a subnet of ${fixture.vpcId}`],
        ['subnets', 'SubnetOtherVpc', `write a subnet of ${fixture.vpcId}`],
      ],
      privates,
      {
        warned: [
          `subnets: ${foreign.full.id} has 3 free addresses, a load balancer needs 8`,
          `subnets: ${foreign.full.id} is a /28; AWS advises /27 or larger`,
        ],
      },
    ),
    warned(
      'SUB-09',
      { scheme: 'internet-facing', ...at('full', 'public-c') },
      [
        `subnets: ${ids.full.id} has 5 free addresses, a load balancer needs 8`,
        `subnets: ${ids.full.id} is a /28; AWS advises /27 or larger`,
      ],
      { scheme: 'internet-facing', ...at('public-a', 'public-c') },
    ),
    warned(
      'SUB-10',
      { subnets: account.smallSubnets.join(',') },
      [
        `subnets: ${account.smallSubnets[0]} is a /28; AWS advises /27 or larger`,
        `subnets: ${account.smallSubnets[1]} is a /28; AWS advises /27 or larger`,
      ],
      privates,
    ),
    denied(
      'SUB-11',
      { 'ip-address-type': 'dualstack', subnets: `${ids['private-a'].id},${account.smallSubnets[1]}` },
      [['subnets', 'SubnetWithoutIpv6', 'associate an IPv6 CIDR with it, or write ip-address-type: ipv4']],
      { 'ip-address-type': 'dualstack', ...privates },
      { warned: [`subnets: ${account.smallSubnets[1]} is a /28; AWS advises /27 or larger`] },
    ),
    warned(
      'SUB-19',
      { scheme: 'internet-facing', ...privates },
      [
        `subnets: ${ids['private-c'].id} has no route to an internet gateway, the load balancer is internet-facing`,
        `subnets: ${ids['private-a'].id} has no route to an internet gateway, the load balancer is internet-facing`,
      ],
      { scheme: 'internet-facing', ...at('public-a', 'public-c') },
    ),
    denied(
      'SUB-21',
      at('private-a', 'full', 'private-c'),
      [['subnets', 'SubnetsSameZone', `remove ${ids.full.id} or ${ids['private-a'].id}`]],
      privates,
      {
        warned: [
          `subnets: ${ids.full.id} has 5 free addresses, a load balancer needs 8`,
          `subnets: ${ids.full.id} is a /28; AWS advises /27 or larger`,
          `subnets: ${ids.full.id} has a route to an internet gateway, the load balancer is internal`,
        ],
      },
    ),
    denied(
      'SG-04',
      { 'security-groups': groups(6) },
      [['security-groups', 'SecurityGroupsTooMany', 'write at most 5']],
      { ...managed, 'security-groups': securityGroups.extra },
      { warned: ['security-groups: targets must admit these groups, or set manage-backend-security-group-rules'] },
    ),
    denied(
      'SG-04, with the backend group',
      { ...managed, 'security-groups': groups(5) },
      [['security-groups', 'SecurityGroupsTooMany', 'write at most 4']],
      { ...managed, 'security-groups': securityGroups.extra },
    ),
    denied(
      'SG-05',
      { ...managed, 'security-groups': account.foreignSecurityGroup },
      [['security-groups', 'SecurityGroupOtherVpc', `write a security group of ${fixture.vpcId}`]],
      { ...managed, 'security-groups': securityGroups.extra },
    ),
  ]
}
