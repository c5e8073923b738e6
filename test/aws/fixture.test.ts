import {
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type Tag,
} from '@aws-sdk/client-ec2'
import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm'
import t from 'tap'
import { startTestBed } from './testing.ts'

void t.test('the fixture', async (t) => {
  const { emulator, fixture, ec2 } = await startTestBed(t)
  const subnets = async (vpcId: string) =>
    (await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }))).Subnets ?? []
  const publicSubnets = async (vpcId: string) => {
    const tables =
      (await ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] })))
        .RouteTables ?? []
    const open = tables.filter((table) => table.Routes?.some((route) => route.GatewayId?.startsWith('igw-')))
    return open.flatMap((table) => table.Associations?.map((association) => association.SubnetId) ?? [])
  }

  await t.test(
    'has public and private subnets in three zones, tagged for their role and for the cluster',
    async (t) => {
      const found = await subnets(fixture.vpcId)
      const open = await publicSubnets(fixture.vpcId)
      for (const zone of ['a', 'c', 'd'] as const)
        for (const kind of ['public', 'private'] as const) {
          const subnet = found.find(({ SubnetId }) => SubnetId === fixture.subnets[`${kind}-${zone}`].id)
          t.equal(subnet?.AvailabilityZone, `ap-northeast-1${zone}`)
          t.same(tagsOf(subnet?.Tags), {
            Name: `${kind}-ap-northeast-1${zone}`,
            'kubernetes.io/cluster/demo': 'shared',
            [kind === 'public' ? 'kubernetes.io/role/elb' : 'kubernetes.io/role/internal-elb']: '1',
          })
          t.equal(open.includes(subnet?.SubnetId), kind === 'public')
          t.ok((subnet?.AvailableIpAddressCount ?? 0) > 100)
        }
      t.equal(found.length, 8)
    },
  )

  await t.test('has a subnet that is too full and one of another cluster', async (t) => {
    const found = await subnets(fixture.vpcId)
    const full = found.find(({ SubnetId }) => SubnetId === fixture.subnets.full.id)
    t.ok((full?.AvailableIpAddressCount ?? 99) < 8)
    t.match(tagsOf(full?.Tags), { 'kubernetes.io/role/elb': '1', 'kubernetes.io/cluster/demo': 'shared' })
    const stage = found.find(({ SubnetId }) => SubnetId === fixture.subnets.stage.id)
    t.same(
      Object.keys(tagsOf(stage?.Tags)).filter((key) => key.startsWith('kubernetes.io/cluster/')),
      ['kubernetes.io/cluster/stage'],
    )
  })

  await t.test('has a VPC with four subnets of which one zone is usable', async (t) => {
    const found = await subnets(fixture.m11VpcId)
    const { chosen, 'not-chosen': notChosen, full, stage } = fixture.m11Subnets
    t.equal(found.length, 4)
    t.ok(chosen.id < notChosen.id)
    t.equal(chosen.zone, notChosen.zone)
    t.equal(found.find(({ SubnetId }) => SubnetId === full.id)?.AvailableIpAddressCount, 3)
    t.same([full.zone, stage.zone], ['ap-northeast-1c', 'ap-northeast-1d'])
    t.ok(found.every(({ Tags }) => tagsOf(Tags)['kubernetes.io/role/elb'] === '1'))
    t.equal((await publicSubnets(fixture.m11VpcId)).length, 4)
  })

  await t.test(
    'has one running instance per zone, its first interface in the security group of the nodes',
    async (t) => {
      const answer = await ec2.send(
        new DescribeInstancesCommand({ InstanceIds: fixture.instances.map(({ id }) => id) }),
      )
      const instances = answer.Reservations?.flatMap((reservation) => reservation.Instances ?? []) ?? []
      t.same(
        instances.map(({ Placement }) => Placement?.AvailabilityZone),
        ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'],
      )
      for (const instance of instances) {
        t.equal(instance.State?.Name, 'running')
        t.match(instance.NetworkInterfaces, [
          { Attachment: { DeviceIndex: 0 }, VpcId: fixture.vpcId, Groups: [{ GroupId: fixture.securityGroups.nodes }] },
        ])
      }
      const groups = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [fixture.securityGroups.nodes] }))
      t.same(tagsOf(groups.SecurityGroups?.[0]?.Tags), { Name: 'nodes', 'kubernetes.io/cluster/demo': 'owned' })
    },
  )

  await t.test('has issued certificates', async (t) => {
    const acm = new ACMClient({
      endpoint: emulator.endpoint,
      region: emulator.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    for (const [domain, CertificateArn] of Object.entries(fixture.certificates)) {
      const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }))
      t.match(Certificate, { DomainName: domain, Status: 'ISSUED', SubjectAlternativeNames: [domain] })
    }
    acm.destroy()
  })
})

function tagsOf(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}
