import t from 'tap'
import { runStep } from '../../../controller/apply/run.ts'
import type { ApplyIo, StepResult } from '../../../controller/apply/run.ts'
import { observeGroup } from '../../../controller/observe/aws.ts'
import { Inventory } from '../../../shared/aws/inventory.ts'
import type { Observed } from '../../../shared/model/observed.ts'
import type { Step, StepAction } from '../../../shared/plan/step.ts'
import { failureOf, startEmulated } from '../../shared/aws/emulated.ts'

const group = 'shop/web'
const tags = (resource: string, more: Readonly<Record<string, string>> = {}) => ({
  'elbv2.k8s.aws/cluster': 'demo',
  'ingress.k8s.aws/stack': group,
  'ingress.k8s.aws/resource': resource,
  ...more,
})
const healthCheck = {
  port: 'traffic-port',
  protocol: 'HTTP',
  path: '/',
  intervalSeconds: 15,
  timeoutSeconds: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  successCodes: '200',
} as const
const notFound = { is: 'fixed-response', statusCode: '404', contentType: 'text/plain' } as const
const conditions = [
  { field: 'host-header', values: ['www.example.com'] },
  { field: 'path-pattern', values: ['/*'] },
] as const
const worldRule = {
  protocol: 'tcp',
  fromPort: 80,
  toPort: 80,
  source: { is: 'cidr', cidr: '0.0.0.0/0' },
  description: '',
} as const

const step = <Act extends StepAction>(id: string, action: Act): Omit<Step, keyof StepAction> & Act => ({
  id,
  lane: 'group',
  phase: 'make',
  group,
  because: [group],
  ...action,
})

const nodeRule = (port: number) => ({
  protocol: 'tcp',
  fromPort: port,
  toPort: port,
  source: { is: 'made-group', group: { madeBy: 'extra' } } as const,
  description: 'elbv2.k8s.aws/targetGroupBinding=shared',
})

