import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  DeleteListenerCommand,
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyListenerCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RemoveTagsCommand,
  SetRulePrioritiesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
  paginateDescribeRules,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { given, prepareAnswers } from './answers-bed.ts'
import { startTestBed } from './testing.ts'

void t.test('what Elastic Load Balancing answers', async (t) => {
  const {
    emulator,
    elb,
    subnets,
    securityGroups,
    createLoadBalancer,
    createTargetGroup,
    createListener,
    createRule,
    rules,
    main,
    web,
    http,
  } = await prepareAnswers(await startTestBed(t))

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

  await t.test('row 2: a listener that redirects or forwards is the same one too', async (t) => {
    for (const [Port, action] of [
      [81, { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Port: '80' } }],
      [82, { Type: 'forward', TargetGroupArn: web }],
    ] as const) {
      const create = new CreateListenerCommand({ ...createListener.input, Port, DefaultActions: [action] })
      const arns = [await elb.send(create), await elb.send(create)].map(({ Listeners }) => Listeners?.[0]?.ListenerArn)
      t.equal(arns[0], arns[1])
      const other = new CreateListenerCommand({ ...createListener.input, Port })
      await t.rejects(elb.send(other), { name: 'DuplicateListenerException' })
      await elb.send(new DeleteListenerCommand({ ListenerArn: given(arns[0]) }))
    }
  })

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

  await t.test('row 34: a redirect comes with all of its parts', async (t) => {
    const made = await elb.send(
      new CreateRuleCommand({
        ListenerArn: http,
        Priority: 50_000,
        Conditions: [{ Field: 'path-pattern', Values: ['/old'] }],
        Actions: [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Path: '/new' } }],
      }),
    )
    t.match(made.Rules, [
      {
        Conditions: [{ PathPatternConfig: { Values: ['/old'] } }],
        Actions: [
          {
            Order: 1,
            RedirectConfig: {
              Protocol: '#{protocol}',
              Host: '#{host}',
              Port: '#{port}',
              Path: '/new',
              Query: '#{query}',
              StatusCode: 'HTTP_301',
            },
          },
        ],
      },
    ])
    await elb.send(new DeleteRuleCommand({ RuleArn: given(made.Rules?.[0]?.RuleArn) }))
  })

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

  await t.test('row 33: every list comes in pages of the forced size, whole and without repetition', async (t) => {
    for (let priority = 3; priority <= 7; priority += 1) await createRule(priority, `/${priority}`)
    await emulator.configure({ pageSize: 2 })
    await emulator.resetCalls()
    const seen: (string | undefined)[] = []
    for await (const page of paginateDescribeRules({ client: elb }, { ListenerArn: http })) {
      t.ok((page.Rules?.length ?? 0) <= 2)
      seen.push(...(page.Rules ?? []).map((rule) => rule.Priority))
    }
    t.same(seen, ['1', '2', '3', '4', '5', '6', '7', 'default'])
    t.equal((await emulator.calls()).length, 4)
    await emulator.configure({ pageSize: 0 })
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

  await t.test('in lax mode nothing is refused, and one name makes two load balancers', async (t) => {
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

function compare(left: string | undefined, right: string | undefined): number {
  return (left ?? '') < (right ?? '') ? -1 : 1
}
