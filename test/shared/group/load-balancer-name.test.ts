import t from 'tap'
import { evaluate } from '../../../shared/group/evaluate.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { facts, ingress, type World } from '../../builders.ts'
import { judgeIngress } from '../../../shared/group/admission.ts'
import { causeMessage, warningText } from '../../../shared/findings/text.ts'
import { compareRows, type Row, told } from './told.ts'

const named = (name: string, changes: Partial<Ingress> = {}): Ingress => ({
  ...ingress({ keys: { 'load-balancer-name': name } }),
  ...changes,
})
const free: World = { namedLoadBalancers: { shop: 'absent' } }
const key = 'load-balancer-name'
const older = (namespace: string): Ingress =>
  named('shop', { namespace, name: 'older', uid: 'older', creationTimestamp: '2025-01-01T00:00:00Z' })

const rows: Readonly<Record<string, Row>> = {
  'LB-01': {
    mistake: '33 characters',
    ingress: named('a'.repeat(33)),
    told: [`deny LoadBalancerName ${key}`],
  },
  'LB-02': { mistake: 'an underscore', ingress: named('my_lb'), told: [`deny LoadBalancerName ${key}`] },
  'LB-03': { mistake: 'a hyphen at the start', ingress: named('-lb'), told: [`deny LoadBalancerName ${key}`] },
  'LB-04': {
    mistake: 'a name that AWS writes itself',
    ingress: named('internal-app'),
    told: [`deny LoadBalancerName ${key}`],
  },
  'LB-06': {
    mistake: 'the name of another Ingress',
    ingress: named('shop'),
    world: { ...free, ingresses: [older('echoserver')] },
    told: [`deny LoadBalancerNameTaken ${key}`],
  },
  'LB-06, another namespace': {
    mistake: 'the name of an Ingress of somebody else',
    ingress: named('shop'),
    world: { ...free, ingresses: [older('elsewhere')] },
    told: [`deny LoadBalancerNameTaken ${key}`],
  },
  'the name of a load balancer of others': {
    mistake: 'AWS would refuse it',
    ingress: named('shop'),
    world: { namedLoadBalancers: { shop: {} } },
    told: [`deny LoadBalancerNameInUse ${key}`],
  },
  'its own load balancer': {
    mistake: 'none',
    ingress: named('shop'),
    world: { namedLoadBalancers: { shop: { group: 'echoserver/echoserver' } } },
    told: [],
  },
  'AWS gives no answer': {
    mistake: 'none that is known',
    ingress: named('shop'),
    world: { namedLoadBalancers: { shop: 'unknown' } },
    told: [`warn NotChecked ${key}`],
  },
  'LB-08': {
    mistake: 'another name than the live load balancer has',
    ingress: named('shop'),
    world: {
      ...free,
      loadBalancers: [
        { group: 'echoserver/echoserver', name: 'k8s-echo', scheme: 'internal', subnetIds: ['subnet-0a', 'subnet-0c'] },
      ],
    },
    told: [`warn LoadBalancerNameKept ${key}`],
  },
}

void t.test('each mistake in the name of a load balancer', async (t) => {
  compareRows(t, rows)
})

void t.test('of an Ingress of another namespace no more is told than that it is there', async (t) => {
  const known = facts({ ...free, ingresses: [older('elsewhere')] })
  const { findings } = judgeIngress({ operation: 'CREATE', after: named('shop'), dryRun: false }, known)
  t.match(findings.map(warningText), [/an Ingress of another namespace has this name/])
  t.notMatch(JSON.stringify(findings), 'elsewhere')
})

void t.test('the Ingress that was there first keeps the name, and an Ingress that goes takes it along', async (t) => {
  const group = 'echoserver/echoserver'
  const isFaulty = (other: Ingress): boolean =>
    evaluate(
      { key: group, members: [{ name: group, ingress: named('shop'), role: 'present' }] },
      facts({ ...free, ingresses: [other, named('shop')] }),
    ).findings.some(({ kind }) => kind === 'fault')
  t.ok(isFaulty(older('echoserver')))
  t.notOk(isFaulty({ ...older('echoserver'), creationTimestamp: '2027-01-01T00:00:00Z' }))
  t.notOk(isFaulty({ ...older('echoserver'), deletionTimestamp: '2026-05-01T00:00:00Z' }))
  t.same(told(named('shop'), facts({ ...free, ingresses: [named('shop')] })), [], 'not its own rival')
})

void t.test('the load balancer is made with the name', async (t) => {
  const group = 'echoserver/echoserver'
  const { model } = evaluate(
    { key: group, members: [{ name: group, ingress: named('shop'), role: 'present' }] },
    facts(free),
  )
  t.equal(model.is === 'stack' ? model.stack.loadBalancer.name : undefined, 'shop')
})

void t.test('a name that is none is told with one that is', async (t) => {
  for (const [written, meant] of [
    ['my_lb', 'write "my-lb"'],
    ['-lb-', 'write "lb"'],
    ['internal-app', 'write "app"'],
    [`${'a'.repeat(31)}-b`, `write "${'a'.repeat(31)}"`],
    ['___', 'write another name, or remove the key'],
  ] as const) {
    const { findings } = judgeIngress({ operation: 'CREATE', after: named(written), dryRun: false }, facts())
    t.same(
      findings.map(({ fix }) => fix),
      [meant],
      written,
    )
  }
})

void t.test('all that is wrong with a name is told at once, and what it could be', async (t) => {
  const texts: Readonly<Record<string, string>> = {
    'internal-shop_1':
      'Invalid value: "internal-shop_1": must not begin with "internal-" and may hold only letters, digits and hyphens; write "shop-1" [LoadBalancerName]',
    'internal-shop': 'Invalid value: "internal-shop": must not begin with "internal-"; write "shop" [LoadBalancerName]',
    '-a.b-':
      'Invalid value: "-a.b-": must not begin or end with a hyphen and may hold only letters, digits and hyphens; write "a-b" [LoadBalancerName]',
    [`internal-${'x'.repeat(24)}.`]: `Invalid value: "internal-${'x'.repeat(24)}.": must not begin with "internal-", may hold only letters, digits and hyphens and at most 32 characters; write "${'x'.repeat(24)}" [LoadBalancerName]`,
    ['x'.repeat(33)]:
      `Invalid value: "${'x'.repeat(33)}": may hold at most 32 characters; write "${'x'.repeat(32)}" [LoadBalancerName]`,
  }
  for (const [name, text] of Object.entries(texts)) {
    const { findings } = judgeIngress({ operation: 'CREATE', after: named(name), dryRun: false }, facts(free))
    t.same(findings.filter(({ kind }) => kind === 'fault').map(causeMessage), [text])
  }
})
