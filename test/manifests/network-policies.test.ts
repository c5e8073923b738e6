import t from 'tap'
import { webhookDeployment, controllerDeployment } from '../../manifests/render/deployments.ts'
import { networkPolicies } from '../../manifests/render/network-policies.ts'
import { values } from '../../manifests/render/values.ts'
import { at, items } from './at.ts'

const policies = networkPolicies({ ...values, controlPlaneCidr: '10.0.0.0/16' })

void t.test('each policy stands over the Pods of its Deployment, for both directions', async (t) => {
  t.strictSame(
    policies.map((policy) => at(policy, 'spec', 'podSelector')),
    [webhookDeployment(values), controllerDeployment(values)].map((deployment) => at(deployment, 'spec', 'selector')),
  )
  for (const policy of policies) t.strictSame(at(policy, 'spec', 'policyTypes'), ['Ingress', 'Egress'])
})

void t.test('the control plane alone reaches the webhook, Prometheus alone the metrics', async (t) => {
  const prometheus = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }]
  const metrics = { from: prometheus, ports: [{ protocol: 'TCP', port: 8080 }] }
  t.strictSame(
    policies.map((policy) => at(policy, 'spec', 'ingress')),
    [[{ from: [{ ipBlock: { cidr: '10.0.0.0/16' } }], ports: [{ protocol: 'TCP', port: 9443 }] }, metrics], [metrics]],
  )
})

void t.test('a process reaches DNS, HTTPS and the agent of Pod Identity, and no metadata of its node', async (t) => {
  for (const policy of policies) {
    const egress = items(policy, 'spec', 'egress').flatMap((rule) =>
      items(rule, 'ports').map(({ port }) => [port, at(rule, 'to')]),
    )
    t.strictSame(
      egress.map(([port]) => port),
      [53, 53, 443, 6443, 80],
    )
    t.match(JSON.stringify(egress.filter(([port]) => port === 80)), '169.254.170.23/32')
    t.notMatch(JSON.stringify(egress.filter(([port]) => port === 80)), /0\.0\.0\.0|::\/0|169\.254\.169\.254/)
  }
})
