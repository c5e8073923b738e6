import t from 'tap'
import { judgeIngress } from '../../../shared/group/admission.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { verdict } from '../../../webhook/verdict.ts'
import { facts, ingress, path, service, type World } from '../../builders.ts'

const told = (after: Ingress, world: World, before?: Ingress): readonly string[] => {
  const change = { operation: before === undefined ? 'CREATE' : 'UPDATE', after, dryRun: false } as const
  const judgement = judgeIngress(before === undefined ? change : { ...change, before }, facts(world))
  return verdict({ ...judgement, dryRun: false }).warnings
}

const byIp = ingress({ keys: { 'target-type': 'ip' } })
const label = 'elbv2.k8s.aws/pod-readiness-gate-inject'
const warning = 'echoserver: ip targets without readiness gate; label the namespace to avoid 5xx during rollouts'

void t.test('Pods as targets in a namespace without the label are told, once for each Service', async (t) => {
  t.same(told(byIp, { namespaceLabels: {} }), [warning])
  t.same(told(byIp, { namespaceLabels: { [label]: 'disabled' } }), [warning])
  const paths = [path(), path({ path: '/img' })]
  const spec = { ...byIp.spec, rules: [{ host: 'echoserver.example.com', paths }] }
  t.same(told({ ...byIp, spec }, { namespaceLabels: {} }), [warning])
})

void t.test('a Service that asks for its Pods itself is told too', async (t) => {
  const services = [service({ annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } })]
  t.same(told(ingress(), { services, namespaceLabels: {} }), [warning])
})

void t.test('nothing is told with the label, of nodes, of an unknown namespace, or again', async (t) => {
  t.same(told(byIp, { namespaceLabels: { [label]: 'enabled' } }), [])
  t.same(told(ingress(), { namespaceLabels: {} }), [])
  t.same(told(byIp, {}), [])
  const edited = ingress({ keys: { 'target-type': 'ip', tags: 'a=b' } })
  t.same(told(edited, { namespaceLabels: {} }, byIp), [])
  t.same(
    told(byIp, { namespaceLabels: {} }, ingress()).filter((text) => text === warning),
    [warning],
  )
})
