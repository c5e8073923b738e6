import t from 'tap'
import { planNodeRules, type NodeRulesWorld } from '../../../shared/plan/security.ts'
import { binding, node, pod, slice } from './cluster.ts'
import { group, lines, owned, rule, world } from './node-rules.ts'

void t.test('the group of the nodes gets one rule from the backend group', async (t) => {
  const { steps, problems, given, complete } = planNodeRules(world())
  t.strictSame(lines(steps), ['authorize-ingress sg-nodes tcp 31509-31509 sg-backend'])
  t.match(steps, [
    { lane: 'security', phase: 'make', rules: [{ description: 'elbv2.k8s.aws/targetGroupBinding=shared' }] },
  ])
  t.same({ problems, given, complete }, { problems: [], given: ['sg-nodes'], complete: true })
})

void t.test('the ports of all bindings make one range, authorised before the narrower one is revoked', async (t) => {
  const bindings = [binding('one'), binding('two', { nodePorts: [30080, 31000] })]
  t.strictSame(lines(planNodeRules(world({ bindings, observed: [group('sg-nodes', [rule(31509, 31509)])] })).steps), [
    'authorize-ingress sg-nodes tcp 30080-31509 sg-backend',
    'revoke-ingress sg-nodes tcp 31509-31509 sg-backend',
  ])
})

void t.test('a rule of the same protocol, ports and source is there, whatever it is called', async (t) => {
  const observed = [group('sg-nodes', [rule(31509, 31509, { description: 'by hand' })])]
  t.strictSame(planNodeRules(world({ observed })).steps, [])
})

void t.test('only rules with our description are revoked', async (t) => {
  const others = [rule(22, 22, { description: '' }), rule(1, 2, { description: 'elbv2.k8s.aws/targetGroupBinding' })]
  const observed = [group('sg-nodes', [rule(31509, 31509), rule(30000, 30000), ...others])]
  t.strictSame(lines(planNodeRules(world({ observed })).steps), ['revoke-ingress sg-nodes tcp 30000-30000 sg-backend'])
})

void t.test(
  'rules without use go from groups of the cluster and from those given rules, and from no others',
  async (t) => {
    const ours = [rule(30000, 30000)]
    const observed = [
      group('sg-nodes', [rule(31509, 31509)], {}),
      group('sg-owned', ours),
      group('sg-shared', ours, { 'kubernetes.io/cluster/demo': 'shared' }),
      group('sg-odd', ours, { 'kubernetes.io/cluster/demo': '' }),
      group('sg-other', ours, { 'kubernetes.io/cluster/prod': 'owned' }),
      group('sg-given', ours, {}),
      group('sg-plain', ours, {}),
    ]
    t.strictSame(lines(planNodeRules(world({ observed, given: new Set(['sg-given']) })).steps), [
      'revoke-ingress sg-given tcp 30000-30000 sg-backend',
      'revoke-ingress sg-owned tcp 30000-30000 sg-backend',
      'revoke-ingress sg-shared tcp 30000-30000 sg-backend',
    ])
  },
)

void t.test('without bindings all rules of ours go', async (t) => {
  const observed = [group('sg-nodes', [rule(31509, 31509)])]
  t.strictSame(lines(planNodeRules(world({ bindings: [], observed })).steps), [
    'revoke-ingress sg-nodes tcp 31509-31509 sg-backend',
  ])
})

void t.test('a binding whose Service is gone wants no rules', async (t) => {
  const { steps, complete } = planNodeRules(
    world({ service: () => undefined, observed: [group('sg-nodes', [rule(31509, 31509)])] }),
  )
  t.strictSame(lines(steps), ['revoke-ingress sg-nodes tcp 31509-31509 sg-backend'])
  t.ok(complete)
})

void t.test('a binding without networking wants no rules', async (t) => {
  const { networking: _networking, ...spec } = binding('tgb').spec
  t.strictSame(planNodeRules(world({ bindings: [{ ...binding('tgb'), spec }] })).steps, [])
})

void t.test('of several groups of a node the one tagged for the cluster takes the rule', async (t) => {
  const groupsOfInstance = new Map([
    ['i-a', ['sg-extra', 'sg-nodes']],
    ['i-b', ['sg-lone']],
  ])
  const observed = [group('sg-extra', [], {}), group('sg-nodes'), group('sg-lone', [], {})]
  const { steps, given } = planNodeRules(world({ groupsOfInstance, observed }))
  t.strictSame(lines(steps), [
    'authorize-ingress sg-lone tcp 31509-31509 sg-backend',
    'authorize-ingress sg-nodes tcp 31509-31509 sg-backend',
  ])
  t.strictSame(given, ['sg-lone', 'sg-nodes'])
})

