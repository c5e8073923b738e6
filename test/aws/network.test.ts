import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeManagedPrefixListsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import {
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DescribeLoadBalancersCommand,
  type IpAddressType,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { addIpv6 } from './fixture-ipv6.ts'
import { given } from './fixture-network.ts'
import { addPodInterface, addPods } from './fixture-pods.ts'
import { startTestBed } from './testing.ts'

void t.test('the network of the account', async (t) => {
  const { emulator, fixture, elb, ec2 } = await startTestBed(t)
  const { subnets, securityGroups, instances, vpcId, prefixLists } = fixture
  const [first, second] = instances.map(({ id }) => id)
  const filters = (filter: Readonly<Record<string, string>>) =>
    Object.entries({ 'vpc-id': vpcId, ...filter }).map(([Name, value]) => ({ Name, Values: [value] }))
  const interfaces = async (filter: Readonly<Record<string, string>>) =>
    (await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: filters(filter) }))).NetworkInterfaces ?? []

  await t.test('Pods are found at the network interface of their node, by address', async (t) => {
    await addPods(emulator, [{ instance: given(first), address: '10.0.16.200' }])
    const groups = [{ GroupId: securityGroups.nodes }]
    const wanted = { Attachment: { InstanceId: first, DeviceIndex: 0 }, Groups: groups }
    t.match(await interfaces({ 'addresses.private-ip-address': '10.0.16.200' }), [wanted])
    t.match(await interfaces({ 'addresses.private-ip-address': '10.0.16.2*' }), [wanted])
    t.same(await interfaces({ 'addresses.private-ip-address': '10.0.16.201' }), [])
    const byFilter = await ec2.send(
      new DescribeInstancesCommand({
        Filters: filters({ 'network-interface.addresses.private-ip-address': '10.0.16.200' }),
      }),
    )
    t.match(byFilter.Reservations, [
      {
        Instances: [
          {
            InstanceId: first,
            NetworkInterfaces: [
              { PrivateIpAddresses: [{ Primary: true }, { Primary: false, PrivateIpAddress: '10.0.16.200' }] },
            ],
          },
        ],
      },
    ])
  })

  await t.test('Pods of a prefix are found at the interface that has it', async (t) => {
    await addPods(emulator, [{ instance: given(second), address: '10.0.17.70', prefix: '10.0.17.64/28' }])
    t.same(await interfaces({ 'addresses.private-ip-address': '10.0.17.70' }), [])
    const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [given(second)] }))
    t.match(answer.Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces, [
      { Ipv4Prefixes: [{ Ipv4Prefix: '10.0.17.64/28' }], Groups: [{ GroupId: securityGroups.nodes }] },
    ])
  })

  await t.test('Pods can have interfaces of their own', async (t) => {
    await addPodInterface(emulator, {
      subnet: subnets['private-d'].id,
      address: '10.0.18.210',
      securityGroups: [securityGroups.extra],
    })
    t.match(await interfaces({ 'addresses.private-ip-address': '10.0.18.210' }), [
      { Groups: [{ GroupId: securityGroups.extra }], Attachment: undefined },
    ])
  })

  await t.test('routes lead to the internet by association, not by the main route table', async (t) => {
    const tables = (await ec2.send(new DescribeRouteTablesCommand({ Filters: filters({}) }))).RouteTables ?? []
    const main = tables.find(({ Associations }) => Associations?.some(({ Main }) => Main === true))
    t.notOk(main?.Routes?.some(({ GatewayId }) => GatewayId?.startsWith('igw-')))
    const open = tables.filter(({ Routes }) => Routes?.some(({ GatewayId }) => GatewayId?.startsWith('igw-')))
    const associated = open.flatMap(({ Associations }) => Associations?.map(({ SubnetId }) => SubnetId) ?? [])
    const wanted = (['public-a', 'public-c', 'public-d', 'full', 'stage'] as const).map((name) => subnets[name].id)
    t.same(new Set(associated), new Set(wanted))
    const gateways = await ec2.send(
      new DescribeInternetGatewaysCommand({ Filters: [{ Name: 'attachment.vpc-id', Values: [vpcId] }] }),
    )
    t.match(gateways.InternetGateways, [{ Attachments: [{ VpcId: vpcId, State: 'available' }] }])
  })

  await t.test('a prefix list counts in a security group with all the entries that it has room for', async (t) => {
    const lists = await ec2.send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [prefixLists.office] }))
    t.match(lists.PrefixLists, [{ PrefixListName: 'office', MaxEntries: 10, AddressFamily: 'IPv4' }])
    const GroupId = securityGroups.other
    const port = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }
    const office = { ...port, PrefixListIds: [{ PrefixListId: prefixLists.office, Description: 'the office' }] }
    const blocks = (count: number) => ({
      ...port,
      IpRanges: Array.from({ length: count }, (_, index) => ({ CidrIp: `10.${index}.0.0/16` })),
    })
    const authorize = (...IpPermissions: IpPermission[]) =>
      ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }))
    await t.rejects(authorize(office, blocks(51)), { name: 'RulesPerSecurityGroupLimitExceeded' })
    await authorize(office, blocks(50), { ...port, Ipv6Ranges: [{ CidrIpv6: '::/0' }] })
    const group = (await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))).SecurityGroups?.[0]
    t.match(
      group?.IpPermissions?.flatMap(({ PrefixListIds }) => PrefixListIds ?? []),
      [{ PrefixListId: prefixLists.office, Description: 'the office' }],
    )
    const unnamed = { ...port, PrefixListIds: [{ PrefixListId: prefixLists.office }] }
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [unnamed, blocks(50)] }))
  })

  const create = (change: Partial<CreateLoadBalancerCommandInput>) =>
    elb.send(
      new CreateLoadBalancerCommand({
        Name: 'main',
        Subnets: [subnets['public-a'].id, subnets['public-c'].id],
        SecurityGroups: [securityGroups.extra],
        ...change,
      }),
    )

  await t.test('dual stack needs an IPv6 block in each subnet', async (t) => {
    await t.rejects(create({ IpAddressType: 'dualstack' }), { name: 'InvalidSubnetException' })
    const blocks = await addIpv6(emulator, fixture)
    const SubnetIds = [subnets['public-a'].id, subnets.stage.id]
    const found = (await ec2.send(new DescribeSubnetsCommand({ SubnetIds }))).Subnets
    t.match(
      found?.map(({ Ipv6CidrBlockAssociationSet: set }) => set),
      [[{ Ipv6CidrBlock: blocks['public-a'], Ipv6CidrBlockState: { State: 'associated' } }], []],
    )
    const made = (await create({ IpAddressType: 'dualstack' })).LoadBalancers?.[0]
    t.equal(made?.IpAddressType, 'dualstack')
    const LoadBalancerArn = given(made?.LoadBalancerArn)
    await t.rejects(
      elb.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: [subnets['public-a'].id, subnets.stage.id] })),
      { name: 'InvalidSubnetException' },
    )
  })

  await t.test('the three types of addresses follow each other', async (t) => {
    const LoadBalancerArn = given((await emulator.snapshot()).loadBalancers[0]?.arn)
    const set = async (type: IpAddressType) => {
      const answer = await elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType: type }))
      const described = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] }))
      return [answer.IpAddressType, described.LoadBalancers?.[0]?.IpAddressType]
    }
    for (const type of ['dualstack-without-public-ipv4', 'ipv4', 'dualstack'] as const)
      t.same(await set(type), [type, type])
    const other = await create({ Name: 'other', IpAddressType: 'dualstack-without-public-ipv4' })
    t.equal(other.LoadBalancers?.[0]?.IpAddressType, 'dualstack-without-public-ipv4')
    t.equal(
      (await create({ Name: 'other', IpAddressType: 'dualstack-without-public-ipv4' })).LoadBalancers?.[0]
        ?.LoadBalancerArn,
      other.LoadBalancers?.[0]?.LoadBalancerArn,
      'an equal create answers the same one',
    )
  })

  await t.test('Pods with IPv6 are found by that address as well', async (t) => {
    const ipv6Address = '2400:6500:0:1::10'
    await addPods(emulator, [{ instance: given(first), address: '10.0.16.201', ipv6Address }])
    t.match(await interfaces({ 'ipv6-addresses.ipv6-address': ipv6Address }), [{ Attachment: { InstanceId: first } }])
  })

  await t.test('security groups of a load balancer are set as they are given', async (t) => {
    const LoadBalancerArn = given((await emulator.snapshot()).loadBalancers[0]?.arn)
    const wanted = [securityGroups.other, securityGroups.extra]
    const answer = await elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: wanted }))
    t.same(answer.SecurityGroupIds?.toSorted(), wanted.toSorted())
    t.same((await emulator.snapshot()).loadBalancers[0]?.securityGroups, wanted.toSorted())
  })
})
