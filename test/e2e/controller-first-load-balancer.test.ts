import t from 'tap'
import { normalForm } from '../aws/normal-form.ts'
import type { AwsState } from '../aws/state.ts'
import {
  echoBehind,
  get,
  getOnceHealthy,
  listenerPort,
  nodeRules,
  nothing,
  ours,
  quietCalls,
  tellCalls,
  writeActions,
} from './support/aws.ts'
import {
  addresses,
  addressOf,
  applied,
  eventOn,
  eventsOn,
  logged,
  logOf,
  nodePortOf,
  passMilliseconds,
  recordedDigest,
} from './support/controller.ts'
import { accepted } from './support/expect.ts'
import { apply, eventually, put, read, readExisting, succeed } from './support/kubectl.ts'
import { ingress, service } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, { controller: false })
const { emulator, fixture } = stack
const namespace = 'echoserver'
const group = 'echoserver/echoserver'
const host = 'echoserver.example.com'
const loadBalancerName = 'k8s-echoserv-echoserv-186b9edebd'
const dnsName = `${loadBalancerName}-1.ap-northeast-1.elb.amazonaws.com`

const controller = await stack.startController()
await logged(controller, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
await createNamespaces(stack, [namespace])
const nodePort = await nodePortOf(stack, namespace)

await t.test('the log of a start tells its steps in their order', async (t) => {
  const steps = ['settings', 'credentials', 'class', 'caches synced', 'became leader', 'found load balancers']
  const lines = logOf(controller)
  t.same(
    lines.map(({ msg }) => msg),
    steps,
  )
  t.match(lines.at(1), { provider: 'env-vars' })
  t.match(lines.at(-1), { count: 0 })
})

await t.test('an Ingress becomes a load balancer, and each effect is a line in the log', async (t) => {
  await emulator.resetCalls()
  accepted(t, await apply(stack, ingress({ namespace })), ['ingress.networking.k8s.io/echoserver created'])
  t.equal(await addressOf(stack, namespace), dnsName)
  await applied(stack, group)
  const calls = await quietCalls(emulator)
  tellCalls(t, 'first load balancer', calls)
  t.ok(calls.length <= 20, `${calls.length} calls, at most 20 (aws-load-balancer-controller: 31)`)
  t.same(writeActions(calls).toSorted(), [
    'AuthorizeSecurityGroupIngress',
    'AuthorizeSecurityGroupIngress',
    'CreateListener',
    'CreateLoadBalancer',
    'CreateRule',
    'CreateSecurityGroup',
    'CreateSecurityGroup',
    'CreateTargetGroup',
    'RegisterTargets',
  ])
  const lines = logOf(controller).filter((line) => line.group === group)
  t.same(
    lines.map(({ msg }) => msg),
    [
      'created security group',
      'authorized rules of security group',
      'created security group',
      'created load balancer',
      'created target group',
      'applied target group binding',
      'registered targets',
      'waited for first targets',
      'created listener',
      'created rule',
      'published status',
    ],
  )
  for (const line of lines.filter(({ msg }) => msg !== 'waited for first targets')) {
    t.match(String(line['arn'] ?? line['id']), /^(arn:aws:elasticloadbalancing:|sg-)/, line.msg)
  }
})

await t.test(
  'AWS holds the load balancer with its tags, its rule, its security groups, and the rule on nodes',
  async (t) => {
    const state = await emulator.snapshot()
    t.same(normalForm(ours(state), fixture), {
      loadBalancers: [
        {
          name: loadBalancerName,
          scheme: 'internet-facing',
          ipAddressType: 'ipv4',
          vpc: 'vpc',
          subnets: ['subnet:public-a', 'subnet:public-c', 'subnet:public-d'],
          securityGroups: ['sg:k8s-echoserv-echoserv-11a2c17603', 'sg:k8s-traffic-demo-2a97516c35'],
          attributes: {},
          tags: tagsOf('LoadBalancer'),
          listeners: [
            {
              port: 80,
              protocol: 'HTTP',
              defaultActions: [{ type: 'fixed-response', statusCode: '404', contentType: 'text/plain' }],
              tags: tagsOf('80'),
              rules: [
                {
                  priority: 1,
                  conditions: [
                    { field: 'host-header', values: [host] },
                    { field: 'path-pattern', values: ['/*'] },
                  ],
                  actions: [forwardTo('echoserver')],
                  tags: tagsOf('80:1'),
                },
              ],
            },
          ],
        },
      ],
      targetGroups: [
        {
          name: 'k8s-echoserv-echoserv-#',
          settings: {
            TargetType: 'instance',
            Protocol: 'HTTP',
            ProtocolVersion: 'HTTP1',
            Port: String(nodePort),
            VpcId: 'vpc',
            IpAddressType: 'ipv4',
            HealthCheckEnabled: 'true',
            HealthCheckProtocol: 'HTTP',
            HealthCheckPort: 'traffic-port',
            HealthCheckPath: '/',
            HealthCheckIntervalSeconds: '15',
            HealthCheckTimeoutSeconds: '5',
            HealthyThresholdCount: '2',
            UnhealthyThresholdCount: '2',
            HttpCode: '200',
          },
          attributes: {},
          tags: tagsOf(`${group}-echoserver:80`),
          targets: ['node:a', 'node:c', 'node:d'].map((node) => `${node}:${nodePort}`),
        },
      ],
      securityGroups: [
        {
          name: 'k8s-echoserv-echoserv-11a2c17603',
          description: '[k8s] Managed SecurityGroup for LoadBalancer',
          vpc: 'vpc',
          tags: tagsOf('ManagedLBSecurityGroup'),
          inbound: ['tcp 80 80 0.0.0.0/0 '],
        },
        {
          name: 'k8s-traffic-demo-2a97516c35',
          description: '[k8s] Shared Backend SecurityGroup for LoadBalancer',
          vpc: 'vpc',
          tags: { 'elbv2.k8s.aws/cluster': 'demo', 'elbv2.k8s.aws/resource': 'backend-sg' },
          inbound: [],
        },
      ],
    })
    t.same(nodeRules(stack, state), [nodeRule(state, nodePort, nodePort)])
  },
)

await t.test('the status holds the DNS name and the listener port', async (t) => {
  t.same(await addresses(stack, namespace), [{ hostname: dnsName, ports: [{ port: 80, protocol: '' }] }])
  const shown = await succeed(stack, ['get', 'ingress', '-n', namespace, '--no-headers'])
  t.match(shown, new RegExp(`^echoserver +alb +${host} +${dnsName.replaceAll('.', '\\.')} +80 +\\d+s\n$`))
})

await t.test('one event tells of the success, and kubectl describe shows it', async (t) => {
  await eventOn(stack, namespace, 'SuccessfullyReconciled')
  t.match(await eventsOn(stack, namespace), [
    {
      type: 'Normal',
      reason: 'SuccessfullyReconciled',
      message: 'Successfully reconciled',
      count: 1,
      reportingComponent: 'ingress',
      source: { component: 'ingress' },
    },
  ])
  t.equal((await eventsOn(stack, namespace)).length, 1)
  const described = await succeed(stack, ['describe', 'ingress', '-n', namespace, 'echoserver'])
  const [head = '', events = ''] = described.split(/^Events:/m)
  t.match(head, new RegExp(`^Address: +${dnsName.replaceAll('.', '\\.')}$`, 'm'))
  t.match(
    `Events:${events}`,
    /^Events:\n +Type +Reason +Age +From +Message\n.*\n +Normal +SuccessfullyReconciled +\S+ +ingress +Successfully reconciled\n$/,
  )
})

await t.test('the TargetGroupBinding has exactly the fields, labels and finalizer that the peer writes', async (t) => {
  const names = await succeed(stack, ['get', 'targetgroupbindings', '-n', namespace, '-o', 'name'])
  const binding = await readExisting(stack, namespace, 'targetgroupbinding', names.trim().split('/')[1] ?? '')
  const state = await emulator.snapshot()
  const [targetGroup] = ours(state, group).targetGroups
  t.match(binding, { spec: { targetGroupARN: targetGroup?.arn } })
  t.same(binding['spec'], {
    ipAddressType: 'ipv4',
    networking: {
      ingress: [
        { from: [{ securityGroup: { groupID: backendGroupId(state) } }], ports: [{ port: nodePort, protocol: 'TCP' }] },
      ],
    },
    serviceRef: { name: 'echoserver', port: 80 },
    targetGroupARN: targetGroup?.arn,
    targetGroupProtocol: 'HTTP',
    targetType: 'instance',
    vpcID: fixture.vpcId,
  })
  t.same(binding.metadata.labels, {
    'ingress.k8s.aws/stack-namespace': namespace,
    'ingress.k8s.aws/stack-name': 'echoserver',
  })
  t.same(binding.metadata.finalizers, ['elbv2.k8s.aws/resources'])
  t.match(binding, { status: { observedGeneration: 1 } })
})

await t.test('a request with the host reaches the echo server, one without it gets 404', async (t) => {
  await echoBehind(t, stack, nodePort)
  const port = await listenerPort(stack, dnsName)
  const { body } = await getOnceHealthy(port, '/hello', host)
  t.match(body, /^real path=\/hello$/m)
  t.match(body, /^host=echoserver\.example\.com$/m)
  t.same(await get(port, '/hello'), { status: 404, body: '' })
})

await t.test('a touch that changes nothing costs no AWS call and no write to the Ingress', async (t) => {
  await emulator.resetCalls()
  await succeed(stack, ['annotate', 'ingress', '-n', namespace, 'echoserver', 'example.com/touched=yes'])
  const { metadata } = await readExisting(stack, namespace, 'ingress', 'echoserver')
  const calls = await quietCalls(emulator, 1000)
  tellCalls(t, 'annotation touched, nothing to do', calls)
  t.same(calls, [])
  t.equal(
    (await readExisting(stack, namespace, 'ingress', 'echoserver')).metadata.resourceVersion,
    metadata.resourceVersion,
  )
  t.equal((await eventsOn(stack, namespace)).length, 1)
})

await t.test('one path more to the same Service costs one rule', async (t) => {
  await emulator.resetCalls()
  const before = await applied(stack, group)
  await put(stack, ingress({ namespace, paths: [{}, { path: '/img' }] }))
  await applied(stack, group, before)
  const calls = await quietCalls(emulator)
  tellCalls(t, 'one path added, same Service', calls)
  t.ok(calls.length <= 8, `${calls.length} calls, at most 8 (aws-load-balancer-controller: 15)`)
  t.same(writeActions(calls), ['SetRulePriorities', 'CreateRule', 'AddTags'])
  const rules = (await emulator.snapshot()).loadBalancers[0]?.listeners[0]?.rules ?? []
  t.same(
    rules.map(({ priority, conditions }) => [priority, conditions.at(-1)?.values]),
    [
      [1, ['/img', '/img/*']],
      [2, ['/*']],
    ],
  )
  t.same(
    rules.map(({ tags }) => tags),
    [tagsOf('80:1'), tagsOf('80:2')],
  )
})

await t.test(
  'a path to a second Service adds its target group and rule, while what is there stays at every moment',
  async (t) => {
    await put(stack, service({ namespace, name: 'second' }))
    const secondPort = await nodePortOf(stack, namespace, 'second')
    await quietCalls(emulator)
    await emulator.resetCalls()
    const before = await emulator.snapshot()
    const digest = await applied(stack, group)
    await emulator.fault({ kind: 'hold', action: 'write:*', times: 'forever' })
    await put(stack, ingress({ namespace, paths: [{}, { path: '/img' }, { path: '/second', service: 'second' }] }))
    const states: AwsState[] = []
    await eventually(
      'the second Service to be applied',
      async () => {
        if ((await emulator.held()) > 0) {
          states.push(await emulator.snapshot())
          await emulator.releaseHeld()
          return undefined
        }
        const now = await recordedDigest(stack, group)
        return now === digest ? undefined : now
      },
      passMilliseconds,
    )
    await emulator.clearFaults()
    const calls = await quietCalls(emulator)
    tellCalls(t, 'path to a second Service', calls)
    const writes = writeActions(calls)
    t.same(
      writes.filter((action) => action.startsWith('Create')),
      ['CreateTargetGroup', 'CreateRule'],
    )
    t.same(writes.filter((action) => !action.startsWith('Create')).toSorted(), [
      'AddTags',
      'AddTags',
      'AuthorizeSecurityGroupIngress',
      'RegisterTargets',
      'RevokeSecurityGroupIngress',
      'SetRulePriorities',
    ])
    t.ok(states.length > 4, 'the states between the writes were seen')
    const after = await emulator.snapshot()
    for (const [index, state] of [...states, after].entries()) {
      const arns = rulesOf(state).map(({ arn }) => arn)
      for (const rule of rulesOf(before)) t.ok(arns.includes(rule.arn), `rule ${rule.priority} after write ${index}`)
      const [old] = before.targetGroups
      t.same(
        state.targetGroups.find(({ arn }) => arn === old?.arn)?.targets,
        old?.targets,
        `targets after write ${index}`,
      )
      t.ok(
        nodeRules(stack, state).some(({ from, to }) => Number(from) <= nodePort && nodePort <= Number(to)),
        `the nodes let the load balancer in after write ${index}`,
      )
    }
    const ports = [nodePort, secondPort].toSorted((one, other) => one - other)
    t.same(nodeRules(stack, after), [nodeRule(after, ports[0] ?? 0, ports[1] ?? 0)])
    t.match(
      rulesOf(after).map(({ priority, conditions }) => [priority, conditions.at(-1)?.values]),
      [
        [1, ['/second', '/second/*']],
        [2, ['/img', '/img/*']],
        [3, ['/*']],
      ],
    )
  },
)

await t.test('a restart of the controller costs a listing and no write', async (t) => {
  t.same(await controller.stop(), { code: 0, signal: null })
  await emulator.resetCalls()
  const second = await stack.startController()
  await logged(second, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
  const calls = await quietCalls(emulator, 1500)
  tellCalls(t, 'restart, one group', calls)
  t.ok(calls.length <= 10, `${calls.length} calls, at most 10 (aws-load-balancer-controller: 17)`)
  t.same(writeActions(calls), [])
})

await t.test('the deletion of the namespace takes everything away', async (t) => {
  await emulator.resetCalls()
  t.equal(await succeed(stack, ['delete', 'namespace', namespace]), 'namespace "echoserver" deleted\n')
  const calls = await quietCalls(emulator)
  tellCalls(t, 'Ingress and namespace deleted', calls)
  const state = await emulator.snapshot()
  t.same(ours(state), nothing)
  t.same(nodeRules(stack, state), [])
  t.equal(await read(stack, namespace, 'ingress', 'echoserver'), undefined)
  await eventually('the record to be gone', async () => {
    const records = await succeed(stack, ['get', 'configmaps', '-n', 'alb-ingress', '-o', 'name'])
    return records.includes('alb-ingress-group') ? undefined : records
  })
})

function tagsOf(resource: string): Readonly<Record<string, string>> {
  return {
    'elbv2.k8s.aws/cluster': 'demo',
    'ingress.k8s.aws/stack': group,
    'ingress.k8s.aws/resource': resource,
    Environment: 'dev',
    Team: 'test',
  }
}

function forwardTo(name: string): unknown {
  return { type: 'forward', targetGroups: [`tg:${group}-${name}:80 1`] }
}

function backendGroupId(state: AwsState): string {
  return state.securityGroups.find(({ name }) => name === 'k8s-traffic-demo-2a97516c35')?.id ?? ''
}

function nodeRule(state: AwsState, from: number, to: number): AwsState['securityGroups'][number]['inbound'][number] {
  return {
    protocol: 'tcp',
    from: String(from),
    to: String(to),
    kind: 'Groups',
    source: backendGroupId(state),
    description: 'elbv2.k8s.aws/targetGroupBinding=shared',
  }
}

function rulesOf(state: AwsState): AwsState['loadBalancers'][number]['listeners'][number]['rules'] {
  return state.loadBalancers.flatMap(({ listeners }) => listeners.flatMap(({ rules }) => rules))
}