void t.test('steps against AWS', async (t) => {
  const emulated = await startEmulated((line) => t.comment(line))
  t.teardown(() => emulated.stop())
  const { emulator, fixture, aws, actions } = emulated

  const steps = {
    securityGroup: step('security-group', {
      is: 'create-security-group',
      name: 'k8s-shop-web-2d5ac86ca1',
      description: '[k8s] Managed SecurityGroup for LoadBalancer',
      tags: tags('ManagedLBSecurityGroup'),
    }),
    authorize: step('authorize', {
      is: 'authorize-ingress',
      securityGroup: { madeBy: 'security-group' },
      rules: [worldRule, { ...worldRule, fromPort: 8080, toPort: 8080 }],
    }),
    targetGroup: step('target-group', {
      is: 'create-target-group',
      name: 'k8s-shop-api-12b560f39b',
      targetType: 'instance',
      protocol: 'HTTP',
      protocolVersion: 'HTTP1',
      ipAddressType: 'ipv4',
      port: 30100,
      vpcId: fixture.vpcId,
      healthCheck,
      tags: tags('shop/web-api:80'),
    }),
    loadBalancer: step('load-balancer', {
      is: 'create-load-balancer',
      name: 'k8s-shop-web-0c9cb52896',
      scheme: 'internet-facing',
      ipAddressType: 'ipv4',
      subnetIds: [fixture.subnets['public-a'].id, fixture.subnets['public-c'].id],
      securityGroups: [{ madeBy: 'security-group' }],
      tags: tags('LoadBalancer', { team: 'shop' }),
    }),
    listener: step('listener', {
      is: 'create-listener',
      loadBalancer: { madeBy: 'load-balancer' },
      port: 80,
      protocol: 'HTTP',
      defaultAction: notFound,
      tags: tags('80'),
    }),
    rule: step('rule', {
      is: 'create-rule',
      listener: { madeBy: 'listener' },
      priority: 1,
      conditions,
      action: { is: 'forward', targetGroup: { madeBy: 'target-group' } },
      tags: tags('80:1'),
    }),
    register: step('register', {
      is: 'register-targets',
      targetGroup: { madeBy: 'target-group' },
      targets: fixture.instances.map(({ id }) => ({ id, port: 30100 })),
    }),
  }
  const all = Object.values(steps)
  const made = new Map<string, string>()
  let fences = 0
  const unprotected: string[] = []
  const waited: string[] = []
  let listingIsOld = false
  const inventory = new Inventory(aws, { clusterName: 'demo', vpcId: fixture.vpcId })
  const signal = AbortSignal.timeout(240_000)
  const io: ApplyIo = {
    aws,
    vpcId: fixture.vpcId,
    signal,
    retryDelayMs: 50,
    retryTimeoutMs: 10_000,
    visibilityTimeoutMs: 500,
    listingIsOld: () => listingIsOld,
    isFree: (is, name) => inventory.isFree(is, name),
    fence: async () => {
      fences += 1
    },
    applyBinding: async () => undefined,
    deleteBinding: async () => undefined,
    awaitTargets: async () => undefined,
    protectionSwitchedOff: ({ name }) => {
      unprotected.push(name)
    },
    stillInUse: ({ id }, { code }) => {
      waited.push(`${id} ${code}`)
    },
  }
  const run = async (one: Step): Promise<StepResult> => {
    const result = await runStep(io, one, made)
    if (result.made !== undefined) made.set(one.id, result.made)
    inventory.applied(result.written)
    return result
  }
  /** What a fresh inventory lists, for comparing with what is kept by writing through. */
  const listed = async (): Promise<Observed> => {
    const fresh = new Inventory(aws, { clusterName: 'demo', vpcId: fixture.vpcId })
    await fresh.refresh(signal)
    return sorted(fresh.observed(group))
  }
  const arn = (id: string): { readonly arn: string } => ({ arn: made.get(id) ?? '' })
  const observe = async (): Promise<Observed> =>
    observeGroup(
      { aws, inventory, inventoryMaxAgeMs: 60_000 },
      group,
      [{ of: 'listeners', arn: arn('load-balancer').arn }],
      signal,
    )

  await inventory.refresh(signal)
  await emulator.resetCalls()

  await t.test('the first load balancer of a group is made as aws-load-balancer-controller makes it', async (t) => {
    for (const one of all) await run(one)
    const calls = await emulator.calls()
    const parameters = (action: string) => calls.find((call) => call.action === action)?.parameters
    t.match(parameters('CreateSecurityGroup'), {
      'TagSpecification.1.ResourceType': 'security-group',
      'TagSpecification.1.Tag.1.Key': 'elbv2.k8s.aws/cluster',
      VpcId: fixture.vpcId,
    })
    t.match(parameters('AuthorizeSecurityGroupIngress'), {
      'IpPermissions.1.FromPort': '80',
      'IpPermissions.1.IpProtocol': 'tcp',
      'IpPermissions.1.IpRanges.1.CidrIp': '0.0.0.0/0',
      'IpPermissions.1.IpRanges.1.Description': '',
      'IpPermissions.1.ToPort': '80',
      'IpPermissions.2.FromPort': '8080',
    })
    t.match(parameters('CreateTargetGroup'), {
      HealthCheckEnabled: 'true',
      HealthCheckIntervalSeconds: '15',
      'Matcher.HttpCode': '200',
      ProtocolVersion: 'HTTP1',
      TargetType: 'instance',
    })
    t.match(parameters('CreateLoadBalancer'), {
      Type: 'application',
      'SubnetMappings.member.1.SubnetId': fixture.subnets['public-a'].id,
      'SecurityGroups.member.1': made.get('security-group'),
      'Tags.member.1.Key': 'elbv2.k8s.aws/cluster',
    })
    t.same(
      Object.keys(parameters('CreateListener') ?? {})
        .filter((key) => key.startsWith('DefaultActions'))
        .toSorted(),
      [
        'DefaultActions.member.1.FixedResponseConfig.ContentType',
        'DefaultActions.member.1.FixedResponseConfig.StatusCode',
        'DefaultActions.member.1.Order',
        'DefaultActions.member.1.Type',
      ],
    )
    t.same(
      Object.entries(parameters('CreateRule') ?? {})
        .filter(([key]) => /^(Actions|Conditions|Priority)/.test(key))
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      [
        ['Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn', made.get('target-group')],
        ['Actions.member.1.Order', '1'],
        ['Actions.member.1.Type', 'forward'],
        ['Conditions.member.1.Field', 'host-header'],
        ['Conditions.member.1.HostHeaderConfig.Values.member.1', 'www.example.com'],
        ['Conditions.member.2.Field', 'path-pattern'],
        ['Conditions.member.2.PathPatternConfig.Values.member.1', '/*'],
        ['Priority', '1'],
      ],
    )
    t.same(
      calls.filter((call) => call.write).map((call) => call.action),
      [
        'CreateSecurityGroup',
        'AuthorizeSecurityGroupIngress',
        'CreateTargetGroup',
        'CreateLoadBalancer',
        'CreateListener',
        'CreateRule',
        'RegisterTargets',
      ],
    )
    t.same(
      calls.filter((call) => !call.write),
      [],
      'what bears a name that was free is ours, without a look at its tags',
    )
    await emulator.resetCalls()
  })

  await t.test('the inventory knows what was written without listing again', async (t) => {
    const kept = sorted(inventory.observed(group))
    t.same(await actions(), [])
    const fresh = await listed()
    t.same(settled(kept), settled(fresh))
  })

  await t.test('listeners and rules are read as they were written', async (t) => {
    const [loadBalancer] = (await observe()).loadBalancers
    const target = { is: 'forward', targetGroupArns: [made.get('target-group')] }
    t.match(loadBalancer?.listeners, {
      is: 'read',
      value: [
        {
          arn: made.get('listener'),
          port: 80,
          protocol: 'HTTP',
          defaultActions: [notFound],
          tags: tags('80'),
          rules: [{ arn: made.get('rule'), priority: 1, conditions, actions: [target], tags: tags('80:1') }],
        },
      ],
    })
    await emulator.resetCalls()
  })

  await t.test('each step run again changes nothing and finds what it made', async (t) => {
    const before = await listed()
    for (const one of all) {
      const again = await runStep(io, one, made)
      t.equal(again.made, made.get(one.id), one.id)
    }
    t.same(settled(await listed()), settled(before))
    await emulator.resetCalls()
  })

  await t.test('a create looks for the name first when the listing is old', async (t) => {
    listingIsOld = true
    for (const one of [steps.securityGroup, steps.targetGroup, steps.loadBalancer]) {
      t.equal((await runStep(io, one, made)).made, made.get(one.id), one.id)
    }
    listingIsOld = false
    t.same(
      (await emulator.calls()).filter((call) => call.write),
      [],
    )
    await emulator.resetCalls()
  })

  await t.test('what bears the name and not our tags is left alone', async (t) => {
    const others = { ...tags('LoadBalancer'), 'ingress.k8s.aws/stack': 'shop/other' }
    for (const one of [steps.securityGroup, steps.targetGroup, steps.loadBalancer]) {
      t.match(await failureOf(runStep(io, { ...one, tags: others }, made)), { remedy: 'conflict' }, one.id)
    }
    for (const one of [{ ...steps.listener, loadBalancer: arn('load-balancer') }, steps.rule]) {
      t.match(await failureOf(runStep(io, { ...one, tags: others }, made)), { remedy: 'conflict' }, one.id)
    }
    const refused = (await emulator.calls())
      .filter((call) => call.write && call.status === 200)
      .map((call) => call.action)
    t.same(
      refused.filter((action) => !action.startsWith('Create')),
      [],
      'no tag and no setting was written',
    )
    await emulator.resetCalls()
  })

  await t.test('a rule in the place of ours is not taken over', async (t) => {
    const other = { ...steps.rule, conditions: [{ field: 'host-header', values: ['other.example.com'] }] } as const
    t.match(await failureOf(runStep(io, other, made)), { code: 'PriorityInUse', remedy: 'conflict' })
    const listener = { ...steps.listener, defaultAction: { ...notFound, statusCode: '503' } } as const
    t.match(await failureOf(runStep(io, listener, made)), { code: 'DuplicateListener', remedy: 'conflict' })
  })

  await t.test('an adopted resource gets the tags that it lacks', async (t) => {
    const more = tags('shop/web-api:80', { team: 'shop' })
    t.equal((await run({ ...steps.targetGroup, tags: more })).made, made.get('target-group'))
    t.same((await listed()).targetGroups[0]?.tags, more)
    await run(step('untag', { is: 'tag', resource: arn('target-group'), set: {}, remove: ['team'] }))
    t.same((await listed()).targetGroups[0]?.tags, tags('shop/web-api:80'))
    t.same(settled(sorted(inventory.observed(group))), settled(await listed()))
  })

  await t.test('a target group of IPv6 is made as such', async (t) => {
    const ipv6 = {
      ...steps.targetGroup,
      id: 'ipv6',
      name: 'k8s-shop-api-6',
      targetType: 'ip',
      ipAddressType: 'ipv6',
    } as const
    const { made: created } = await run(ipv6)
    const read = (await listed()).targetGroups.find((one) => one.arn === created)
    t.match(read, { targetType: 'ip', ipAddressType: 'ipv6' })
    await run(step('ipv6 goes', { is: 'delete-target-group', targetGroup: { arn: created ?? '' }, name: ipv6.name }))
  })

  await t.test('a rule that a lost answer left is taken over', async (t) => {
    await emulator.fault({ action: 'CreateRule', kind: 'answer-lost' })
    const second = { ...steps.rule, id: 'second', priority: 2, tags: tags('80:2') }
    t.match(await failureOf(runStep(io, second, made)), { remedy: 'uncertain' })
    const { made: found } = await run(second)
    t.type(found, 'string')
    t.equal((await runStep(io, second, made)).made, found)
  })

  await t.test('in-place changes arrive, in AWS and in the inventory', async (t) => {
    await run(
      step('extra', {
        is: 'create-security-group',
        name: 'k8s-traffic-demo-2a97516c35',
        description: '[k8s] Shared Backend SecurityGroup for LoadBalancer',
        tags: { 'elbv2.k8s.aws/cluster': 'demo', 'elbv2.k8s.aws/resource': 'backend-sg' },
      }),
    )
    const loadBalancer = arn('load-balancer')
    const { 'public-a': a, 'public-c': c, 'public-d': d } = fixture.subnets
    await run(
      step('groups', {
        is: 'set-security-groups',
        loadBalancer,
        securityGroups: [{ madeBy: 'security-group' }, { madeBy: 'extra' }],
      }),
    )
    await run(step('subnets', { is: 'set-subnets', loadBalancer, subnetIds: [a.id, c.id, d.id] }))
    await run(step('address-type', { is: 'set-ip-address-type', loadBalancer, ipAddressType: 'ipv4' }))
    await run(
      step('health', {
        is: 'modify-target-group',
        targetGroup: arn('target-group'),
        protocolVersion: 'HTTP1',
        healthCheck: { ...healthCheck, path: '/healthz' },
      }),
    )
    await run(step('tag-group', { is: 'tag-ec2', resource: arn('security-group'), set: { team: 'shop' }, remove: [] }))
    await run(step('untag-group', { is: 'tag-ec2', resource: arn('security-group'), set: {}, remove: ['team'] }))
    t.same(settled(sorted(inventory.observed(group))), settled(await listed()))
    t.same(
      inventory.backendGroups().map(({ id }) => id),
      [made.get('extra')],
    )
    t.equal((await listed()).targetGroups[0]?.healthCheck.path, '/healthz')
    t.equal((await listed()).loadBalancers[0]?.subnetIds.length, 3)

    await run(
      step('modify-listener', {
        is: 'modify-listener',
        listener: arn('listener'),
        port: 80,
        protocol: 'HTTP',
        defaultAction: { ...notFound, messageBody: 'nothing here' },
      }),
    )
    await run(
      step('modify-rule', { is: 'modify-rule', rule: arn('rule'), conditions: [conditions[1]], action: notFound }),
    )
    await run(
      step('priorities', {
        is: 'set-rule-priorities',
        priorities: [
          { rule: arn('rule'), priority: 2 },
          { rule: arn('second'), priority: 1 },
        ],
      }),
    )
    const [observed] = (await observe()).loadBalancers
    const listener = observed?.listeners.is === 'read' ? observed.listeners.value[0] : undefined
    t.same(listener?.defaultActions, [{ ...notFound, messageBody: 'nothing here' }])
    t.same(
      listener?.rules.map((rule) => [rule.priority, rule.arn]),
      [
        [1, made.get('second')],
        [2, made.get('rule')],
      ],
    )
    t.match(listener?.rules[1], { conditions: [conditions[1]], actions: [notFound] })
  })

  await t.test('rules on a node group are authorised and revoked, whether some are there or not', async (t) => {
    const securityGroup = { arn: fixture.securityGroups.nodes }
    await run(step('first', { is: 'authorize-ingress', securityGroup, rules: [nodeRule(30100)] }))
    await run(step('both', { is: 'authorize-ingress', securityGroup, rules: [nodeRule(30100), nodeRule(30200)] }))
    const calls = await emulator.calls()
    t.match(
      calls.find(
        (call) => call.action === 'AuthorizeSecurityGroupIngress' && call.parameters['GroupId'] === securityGroup.arn,
      )?.parameters,
      {
        'IpPermissions.1.Groups.1.GroupId': made.get('extra'),
        'IpPermissions.1.Groups.1.Description': 'elbv2.k8s.aws/targetGroupBinding=shared',
      },
    )
    await run(step('revoke', { is: 'revoke-ingress', securityGroup, rules: [nodeRule(30100)] }))
    await run(step('revoke-both', { is: 'revoke-ingress', securityGroup, rules: [nodeRule(30100), nodeRule(30200)] }))
    await run(step('revoke-again', { is: 'revoke-ingress', securityGroup, rules: [nodeRule(30100), nodeRule(30200)] }))
  })

  await t.test('what this pass made may be invisible for a while, what was there may not', async (t) => {
    const third = { ...steps.rule, id: 'third', priority: 3, tags: tags('80:3') }
    await emulator.fault({ action: 'CreateRule', kind: 'error-before', code: 'ListenerNotFound', times: 2 })
    t.type((await run(third)).made, 'string')
    const old = { ...third, listener: arn('listener'), action: notFound, priority: 4 }
    await emulator.fault({ action: 'CreateRule', kind: 'error-before', code: 'ListenerNotFound' })
    t.match(await failureOf(runStep(io, old, made)), { code: 'ListenerNotFound', remedy: 'not-found' })
    await emulator.fault({ action: 'CreateRule', kind: 'error-before', code: 'ListenerNotFound', times: 'forever' })
    t.match(
      await failureOf(runStep(io, third, made)),
      { code: 'ListenerNotFound', remedy: 'not-found' },
      'not for ever',
    )
    await emulator.clearFaults()
  })

  await t.test('what stays in use is given up in time', async (t) => {
    const securityGroup = { arn: fixture.securityGroups.nodes }
    const hasty = { ...io, retryTimeoutMs: 200 }
    const remove = step('nodes', { is: 'delete-security-group', securityGroup, name: 'nodes' })
    t.match(await failureOf(runStep(hasty, remove, made)), { code: 'DependencyViolation', remedy: 'in-use' })
    t.same(waited, [`${fixture.securityGroups.nodes} DependencyViolation`], 'told once')
  })

  await t.test('a plan whose earlier step has not run is not run', async (t) => {
    const orphan = step('orphan', { is: 'delete-rule', rule: { madeBy: 'nobody' } })
    t.match(await failureOf(runStep(io, orphan, made)), { message: 'step nobody has made nothing yet' })
  })

  await t.test('a lost lease stops what destroys', async (t) => {
    await emulator.resetCalls()
    const fenced: ApplyIo = { ...io, fence: () => Promise.reject(new Error('lease lost')) }
    for (const one of [
      step('x', { is: 'delete-rule', rule: arn('rule') }),
      step('x', { is: 'delete-load-balancer', loadBalancer: arn('load-balancer'), name: 'x' }),
      step('x', { is: 'deregister-targets', targetGroup: arn('target-group'), targets: [{ id: 'i-1', port: 1 }] }),
      step('x', { is: 'revoke-ingress', securityGroup: arn('security-group'), rules: [worldRule] }),
      step('x', { is: 'tag', resource: arn('rule'), set: {}, remove: ['team'] }),
    ])
      t.match(await failureOf(runStep(fenced, one, made)), { message: 'lease lost' }, one.is)
    t.same(await actions(), [])
  })

  await t.test('deletion waits for what is in use, and what is gone is done', async (t) => {
    const remove: readonly Step[] = [
      step('delete-rule', { is: 'delete-rule', rule: arn('second') }),
      step('delete-listener', { is: 'delete-listener', listener: arn('listener'), port: 80 }),
      step('delete-load-balancer', { is: 'delete-load-balancer', loadBalancer: arn('load-balancer'), name: 'x' }),
      step('deregister', {
        is: 'deregister-targets',
        targetGroup: arn('target-group'),
        targets: [{ id: fixture.instances[0]?.id ?? '', port: 30100 }],
      }),
      step('delete-target-group', { is: 'delete-target-group', targetGroup: arn('target-group'), name: 'x' }),
      step('delete-group', { is: 'delete-security-group', securityGroup: arn('security-group'), name: 'x' }),
      step('delete-extra', { is: 'delete-security-group', securityGroup: arn('extra'), name: 'x' }),
    ]
    fences = 0
    for (const one of remove) await run(one)
    t.ok(fences >= remove.length, `${fences} fences`)
    t.same(inventory.observed(group), { complete: true, loadBalancers: [], targetGroups: [], securityGroups: [] })
    t.same(await listed(), { complete: true, loadBalancers: [], targetGroups: [], securityGroups: [] })
    for (const one of remove) await run(one)
  })
})

/** In one order. */
const sorted = (observed: Observed): Observed => ({
  ...observed,
  loadBalancers: observed.loadBalancers.toSorted((a, b) => (a.arn < b.arn ? -1 : 1)),
  targetGroups: observed.targetGroups.toSorted((a, b) => (a.arn < b.arn ? -1 : 1)),
  securityGroups: observed.securityGroups.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
})

/** Without what AWS changes by itself after a write. */
const settled = (observed: Observed): Observed => ({
  ...observed,
  loadBalancers: observed.loadBalancers.map((one) => ({ ...one, state: '' })),
  targetGroups: observed.targetGroups.map((one) => ({ ...one, loadBalancerArns: [] })),
})
