import t from 'tap'
import type { Member } from '../../../shared/group/evaluation.ts'
import { evaluate } from '../../../shared/group/evaluate.ts'
import type { Contribution } from '../../../shared/model/contribution.ts'
import { facts, ingress, path, service, type World, subnet } from '../../builders.ts'

const key = 'echoserver/echoserver'

const member = (changes: Partial<Member> = {}): Member => ({
  name: key,
  ingress: ingress(),
  role: 'present',
  ...changes,
})

const evaluated = (members: readonly Member[], world: World = {}) => evaluate({ key, members }, facts(world))

const wrong = ingress({ keys: { scheme: 'public' } })

const lastGood = (): Contribution => {
  const standing = evaluated([member()]).standings.get(key)
  if (standing?.is !== 'current') throw new Error('the Ingress of the walkthrough stands')
  return standing.contribution
}

void t.test('an Ingress without fault stands, and its stack is built', async (t) => {
  const { standings, model, findings } = evaluated([member()])
  t.equal(standings.get(key)?.is, 'current')
  t.same(findings, [])
  t.match(model, {
    is: 'stack',
    stack: {
      loadBalancer: { scheme: 'internal', ipAddressType: 'ipv4', subnets: { known: ['subnet-0a', 'subnet-0c'] } },
      listeners: [{ port: 80, protocol: 'HTTP', defaultAction: { is: 'fixed-response', statusCode: '404' } }],
      targetGroups: [{ port: 31509, targetType: 'instance', protocol: 'HTTP' }],
    },
  })
})

void t.test('a Service with IPv6 addresses gets a target group of IPv6', async (t) => {
  const dual = ingress({ keys: { 'target-type': 'ip', 'ip-address-type': 'dualstack' } })
  const { model } = evaluated([member({ ingress: dual })], {
    services: [service({ ipFamilies: ['IPv6'] })],
    subnets: ['a', 'c'].map((zone) =>
      subnet({ id: `subnet-0${zone}`, availabilityZone: `ap-northeast-1${zone}`, hasIpv6: true }),
    ),
  })
  t.match(model, { stack: { targetGroups: [{ targetType: 'ip', ipAddressType: 'ipv6', port: 8080 }] } })
})

void t.test('a member at fault that never stood leaves everything untouched', async (t) => {
  const { standings, model } = evaluated([member({ ingress: wrong })])
  t.same(standings.get(key), { is: 'set-aside' })
  t.same(model, { is: 'untouched', group: key })
})

void t.test('a member at fault keeps what it last brought', async (t) => {
  const before = lastGood()
  const { standings, model } = evaluated([member({ ingress: wrong, lastGood: before })])
  t.same(standings.get(key), { is: 'set-aside', lastGood: before })
  t.same(model, evaluated([member()]).model)
})

void t.test('a group whose last member leaves comes to nothing', async (t) => {
  const { standings, model, findings } = evaluated([member({ role: 'leaving', ingress: wrong })])
  t.equal(standings.size, 0)
  t.same(model, { is: 'nothing', group: key })
  t.same(findings, [])
})

void t.test('subnets that nobody could read leave the value unknown, and nothing is at fault', async (t) => {
  const { standings, model } = evaluated([member()], { subnets: 'unknown' })
  t.equal(standings.get(key)?.is, 'current')
  t.match(model, { stack: { loadBalancer: { subnets: { unknown: 'EC2 gave no answer in 1.5 s' } } } })
})

void t.test('a live load balancer keeps its subnets', async (t) => {
  const live = { group: key, name: 'k8s-live', scheme: 'internal', subnetIds: ['subnet-0d', 'subnet-0b'] } as const
  const { model, findings } = evaluated([member()], { loadBalancers: [live] })
  t.match(model, { stack: { loadBalancer: { subnets: { known: ['subnet-0b', 'subnet-0d'] } } } })
  t.same(findings, [])
})

void t.test('written subnets are taken in sorted order', async (t) => {
  const keys = { subnets: 'subnet-0c, subnet-0a' }
  const { model } = evaluated([member({ ingress: ingress({ keys }) })])
  t.match(model, { stack: { loadBalancer: { subnets: { known: ['subnet-0a', 'subnet-0c'] } } } })
})

