import t from 'tap'
import { type Change, judgeIngress, judgeStray } from '../../../shared/group/admission.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { facts, ingress, ingressClass, type World } from '../../builders.ts'
import { inShort } from './told.ts'

const codesOf = (findings: readonly { readonly code: string }[]): readonly string[] => findings.map(({ code }) => code)

const update = (before: Ingress, after: Ingress): Change => ({ operation: 'UPDATE', before, after, dryRun: false })

const withClass = (ingressClassName: string, scheme = 'public'): Ingress =>
  ingress({ keys: { scheme }, spec: { ...ingress().spec, ingressClassName } })

const edge: World = {
  classes: [
    ingressClass(),
    ingressClass({ name: 'edge' }),
    ingressClass({ name: 'nginx', controller: 'k8s.io/ingress-nginx' }),
  ],
}

void t.test('an update is judged as it was and as it shall be', async (t) => {
  const before = ingress({ keys: { scheme: 'public' } })
  const after = ingress({ keys: { scheme: 'public', 'healthcheck-path': 'x' } })
  const { findings, findingsBefore } = judgeIngress(update(before, after), facts())
  t.same(codesOf(findingsBefore), ['SchemeUnknown'])
  t.same(codesOf(findings), ['SchemeUnknown', 'HealthCheckPathSyntax'])
})

void t.test('an Ingress that becomes ours had no faults before', async (t) => {
  const { findings, findingsBefore } = judgeIngress(update(withClass('nginx'), withClass('alb')), facts(edge))
  t.same(codesOf(findings), ['SchemeUnknown'])
  t.same(findingsBefore, [])
})

void t.test('an Ingress that is not ours is told that its keys have no effect, and nothing else', async (t) => {
  const { ours, findings, needs } = judgeIngress(update(withClass('alb'), withClass('nginx')), facts(edge))
  t.notOk(ours)
  t.same(codesOf(findings), ['ClassForeign'])
  t.same(needs, [])
  t.same(
    judgeIngress(
      update(withClass('alb'), ingress({ spec: { ...ingress().spec, ingressClassName: 'nginx' } })),
      facts(edge),
    ).findings,
    [],
  )
})

void t.test('a class of ours that the webhook is not rendered for is judged in full, with a notice', async (t) => {
  const change: Change = { operation: 'CREATE', after: withClass('edge'), dryRun: false }
  const { findings } = judgeStray(change, facts(edge))
  t.same(
    findings.map((finding) => inShort(finding.kind === 'fault', finding)),
    ['deny SchemeUnknown scheme', 'warn ClassNotRendered spec.ingressClassName'],
  )
  t.equal(findings[1]?.warning, 'class edge is not in classNames: unchecked while the webhook is away')
  const rendered = facts({ ...edge, flags: { classNames: ['alb', 'edge'] } })
  t.same(codesOf(judgeStray(change, rendered).findings), ['SchemeUnknown'])
})

const judged = (after: Ingress): readonly string[] =>
  codesOf(judgeIngress({ operation: 'CREATE', after, dryRun: false }, facts()).findings).toSorted()

void t.test('the same facts give the same findings, whatever the order of the annotations', async (t) => {
  const keys = { scheme: 'public', tags: 'aws:a=b', sheme: 'x', 'healthcheck-path': 'x' }
  const reversed = Object.fromEntries(Object.entries(keys).toReversed())
  t.same(judged(ingress({ keys })), judged(ingress({ keys: reversed })))
})