void t.test('of several groups the one that has the tags of the operator too takes the rules', async (t) => {
  const tags = { ...owned, traffic: 'ingress' }
  const groupsOfInstance = new Map([
    ['i-a', ['sg-nodes', 'sg-extra', 'sg-other']],
    ['i-b', ['sg-nodes']],
  ])
  const observed = [group('sg-nodes'), group('sg-extra', [], tags), group('sg-other', [], { traffic: 'ingress' })]
  const targetTags = { traffic: 'ingress' }
  t.strictSame(lines(planNodeRules(world({ groupsOfInstance, observed, targetTags })).steps), [
    'authorize-ingress sg-extra tcp 31509-31509 sg-backend',
    'authorize-ingress sg-nodes tcp 31509-31509 sg-backend',
  ])
  const { problems } = planNodeRules(world({ groupsOfInstance, observed, targetTags: { traffic: 'other' } }))
  t.match(problems, [
    {
      message:
        'of the security groups of instance i-a exactly one must be tagged kubernetes.io/cluster/demo, traffic=other: sg-extra, sg-nodes, sg-other',
    },
  ])
})

const unclear: readonly { readonly name: string; readonly rest: Partial<NodeRulesWorld>; readonly message: string }[] =
  [
    {
      name: 'two groups of a node are tagged for the cluster',
      rest: {
        groupsOfInstance: new Map([
          ['i-a', ['sg-nodes', 'sg-extra']],
          ['i-b', ['sg-nodes']],
        ]),
      },
      message:
        'of the security groups of instance i-a exactly one must be tagged kubernetes.io/cluster/demo: sg-extra, sg-nodes',
    },
    {
      name: 'EC2 does not know an instance',
      rest: { groupsOfInstance: new Map([['i-b', ['sg-nodes']]]) },
      message: 'EC2 tells no security group of instance i-a',
    },
    {
      name: 'a group is not there',
      rest: {
        groupsOfInstance: new Map([
          ['i-a', ['sg-gone']],
          ['i-b', ['sg-nodes']],
        ]),
      },
      message: 'security group sg-gone of instance i-a is not there',
    },
  ]
for (const { name, rest, message } of unclear) {
  void t.test(`nothing is revoked while ${name}`, async (t) => {
    const observed = [group('sg-nodes', [rule(30000, 30000)]), group('sg-extra')]
    const { steps, problems, complete } = planNodeRules(world({ observed, ...rest }))
    t.strictSame(lines(steps), ['authorize-ingress sg-nodes tcp 31509-31509 sg-backend'])
    t.same(problems, [{ binding: 'shop/tgb', reason: 'FailedReconcile', message }])
    t.equal(complete, false)
  })
}

void t.test('nothing is revoked while a binding is of a type whose rules cannot be told', async (t) => {
  const bindings = [binding('tgb'), binding('other', { targetType: 'lambda' })]
  const observed = [group('sg-nodes', [rule(8080, 8080)])]
  const { steps, problems, complete } = planNodeRules(world({ bindings, observed }))
  t.strictSame(lines(steps), ['authorize-ingress sg-nodes tcp 31509-31509 sg-backend'])
  t.same({ problems, complete }, { problems: [], complete: false })
})

const podsBehind = (pods: readonly ReturnType<typeof pod>[]): NodeRulesWorld['endpoints'] => ({
  slices: [slice(pods.map((one, index) => ({ address: `10.0.0.${index + 1}`, pod: one.name })))],
  pod: (_namespace, name) => pods.find((one) => one.name === name),
  node: () => node('a'),
})

const ofPods = (nodePorts: readonly (number | string)[] = [8080]) =>
  binding('pods', {
    targetType: 'ip',
    networking: {
      ingress: nodePorts.map((port) => ({
        from: [{ securityGroup: { groupID: 'sg-backend' } }],
        ports: [{ protocol: 'TCP', port }],
      })),
    },
  })

void t.test('each group of Pods gets the rules of the bindings behind it, and no other', async (t) => {
  const { steps, problems, complete } = planNodeRules(
    world({
      bindings: [binding('tgb'), ofPods([8080, 9090])],
      endpoints: podsBehind([pod('one'), pod('two')]),
      groupsOfPod: new Map([
        ['shop/one 10.0.0.1', ['sg-nodes']],
        ['shop/two 10.0.0.2', ['sg-pods']],
      ]),
      observed: [group('sg-nodes'), group('sg-pods', [], {})],
    }),
  )
  t.strictSame(lines(steps), [
    'authorize-ingress sg-nodes tcp 8080-31509 sg-backend',
    'authorize-ingress sg-pods tcp 8080-9090 sg-backend',
  ])
  t.same({ problems, complete }, { problems: [], complete: true })
})

