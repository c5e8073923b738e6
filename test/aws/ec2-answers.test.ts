import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import t from 'tap'
import { startTestBed } from './testing.ts'

void t.test('what EC2 answers', async (t) => {
  const { emulator, fixture, ec2 } = await startTestBed(t)

  await t.test('a security group is made with its tags told, and several permissions are all answered', async (t) => {
    const made = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: 'made',
        Description: 'made',
        VpcId: fixture.vpcId,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'a', Value: 'b' }] }],
      }),
    )
    t.same(made.Tags, [{ Key: 'a', Value: 'b' }])
    const GroupId = given(made.GroupId)
    const port = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80 }
    const permissions = [
      { ...port, IpRanges: [{ CidrIp: '10.0.0.1/24', Description: 'told' }, { CidrIp: '0.0.0.0/0' }] },
      {
        ...port,
        UserIdGroupPairs: [
          { GroupId: fixture.securityGroups.other, Description: 'elbv2.k8s.aws/targetGroupBinding=shared' },
        ],
      },
    ]
    const authorized = await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: permissions }))
    t.same(
      authorized.SecurityGroupRules?.map((rule) => rule.CidrIpv4 ?? rule.ReferencedGroupInfo?.GroupId).sort(compare),
      ['0.0.0.0/0', '10.0.0.0/24', fixture.securityGroups.other],
    )
    const group = async () =>
      (await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))).SecurityGroups?.[0]
    t.match(
      (await group())?.IpPermissions?.flatMap((permission) => permission.UserIdGroupPairs ?? []),
      [{ GroupId: fixture.securityGroups.other, Description: 'elbv2.k8s.aws/targetGroupBinding=shared' }],
    )
    const duplicate = [
      { IpProtocol: 'tcp', FromPort: 81, ToPort: 81, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      ...permissions,
    ]
    await t.rejects(ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: duplicate })), {
      name: 'InvalidPermission.Duplicate',
    })
    t.notOk(
      (await group())?.IpPermissions?.some((permission) => permission.FromPort === 81),
      'nothing of a refused call is done',
    )
    const bare = [
      { ...port, IpRanges: [{ CidrIp: '10.0.0.0/24' }] },
      { ...port, UserIdGroupPairs: [{ GroupId: fixture.securityGroups.other }] },
    ]
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: bare }))
    t.match((await group())?.IpPermissions, [{ IpRanges: [{ CidrIp: '0.0.0.0/0' }] }])
    t.ok(await ec2.send(new DeleteSecurityGroupCommand({ GroupId })))
  })

  await t.test('row 33: lists of EC2 come in pages of the forced size, or of the size that is asked for', async (t) => {
    await emulator.configure({ pageSize: 2 })
    const ids: (string | undefined)[] = []
    let token: string | undefined
    do {
      const page = await ec2.send(
        new DescribeSubnetsCommand({
          Filters: [{ Name: 'vpc-id', Values: [fixture.vpcId] }],
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      )
      ids.push(...(page.Subnets ?? []).map((subnet) => subnet.SubnetId))
      token = page.NextToken
    } while (token !== undefined)
    t.same(
      ids.toSorted(compare),
      Object.values(fixture.subnets)
        .map(({ id }) => id)
        .sort(compare),
    )
    await emulator.configure({ pageSize: 0 })
    const limited = await ec2.send(new DescribeSecurityGroupsCommand({ MaxResults: 5 }))
    t.equal(limited.SecurityGroups?.length, 5)
    t.type(limited.NextToken, 'string')
  })
})

function compare(left: string | undefined, right: string | undefined): number {
  return (left ?? '') < (right ?? '') ? -1 : 1
}

function given(value: string | undefined): string {
  if (value === undefined) throw new Error('AWS left out a value')
  return value
}
