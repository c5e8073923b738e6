import t from 'tap'
import { evaluate } from '../../../shared/group/evaluate.ts'
import { judgeIngress } from '../../../shared/group/admission.ts'
import type { LiveLoadBalancer } from '../../../shared/ingress/facts.ts'
import { quotaDefaults } from '../../../shared/ingress/quotas.ts'
import type { Contribution } from '../../../shared/model/contribution.ts'
import { facts, ingress } from '../../builders.ts'

const group = 'echoserver/echoserver'

const live = (changes: Partial<LiveLoadBalancer> = {}): LiveLoadBalancer => ({
  group,
  name: 'k8s-echo-1',
  scheme: 'internal',
  subnetIds: ['subnet-0a', 'subnet-0c'],
  ...changes,
})

const told = (of: {
  readonly keys?: Readonly<Record<string, string>>
  readonly was?: Readonly<Record<string, string>>
  readonly loadBalancers?: readonly LiveLoadBalancer[]
  readonly flags?: Parameters<typeof facts>[0] extends { flags?: infer F } | undefined ? F : never
}): readonly string[] => {
  const known = facts({
    loadBalancers: of.loadBalancers ?? [live()],
    ...(of.flags === undefined ? {} : { flags: of.flags }),
  })
  const [after, before] = [ingress({ keys: of.keys ?? {} }), ingress({ keys: of.was ?? {} })]
  const { findings } = judgeIngress({ operation: 'UPDATE', before, after, dryRun: false }, known)
  return findings.flatMap(({ kind, code }) => (kind === 'unchecked' ? [] : [`${kind} ${code}`]))
}

void t.test('another scheme than that of the live load balancer', async (t) => {
  t.same(told({ keys: { scheme: 'internet-facing' } }), ['notice SchemeChange'])
  t.same(told({ keys: { scheme: 'internal' } }), [])
  t.same(
    told({
      keys: { scheme: 'internet-facing' },
      loadBalancers: [live(), live({ scheme: 'internet-facing', name: 'b' })],
    }),
    [],
    'nothing is told once the other is there',
  )
  t.same(
    told({ was: { scheme: 'internet-facing' }, loadBalancers: [live({ scheme: 'internet-facing' })] }),
    ['notice SchemeChange'],
    'a key that is removed asks for the default',
  )
  t.same(
    told({ flags: { defaultScheme: 'internet-facing' } }),
    ['notice SchemeKept'],
    'another default changes nothing',
  )
})

void t.test('a load balancer that takes over needs a name of its own', async (t) => {
  const named = { scheme: 'internet-facing', 'load-balancer-name': 'k8s-echo-1' }
  t.same(told({ keys: named }), ['notice SchemeChange', 'fault LoadBalancerNameHeld'])
  t.same(told({ keys: { ...named, 'load-balancer-name': 'shop' } }), ['notice SchemeChange'])
  t.same(told({ keys: { 'load-balancer-name': 'shop' } }), ['notice LoadBalancerNameKept'])
})

void t.test('a load balancer that is to be made needs room in the region', async (t) => {
  const quotas = { ...quotaDefaults, 'albs-per-region': 2 }
  const others = ['a', 'b'].map((name) => live({ group: `shop/${name}`, name }))
  const full = { flags: { quotas }, loadBalancers: others }
  t.same(told(full), ['notice LoadBalancersTooMany'], 'a first one waits')
  const [other] = others
  const mine = other === undefined ? [] : [other, live()]
  t.same(told({ flags: { quotas }, loadBalancers: mine }), [], 'one that is there needs none')
  t.same(
    told({ flags: { quotas }, loadBalancers: mine, keys: { scheme: 'internet-facing' } }),
    ['notice SchemeChange', 'fault LoadBalancersTooMany'],
    'one that takes over cannot be built',
  )
})

const contribution = (scheme?: 'internet-facing'): Contribution => ({
  version: 1,
  member: group,
  group: scheme === undefined ? {} : { scheme },
  ports: [],
  rules: [],
  backends: [],
  tags: {},
})
const schemeWith = (lastGood: Contribution): string => {
  const members = [{ name: group, ingress: ingress(), role: 'present', lastGood } as const]
  const { model } = evaluate({ key: group, members }, facts({ loadBalancers: [live({ scheme: 'internet-facing' })] }))
  return model.is === 'stack' ? model.stack.loadBalancer.scheme : model.is
}

void t.test('a scheme that was written and is removed leads to the default, whatever is live', async (t) => {
  t.equal(schemeWith(contribution('internet-facing')), 'internal')
  t.equal(schemeWith(contribution()), 'internet-facing', 'one that was never written keeps what is live')
})