void t.test('a named port is that of each Pod', async (t) => {
  const { steps, problems } = planNodeRules(
    world({
      bindings: [ofPods(['http'])],
      endpoints: podsBehind([
        pod('one', { namedPorts: [{ name: 'http', port: 8080 }] }),
        pod('two', { namedPorts: [{ name: 'http', port: 8081 }] }),
      ]),
      groupsOfPod: new Map([
        ['shop/one 10.0.0.1', ['sg-nodes']],
        ['shop/two 10.0.0.2', ['sg-nodes']],
      ]),
    }),
  )
  t.strictSame(lines(steps), ['authorize-ingress sg-nodes tcp 8080-8081 sg-backend'])
  t.same(problems, [])
})

void t.test('a Pod outside of EC2 needs no rule', async (t) => {
  const { steps, complete } = planNodeRules(
    world({
      bindings: [ofPods()],
      endpoints: podsBehind([pod('one')]),
      groupsOfPod: new Map([['shop/one 10.0.0.1', 'none']]),
    }),
  )
  t.same({ steps, complete }, { steps: [], complete: true })
})

const unusablePods: readonly {
  readonly name: string
  readonly rest: Partial<NodeRulesWorld>
  readonly message: string
}[] = [
  { name: 'whose interface EC2 does not tell', rest: {}, message: 'EC2 tells no security group of Pod shop/one' },
  {
    name: 'with two groups of which none is tagged',
    rest: { groupsOfPod: new Map([['shop/one 10.0.0.1', ['sg-b', 'sg-a']]]), observed: [group('sg-a', [], {})] },
    message: 'of the security groups of Pod shop/one exactly one must be tagged kubernetes.io/cluster/demo: sg-a, sg-b',
  },
  {
    name: 'without the named port',
    rest: { bindings: [ofPods(['http'])], groupsOfPod: new Map([['shop/one 10.0.0.1', ['sg-nodes']]]) },
    message: 'no container has the port "http" of spec.networking',
  },
]
for (const { name, rest, message } of unusablePods) {
  void t.test(`a Pod ${name} is told, and nothing is revoked meanwhile`, async (t) => {
    const base = world({ bindings: [ofPods()], endpoints: podsBehind([pod('one')]) })
    const { steps, problems, complete } = planNodeRules({
      ...base,
      observed: [group('sg-nodes', [rule(1, 1)])],
      ...rest,
    })
    t.same(steps, [])
    t.same(problems, [{ binding: 'shop/pods', reason: 'FailedNetworkReconcile', message }])
    t.equal(complete, false)
  })
}

void t.test('a named port or an empty peer is told and holds back revoking', async (t) => {
  const networking = {
    ingress: [
      { from: [{ securityGroup: { groupID: 'sg-backend' } }], ports: [{ port: 'http' }, { port: 31509 }] },
      { from: [{}], ports: [{ port: 1 }] },
    ],
  }
  const observed = [group('sg-nodes', [rule(30000, 30000)])]
  const { steps, problems } = planNodeRules(world({ bindings: [binding('tgb', { networking })], observed }))
  t.strictSame(lines(steps), ['authorize-ingress sg-nodes tcp 31509-31509 sg-backend'])
  t.same(
    problems.map(({ message }) => message),
    [
      'a peer of spec.networking names neither a security group nor an IP block',
      'port "http" of spec.networking must be a number for targets of type instance',
    ],
  )
})

void t.test('no ports mean all ports, and IP blocks are not merged', async (t) => {
  const networking = {
    ingress: [
      { from: [{ securityGroup: { groupID: 'sg-all' } }], ports: [] },
      { from: [{ securityGroup: { groupID: 'sg-udp' } }], ports: [{ protocol: 'UDP' }] },
      { from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 80 }, { port: 443 }] },
    ],
  }
  t.strictSame(lines(planNodeRules(world({ bindings: [binding('tgb', { networking })] })).steps).toSorted(), [
    'authorize-ingress sg-nodes tcp 0-65535 sg-all',
    'authorize-ingress sg-nodes tcp 443-443 10.0.0.0/8',
    'authorize-ingress sg-nodes tcp 80-80 10.0.0.0/8',
    'authorize-ingress sg-nodes udp 0-65535 sg-udp',
  ])
})
