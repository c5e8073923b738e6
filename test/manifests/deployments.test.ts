import t from 'tap'
import { controllerDeployment, webhookDeployment } from '../../manifests/render/deployments.ts'
import { ingressClass } from '../../manifests/render/ingress-class.ts'
import { namespace } from '../../manifests/render/namespace.ts'
import { webhookService } from '../../manifests/render/services.ts'
import { values } from '../../manifests/render/values.ts'
import { at, isList, items } from './at.ts'

const deployments = [webhookDeployment(values), controllerDeployment(values)] as const

void t.test('both processes run twice, under their own service account', async (t) => {
  for (const deployment of deployments) {
    t.has(deployment, {
      metadata: { namespace: 'alb-ingress' },
      spec: {
        replicas: 2,
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
        template: {
          spec: {
            serviceAccountName: deployment.metadata.name,
            automountServiceAccountToken: true,
            terminationGracePeriodSeconds: 30,
          },
        },
      },
    })
    t.strictSame(
      at(deployment, 'spec', 'selector', 'matchLabels'),
      at(deployment, 'spec', 'template', 'metadata', 'labels'),
    )
  }
})

void t.test('the Pods meet the restricted standard, which their namespace enforces', async (t) => {
  t.has(namespace(values), { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } })
  for (const deployment of deployments) {
    const pod = at(deployment, 'spec', 'template', 'spec')
    t.has(pod, { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } })
    t.notMatch(JSON.stringify(pod), /host(Network|PID|IPC|Path|Port)/)
    for (const container of items(pod, 'containers')) {
      t.strictSame(at(container, 'securityContext'), {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    }
  }
})

void t.test('health is asked on port 61779, metrics stand on 8080', async (t) => {
  for (const deployment of deployments) {
    const container = at(deployment, 'spec', 'template', 'spec', 'containers', '0')
    t.has(container, {
      livenessProbe: { httpGet: { path: '/healthz', port: 'health' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'health' } },
    })
    const numbers = items(container, 'ports').map(({ name, containerPort }) => [name, containerPort])
    t.has(Object.fromEntries(numbers), { health: 61779, metrics: 8080 })
    const args = at(container, 'args')
    for (const address of ['--health-probe-bind-addr=:61779', '--metrics-bind-addr=:8080']) {
      t.ok(isList(args) && args.includes(address), address)
    }
  }
})

void t.test('no options reach Node.js from outside, and the entry that says so has no value', async (t) => {
  for (const deployment of deployments) {
    t.strictSame(at(deployment, 'spec', 'template', 'spec', 'containers', '0', 'env'), [{ name: 'NODE_OPTIONS' }])
  }
})

void t.test('the webhook serves with the certificate of a Secret that must be there', async (t) => {
  const pod = at(webhookDeployment(values), 'spec', 'template', 'spec')
  t.has(at(pod, 'volumes', '1'), {
    name: 'serving-certificate',
    secret: { secretName: 'webhook-tls', optional: false },
  })
  t.has(at(pod, 'containers', '0', 'volumeMounts', '1'), {
    name: 'serving-certificate',
    mountPath: '/tmp/k8s-webhook-server/serving-certs',
    readOnly: true,
  })
})

void t.test('the Service leads from port 443 to the Pods of the webhook', async (t) => {
  const service = webhookService(values)
  t.has(service, {
    metadata: { name: 'webhook', namespace: 'alb-ingress' },
    spec: { type: 'ClusterIP', ports: [{ port: 443, targetPort: 'webhook' }] },
  })
  t.strictSame(at(service, 'spec', 'selector'), at(webhookDeployment(values), 'spec', 'selector', 'matchLabels'))
  t.has(at(webhookDeployment(values), 'spec', 'template', 'spec', 'containers', '0', 'ports', '0'), {
    name: 'webhook',
    containerPort: 9443,
  })
})

void t.test(
  'a cluster name, region and VPC are given where the values have them, and left to the environment where not',
  async (t) => {
    const names = /--(cluster-name|aws-region|aws-vpc-id)/
    const named = { ...values, clusterName: 'demo', region: 'ap-northeast-1', vpcId: 'vpc-0a1b' }
    for (const deployment of [webhookDeployment, controllerDeployment]) {
      t.notMatch(JSON.stringify(deployment(values)), names)
      t.has(at(deployment(named), 'spec', 'template', 'spec', 'containers', '0', 'args'), [
        '--cluster-name=demo',
        '--aws-region=ap-northeast-1',
        '--aws-vpc-id=vpc-0a1b',
      ])
      t.has(at(deployment(values), 'spec', 'template', 'spec', 'containers', '0', 'envFrom'), [
        { secretRef: { name: 'alb-ingress', optional: true } },
      ])
    }
  },
)

void t.test('the controller takes the Lease of aws-load-balancer-controller', async (t) => {
  const args = at(controllerDeployment(values), 'spec', 'template', 'spec', 'containers', '0', 'args')
  t.match(JSON.stringify(args), '--leader-election-namespace=kube-system')
  t.match(JSON.stringify(args), '--leader-election-id=aws-load-balancer-controller-leader')
})

void t.test('the IngressClass alb is ours and not the default of the cluster', async (t) => {
  t.has(ingressClass(values), { metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } })
  t.notMatch(JSON.stringify(ingressClass(values)), /is-default-class/)
})
