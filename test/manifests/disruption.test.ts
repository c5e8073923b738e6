import t from 'tap'
import { controllerDeployment, webhookDeployment } from '../../manifests/render/deployments.ts'
import { disruptionBudgets } from '../../manifests/render/disruption-budgets.ts'
import { metricsServices } from '../../manifests/render/services.ts'
import { values } from '../../manifests/render/values.ts'
import { at, items } from './at.ts'

const deployments = [webhookDeployment(values), controllerDeployment(values)] as const

void t.test('of two Pods one stays while nodes are drained, and a broken one never holds up a drain', async (t) => {
  t.strictSame(
    disruptionBudgets(values).map((budget) => at(budget, 'spec')),
    deployments.map((deployment) => ({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: at(deployment, 'spec', 'selector'),
    })),
  )
})

void t.test('the Pods of a process are spread over zones and nodes', async (t) => {
  for (const deployment of deployments) {
    t.strictSame(
      items(deployment, 'spec', 'template', 'spec', 'topologySpreadConstraints').map(
        ({ topologyKey, labelSelector }) => [topologyKey, labelSelector],
      ),
      ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((key) => [key, at(deployment, 'spec', 'selector')]),
    )
  }
})

void t.test('Prometheus finds each Pod of both processes under a headless Service with its annotations', async (t) => {
  for (const [index, service] of metricsServices(values).entries()) {
    const deployment = deployments[index]
    if (deployment === undefined) throw new Error('there is a Service without a Deployment')
    t.has(service, {
      metadata: { annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' } },
      spec: { clusterIP: 'None', ports: [{ port: 8080, targetPort: 'metrics' }] },
    })
    t.strictSame(at(service, 'spec', 'selector'), at(deployment, 'spec', 'selector', 'matchLabels'))
  }
})
