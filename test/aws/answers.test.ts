import { setTimeout as sleep } from 'node:timers/promises'
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  paginateDescribeRules,
  RegisterTargetsCommand,
  RemoveTagsCommand,
  SetRulePrioritiesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { startTestBed } from './testing.ts'

void t.test('what AWS answers', async (t) => {
  const { emulator, fixture, elb, ec2 } = await startTestBed(t)
  const { subnets, securityGroups } = fixture
  await emulator.configure({ timeScale: 0.001, initialHealthSeconds: 1000 })
  const createLoadBalancer = new CreateLoadBalancerCommand({
    Name: 'main',
    Scheme: 'internal',
    Type: 'application',
    IpAddressType: 'ipv4',
    Subnets: [subnets['private-a'].id, subnets['private-c'].id],
    SecurityGroups: [securityGroups.extra],
    Tags: [{ Key: 'owner', Value: 'one' }],
  })
  const createTargetGroup = new CreateTargetGroupCommand({
    Name: 'web',
    Protocol: 'HTTP',
    ProtocolVersion: 'HTTP1',
    Port: 30080,
    VpcId: fixture.vpcId,
    TargetType: 'instance',
    Tags: Array.from({ length: 12 }, (_, index) => ({ Key: `key-${index}`, Value: 'value' })),
  })
  const main = given((await elb.send(createLoadBalancer)).LoadBalancers?.[0]?.LoadBalancerArn)
  const web = given((await elb.send(createTargetGroup)).TargetGroups?.[0]?.TargetGroupArn)
  const createListener = new CreateListenerCommand({
    LoadBalancerArn: main,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain' } }],
  })
  const http = given((await elb.send(createListener)).Listeners?.[0]?.ListenerArn)
  const createRule = async (priority: number, path: string, target = web) =>
    given(
      (
        await elb.send(
          new CreateRuleCommand({
            ListenerArn: http,
            Priority: priority,
            Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }],
            Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: target }] } }],
          }),
        )
      ).Rules?.[0]?.RuleArn,
    )
  const rules = async () => (await elb.send(new DescribeRulesCommand({ ListenerArn: http }))).Rules ?? []

  await t.test(
    'row 2: the same create again gives the same load balancer, listener and target group, and no second one',
    async (t) => {
      t.equal((await elb.send(createLoadBalancer)).LoadBalancers?.[0]?.LoadBalancerArn, main)
      t.equal((await elb.send(createListener)).Listeners?.[0]?.ListenerArn, http)
      t.equal((await elb.send(createTargetGroup)).TargetGroups?.[0]?.TargetGroupArn, web)
      t.equal((await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.length, 1)
      t.equal((await elb.send(new DescribeListenersCommand({ LoadBalancerArn: main }))).Listeners?.length, 1)
      t.equal((await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups?.length, 1)
    },
  )

  await t.test('row 16: rules come sorted, the default last, and may swap their priorities at once', async (t) => {
    const [second, first] = [await createRule(2, '/b'), await createRule(1, '/a')]
    const order = async () => (await rules()).map((rule) => [rule.RuleArn, rule.Priority])
    const last = (await rules())[2]
    t.match(last, { IsDefault: true, Priority: 'default' })
    t.same((await order()).slice(0, 2), [
      [first, '1'],
      [second, '2'],
    ])
    const swapped = await elb.send(
      new SetRulePrioritiesCommand({
        RulePriorities: [
          { RuleArn: first, Priority: 2 },
          { RuleArn: second, Priority: 1 },
        ],
      }),
    )
    t.same(
      swapped.Rules?.map((rule) => rule.Priority),
      ['2', '1'],
    )
    t.same((await order()).slice(0, 2), [
      [second, '1'],
      [first, '2'],
    ])
  })

  await t.test(
    'row 34: a forward to one target group and host and path values come in both of their forms',
    async (t) => {
      const [rule] = await rules()
      t.match(rule, {
        Conditions: [{ Field: 'path-pattern', Values: ['/b'], PathPatternConfig: { Values: ['/b'] } }],
        Actions: [
          {
            Type: 'forward',
            Order: 1,
            TargetGroupArn: web,
            ForwardConfig: {
              TargetGroups: [{ TargetGroupArn: web, Weight: 1 }],
              TargetGroupStickinessConfig: { Enabled: false },
            },
          },
        ],
      })
      await elb.send(
        new ModifyListenerCommand({ ListenerArn: http, DefaultActions: [{ Type: 'forward', TargetGroupArn: web }] }),
      )
      const listener = (await elb.send(new DescribeListenersCommand({ ListenerArns: [http] }))).Listeners?.[0]
      t.match(listener, {
        DefaultActions: [
          { TargetGroupArn: web, ForwardConfig: { TargetGroups: [{ TargetGroupArn: web, Weight: 1 }] } },
        ],
      })
      t.equal(listener?.SslPolicy, undefined)
      t.match((await rules()).at(-1), { Actions: [{ TargetGroupArn: web }] })
      await elb.send(
        new ModifyListenerCommand({ ListenerArn: http, DefaultActions: createListener.input.DefaultActions }),
      )
    },
  )

  await t.test('row 34: attributes come complete, with their defaults', async (t) => {
    const ofBalancer = await elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: main }))
    const ofGroup = await elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: web,
        Attributes: [
          { Key: 'slow_start.duration_seconds', Value: '30' },
          { Key: 'deregistration_delay.timeout_seconds', Value: '1000' },
        ],
      }),
    )
    const balancer = Object.fromEntries((ofBalancer.Attributes ?? []).map(({ Key, Value }) => [Key, Value]))
    t.match(balancer, {
      'idle_timeout.timeout_seconds': '60',
      'routing.http2.enabled': 'true',
      'load_balancing.cross_zone.enabled': 'true',
    })
    const group = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: web }))
    t.same(ofGroup.Attributes, group.Attributes)
    t.match(Object.fromEntries((group.Attributes ?? []).map(({ Key, Value }) => [Key, Value])), {
      'slow_start.duration_seconds': '30',
      'stickiness.lb_cookie.duration_seconds': '86400',
      'waf.fail_open.enabled': undefined,
    })
    t.equal(
      group.Attributes?.find(({ Key }) => Key === 'waf.fail_open.enabled'),
      undefined,
    )
  })

  await t.test('row 34: a health check that is modified comes back whole', async (t) => {
    const change = { HealthCheckPath: '/healthz', Matcher: { HttpCode: '200-299' }, HealthCheckIntervalSeconds: 15 }
    const modified = await elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: web, ...change }))
    t.match(modified.TargetGroups, [
      { ...change, HealthCheckTimeoutSeconds: 5, UnhealthyThresholdCount: 2, LoadBalancerArns: [main] },
    ])
  })

  await t.test('row 31: more than ten tags are kept, added to and removed from', async (t) => {
    await elb.send(
      new AddTagsCommand({
        ResourceArns: [web, main],
        Tags: [
          { Key: 'key-0', Value: 'other' },
          { Key: 'new', Value: '' },
        ],
      }),
    )
    await elb.send(new RemoveTagsCommand({ ResourceArns: [web], TagKeys: ['key-1', 'nothing'] }))
    const described = await elb.send(new DescribeTagsCommand({ ResourceArns: [main, web] }))
    const tags = described.TagDescriptions?.map(({ Tags }) =>
      Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    )
    t.same(tags?.[0], { owner: 'one', 'key-0': 'other', new: '' })
    t.equal(Object.keys(tags?.[1] ?? {}).length, 12)
    t.match(tags?.[1], { 'key-0': 'other', 'key-11': 'value', new: '' })
  })

  await t.test(
    'row 26: targets are kept by id and port, and the deregistration of an unknown one succeeds',
    async (t) => {
      const id = given(fixture.instances[0]?.id)
      await elb.send(
        new RegisterTargetsCommand({
          TargetGroupArn: web,
          Targets: [
            { Id: id, Port: 30080 },
            { Id: id, Port: 30081 },
          ],
        }),
      )
      await elb.send(new RegisterTargetsCommand({ TargetGroupArn: web, Targets: [{ Id: id, Port: 30081 }] }))
      const health = async () =>
        (await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: web }))).TargetHealthDescriptions?.map(
          ({ Target, TargetHealth }) => [Target?.Port, TargetHealth?.State],
        )
      t.same(await health(), [
        [30080, 'initial'],
        [30081, 'initial'],
      ])
      await sleep(1020)
      t.same(await health(), [
        [30080, 'healthy'],
        [30081, 'healthy'],
      ])
      await elb.send(
        new DeregisterTargetsCommand({
          TargetGroupArn: web,
          Targets: [
            { Id: id, Port: 30081 },
            { Id: id, Port: 99 },
          ],
        }),
      )
      t.same(await health(), [
        [30080, 'healthy'],
        [30081, 'draining'],
      ])
      await sleep(1020)
      t.same(await health(), [[30080, 'healthy']])
      const unknown = await elb.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: web, Targets: [{ Id: id, Port: 99 }] }),
      )
      t.match(unknown.TargetHealthDescriptions, [{ TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } }])
    },
  )

  await t.test(
    'row 25: a target group is in use for some time after its last rule, and its targets are then unused',
    async (t) => {
      await emulator.configure({ targetGroupReleaseSeconds: 1000 })
      for (const rule of (await rules()).slice(0, -1))
        await elb.send(new DeleteRuleCommand({ RuleArn: given(rule.RuleArn) }))
      await t.rejects(elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: web })), {
        name: 'ResourceInUseException',
      })
      const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: web }))
      t.match(health.TargetHealthDescriptions, [{ TargetHealth: { State: 'unused', Reason: 'Target.NotInUse' } }])
      t.same((await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups?.[0]?.LoadBalancerArns ?? [], [])
      await sleep(1020)
      t.ok(await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: web })))
      t.ok(await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: web })), 'again')
    },
  )

  await t.test('row 33: every list comes in pages of the forced size, whole and without repetition', async (t) => {
    const made = given((await elb.send(createTargetGroup)).TargetGroups?.[0]?.TargetGroupArn)
    for (let priority = 1; priority <= 5; priority += 1) await createRule(priority, `/${priority}`, made)
    await emulator.configure({ pageSize: 2 })
    await emulator.resetCalls()
    const seen: (string | undefined)[] = []
    for await (const page of paginateDescribeRules({ client: elb }, { ListenerArn: http })) {
      t.ok((page.Rules?.length ?? 0) <= 2)
      seen.push(...(page.Rules ?? []).map((rule) => rule.Priority))
    }
    t.same(seen, ['1', '2', '3', '4', '5', 'default'])
    t.equal((await emulator.calls()).length, 3)
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
      Object.values(subnets)
        .map(({ id }) => id)
        .sort(compare),
    )
    await emulator.configure({ pageSize: 0 })
    const limited = await ec2.send(new DescribeSecurityGroupsCommand({ MaxResults: 5 }))
    t.equal(limited.SecurityGroups?.length, 5)
    t.type(limited.NextToken, 'string')
  })

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
        UserIdGroupPairs: [{ GroupId: securityGroups.other, Description: 'elbv2.k8s.aws/targetGroupBinding=shared' }],
      },
    ]
    const authorized = await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: permissions }))
    t.same(
      authorized.SecurityGroupRules?.map((rule) => rule.CidrIpv4 ?? rule.ReferencedGroupInfo?.GroupId).sort(compare),
      ['0.0.0.0/0', '10.0.0.0/24', securityGroups.other],
    )
    const group = async () =>
      (await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))).SecurityGroups?.[0]
    t.match(
      (await group())?.IpPermissions?.flatMap((permission) => permission.UserIdGroupPairs ?? []),
      [{ GroupId: securityGroups.other, Description: 'elbv2.k8s.aws/targetGroupBinding=shared' }],
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
      { ...port, UserIdGroupPairs: [{ GroupId: securityGroups.other }] },
    ]
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: bare }))
    t.match((await group())?.IpPermissions, [{ IpRanges: [{ CidrIp: '0.0.0.0/0' }] }])
    t.ok(await ec2.send(new DeleteSecurityGroupCommand({ GroupId })))
  })

  await t.test('subnets and security groups of a load balancer are changed in place', async (t) => {
    await elb.send(
      new SetSubnetsCommand({
        LoadBalancerArn: main,
        Subnets: Object.values(subnets)
          .slice(3, 6)
          .map(({ id }) => id),
      }),
    )
    await elb.send(
      new SetSecurityGroupsCommand({
        LoadBalancerArn: main,
        SecurityGroups: [securityGroups.other, securityGroups.extra],
      }),
    )
    const [changed] = (await elb.send(new DescribeLoadBalancersCommand({ Names: ['main'] }))).LoadBalancers ?? []
    t.equal(changed?.AvailabilityZones?.length, 3)
    t.same(changed?.SecurityGroups?.toSorted(), [securityGroups.extra, securityGroups.other].sort(compare))
  })

  await t.test(
    'row 27: a security group stays in use for some time after the deletion of its load balancer',
    async (t) => {
      await emulator.configure({ securityGroupReleaseSeconds: 1000, targetGroupReleaseSeconds: 0 })
      await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: main }))
      await t.rejects(ec2.send(new DeleteSecurityGroupCommand({ GroupId: securityGroups.extra })), {
        name: 'DependencyViolation',
      })
      await sleep(1020)
      t.ok(await ec2.send(new DeleteSecurityGroupCommand({ GroupId: securityGroups.extra })))
      t.ok(
        await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: main })),
        'the deletion of what is gone succeeds',
      )
      const [group] = (await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups ?? []
      t.same(group?.LoadBalancerArns ?? [], [], 'the target group knows no load balancer any more')
      await t.rejects(elb.send(new DescribeTagsCommand({ ResourceArns: [main] })), {
        name: 'LoadBalancerNotFoundException',
      })
      t.ok(await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: given(group?.TargetGroupArn) })))
    },
  )

  await t.test('a new load balancer is provisioning at first', async (t) => {
    await emulator.configure({ provisioningSeconds: 1000 })
    const state = async () =>
      (await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.map((known) => known.State?.Code)
    await elb.send(new CreateLoadBalancerCommand({ ...createLoadBalancer.input, SecurityGroups: [] }))
    t.same(await state(), ['provisioning'])
    await sleep(1020)
    t.same(await state(), ['active'])
  })

  await t.test('the lax mode forwards and counts only', async (t) => {
    await emulator.configure({ lax: true })
    await emulator.resetCalls()
    await elb.send(new CreateLoadBalancerCommand({ ...createLoadBalancer.input, SecurityGroups: [] }))
    t.equal((await emulator.calls()).length, 1)
    await emulator.configure({ lax: false })
    t.same(
      (await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.map((known) => known.LoadBalancerName),
      ['main', 'main'],
    )
  })
})

function given(value: string | undefined): string {
  if (value === undefined) throw new Error('AWS left out a value')
  return value
}

function compare(left: string | undefined, right: string | undefined): number {
  return (left ?? '') < (right ?? '') ? -1 : 1
}
