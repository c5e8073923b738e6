import t from 'tap'
import { settings } from '../../../shared/features/index.ts'
import { laterKeys } from '../../../shared/features/later.ts'
import { causeMessage, warningText } from '../../../shared/findings/text.ts'
import { judgeIngress } from '../../../shared/group/admission.ts'
import { facts, ingress } from '../../builders.ts'
import { told } from './told.ts'

const named = (key: string): string => key.replace('*', 'web')

const toldOf = (key: string, value: string): readonly string[] => told(ingress({ keys: { [named(key)]: value } }))

void t.test(
  'a key that touches exposure, authentication, routing or identity is refused until it is built',
  async (t) => {
    for (const { key } of laterKeys.filter(({ is }) => is === 'refused'))
      t.same(toldOf(key, 'x'), [`deny NotSupportedYet ${named(key)}`])
  },
)

void t.test('a harmless key that is not built yet warns', async (t) => {
  for (const { key } of laterKeys.filter(({ is }) => is === 'harmless'))
    t.same(toldOf(key, 'x'), [`warn NoEffectYet ${named(key)}`])
})

void t.test('a value that asks for nothing is no reason to refuse', async (t) => {
  for (const { key, noOp } of laterKeys) for (const value of noOp) t.same(toldOf(key, value), [])
})

void t.test('an empty value counts as absent, but where the silent default would open the load balancer', async (t) => {
  const opens = ['security-group-prefix-lists', 'wafv2-acl-arn']
  for (const key of opens) t.same(toldOf(key, ' '), [`deny NotSupportedYet ${key}`])
  for (const key of ['inbound-cidrs', 'security-groups']) t.same(toldOf(key, ' '), [`deny EmptyRefused ${key}`])
  t.same(toldOf('certificate-arn', ''), ['warn EmptyValue certificate-arn'])
  t.same(toldOf('group.name', ' '), ['warn EmptyValue group.name'])
})

void t.test('the keys that must not be left out in silence are built or refused', async (t) => {
  const refused = laterKeys.filter(({ is }) => is === 'refused').map(({ key }) => key)
  const told = new Set([...refused, ...settings.map(({ key }) => key)])
  const must = [
    'group.name',
    'group.order',
    'auth-type',
    'auth-idp-oidc',
    'auth-idp-cognito',
    'auth-scope',
    'jwt-validation',
    'mutual-authentication',
    'actions.*',
    'conditions.*',
    'transforms.*',
    'security-group-prefix-lists',
    'wafv2-acl-arn',
    'wafv2-acl-name',
    'certificate-arn',
    'ssl-policy',
    'ssl-redirect',
    'security-groups',
    'inbound-cidrs',
    'load-balancer-name',
  ]
  t.same(
    must.filter((key) => !told.has(key)),
    [],
  )
})

void t.test('keys of 2017 whose silent loss would change who is served what are refused', async (t) => {
  t.same(toldOf('port', '80,443'), ['deny SpellingRefused port'])
  t.same(toldOf('ignore-host-header', 'true'), ['deny SpellingRefused ignore-host-header'])
})

void t.test('an unknown key warns, or is refused where an operator says so', async (t) => {
  t.same(toldOf('sheme', 'internal'), ['warn UnknownKey sheme'])
  const strict = facts({ flags: { denyUnknownAnnotations: true } })
  t.same(told(ingress({ keys: { sheme: 'internal' } }), strict), ['deny UnknownKey sheme'])
  const fixes = (key: string) =>
    judgeIngress({ operation: 'CREATE', after: ingress({ keys: { [key]: 'x' } }), dryRun: false }, strict).findings.map(
      ({ fix }) => fix,
    )
  t.same(fixes('sheme'), ['did you mean scheme?'])
  t.same(fixes('healthcheck-interval'), ['did you mean healthcheck-interval-seconds?'])
  t.same(fixes('load-balancer'), ['remove the key'], 'more than one key goes on so')
})

void t.test('an old spelling warns, and refuses when the new one disagrees', async (t) => {
  t.same(toldOf('successCodes', '200'), ['warn OldSpelling successCodes'])
  t.same(told(ingress({ keys: { successCodes: '200', 'success-codes': '200' } })), ['warn OldSpelling successCodes'])
  t.same(told(ingress({ keys: { successCodes: '201', 'success-codes': '200' } })), [
    'deny SpellingsDisagree successCodes',
  ])
})

void t.test('an old spelling says where aws-load-balancer-controller would open the load balancer', async (t) => {
  const { findings } = judgeIngress(
    { operation: 'CREATE', after: ingress({ keys: { 'security-group-inbound-cidrs': '10.0.0.0/8' } }), dryRun: false },
    facts(),
  )
  t.same(findings.map(warningText), [
    'security-group-inbound-cidrs: read as inbound-cidrs; aws-load-balancer-controller ignores it and opens to everyone',
  ])
})

const zalando = (key: string, value: string) =>
  judgeIngress(
    { operation: 'CREATE', after: ingress({ annotations: { [`zalando.org/${key}`]: value } }), dryRun: false },
    facts(),
  ).findings

void t.test(
  'keys of kube-ingress-aws-controller are told with ours, and one that asks for an NLB is refused',
  async (t) => {
    t.same(zalando('aws-load-balancer-ssl-cert', 'arn').map(warningText), [
      'zalando.org/aws-load-balancer-ssl-cert: no effect; write certificate-arn',
    ])
    t.same(zalando('aws-load-balancer-http2', 'false').map(warningText), [
      'zalando.org/aws-load-balancer-http2: no effect; write load-balancer-attributes: routing.http2.enabled=false',
    ])
    t.same(zalando('aws-load-balancer-type', 'nlb').map(causeMessage), [
      'Forbidden: asks for a network load balancer, and an Ingress gets an application load balancer; remove the key, or expose a Service of type LoadBalancer [SpellingRefused]',
    ])
    for (const [key, value] of [
      ['aws-load-balancer-type', 'alb'],
      ['skipper-routes', 'x'],
    ] as const)
      t.same(zalando(key, value), [])
  },
)

void t.test('annotations of others are none of ours', async (t) => {
  t.same(told(ingress({ annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': '/', scheme: 'public' } })), [])
  t.same(toldOf('dry-run-plan', '{}'), [])
})
