import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { values } from '../../manifests/render/values.ts'

const read = async (...path: readonly string[]): Promise<unknown> =>
  parse(await readFile(join(import.meta.dirname, '../../manifests', ...path), 'utf8'))

const example = (name: string): Promise<unknown> => read('examples/echoserver', name)

void t.test('the example Ingress is of the rendered class and names the example Service', async (t) => {
  t.strictSame(await example('echoserver-ingress.yaml'), {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'echoserver',
      namespace: 'echoserver',
      annotations: {
        'alb.ingress.kubernetes.io/scheme': 'internet-facing',
        'alb.ingress.kubernetes.io/tags': 'Environment=dev,Team=test',
      },
    },
    spec: {
      ingressClassName: values.classNames[0],
      rules: [
        {
          host: 'echoserver.example.com',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'echoserver', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  })
})

void t.test('the example Service has the node port of the walkthrough and selects the example Pods', async (t) => {
  t.has(await example('echoserver-service.yaml'), {
    metadata: { name: 'echoserver', namespace: 'echoserver' },
    spec: {
      type: 'NodePort',
      selector: { app: 'echoserver' },
      ports: [{ port: 80, targetPort: 8080, nodePort: 31509 }],
    },
  })
  t.has(await example('echoserver-deployment.yaml'), {
    spec: {
      template: {
        metadata: { labels: { app: 'echoserver' } },
        spec: { containers: [{ ports: [{ containerPort: 8080 }] }] },
      },
    },
  })
})

void t.test('the Ingress of 2017 is of a version that is gone, and no kustomization takes it', async (t) => {
  t.has(await example('echoserver-ingress-2017.yaml'), { apiVersion: 'extensions/v1beta1', kind: 'Ingress' })
  t.strictSame(await example('kustomization.yaml'), {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [
      'echoserver-namespace.yaml',
      'echoserver-service.yaml',
      'echoserver-deployment.yaml',
      'echoserver-ingress.yaml',
    ],
  })
})

void t.test('the overlay of the local stack takes the base without replicas and disruption budgets', async (t) => {
  t.match(await read('overlays/local/kustomization.yaml'), {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['../../base'],
    replicas: [
      { name: 'webhook', count: 0 },
      { name: 'controller', count: 0 },
    ],
    patches: [{ target: { kind: 'PodDisruptionBudget' }, patch: /^\$patch: delete$/m }],
  })
})