void t.test('what was asked of AWS is told, answered or not', async (t) => {
  const needs = evaluated([member()], { subnets: 'unknown', loadBalancers: 'unknown' }).needs
  t.same(needs.map(({ is }) => is).toSorted(), ['load-balancers', 'subnets'])
  const written = evaluated([member({ ingress: ingress({ keys: { subnets: 'subnet-0a,subnet-0c' } }) })]).needs
  t.same(written, [
    { is: 'load-balancers' },
    { is: 'subnet', id: 'subnet-0a' },
    { is: 'subnet', id: 'subnet-0c' },
    { is: 'routes' },
  ])
})

void t.test('the way to the internet is asked for while a load balancer is to be made, and no longer', async (t) => {
  const open = [member({ ingress: ingress({ keys: { scheme: 'internet-facing' } }) })]
  t.same(evaluated(open).needs, [{ is: 'load-balancers' }, { is: 'subnets' }, { is: 'internet-gateways' }])
  const live = {
    group: 'echoserver/echoserver',
    name: 'k8s-1',
    scheme: 'internet-facing',
    subnetIds: ['subnet-0a'],
  } as const
  t.same(evaluated(open, { loadBalancers: [live] }).needs, [{ is: 'load-balancers' }, { is: 'subnets' }])
})

void t.test('each listener port gets every rule', async (t) => {
  const keys = { 'listen-ports': '[{"HTTP":8080},{"HTTP":80}]' }
  const rules = [{ host: 'a.example.com', paths: [path({ path: '/a' }), path({ path: '/a/b' })] }]
  const { model } = evaluated([member({ ingress: ingress({ keys, spec: { ...ingress().spec, rules } }) })])
  if (model.is !== 'stack') throw new Error('the Ingress stands')
  t.same(
    model.stack.listeners.map(({ port, rules: built }) => [port, built.map(({ conditions }) => conditions[1]?.values)]),
    [80, 8080].map((port) => [
      port,
      [
        ['/a/b', '/a/b/*'],
        ['/a', '/a/*'],
      ],
    ]),
  )
})

void t.test('two paths to one Service port share a target group, a missing Service answers 503', async (t) => {
  const rules = [{ paths: [path({ path: '/a' }), path({ path: '/b' }), path({ path: '/c', service: 'web' })] }]
  const { model } = evaluated([member({ ingress: ingress({ spec: { ...ingress().spec, rules } }) })])
  if (model.is !== 'stack') throw new Error('the Ingress stands')
  t.equal(model.stack.targetGroups.length, 1)
  t.same(
    model.stack.listeners[0]?.rules.map(({ action }) => action.is),
    ['forward', 'forward', 'fixed-response'],
  )
})

void t.test('a default backend is the default action of its listeners', async (t) => {
  const spec = { ...ingress().spec, defaultBackend: path().backend }
  const { model } = evaluated([member({ ingress: ingress({ spec }) })])
  t.match(model, { stack: { listeners: [{ defaultAction: { is: 'forward' } }] } })
})

void t.test('a dual stack load balancer is open to IPv6 too, unless somebody says who may connect', async (t) => {
  const subnets = ['a', 'c'].map((zone) =>
    subnet({ id: `subnet-0${zone}`, availabilityZone: `ap-northeast-1${zone}`, hasIpv6: true }),
  )
  const open = (keys: Readonly<Record<string, string>>): readonly string[] => {
    const { model } = evaluated([member({ ingress: ingress({ keys }) })], { subnets })
    if (model.is !== 'stack' || model.stack.securityGroups.is !== 'managed') throw new Error('not a managed group')
    return [
      model.stack.loadBalancer.ipAddressType,
      ...model.stack.securityGroups.frontend.inbound.map(({ cidr }) => cidr),
    ]
  }
  t.same(open({}), ['ipv4', '0.0.0.0/0'])
  t.same(open({ 'ip-address-type': 'dualstack' }), ['dualstack', '0.0.0.0/0', '::/0'])
  const blocks = { 'inbound-cidrs': '10.0.0.0/8,2001:db8::/32' }
  t.same(open(blocks), ['ipv4', '10.0.0.0/8'])
  t.same(open({ ...blocks, 'ip-address-type': 'dualstack' }), ['dualstack', '10.0.0.0/8', '2001:db8::/32'])
})
