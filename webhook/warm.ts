import type { AnswerIo, Endpoint } from './answer.ts'
import { answer, endpoints } from './answer.ts'
import type { WebhookMetrics } from './metrics.ts'
import { readReview, writeReview } from './review.ts'

const nothing = (): void => undefined

const silent: WebhookMetrics = {
  answered: nothing,
  found: nothing,
  defaulted: nothing,
  deadlineHit: nothing,
  ruleFailed: nothing,
  refusedRequest: nothing,
  certificateNotAfter: nothing,
  certificateNotLoaded: nothing,
}

const ingress = (className: string): unknown => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    namespace: 'default',
    name: 'synthetic',
    annotations: { 'alb.ingress.kubernetes.io/scheme': 'internal' },
  },
  spec: {
    ingressClassName: className,
    rules: [
      {
        host: 'synthetic.example.com',
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'synthetic', port: { number: 80 } } } }],
        },
      },
    ],
  },
})

const service: unknown = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'default', name: 'synthetic', annotations: {} },
  spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] },
}

const pod: unknown = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'default', name: 'synthetic', labels: { app: 'synthetic' } },
  spec: { containers: [{ name: 'synthetic', image: 'synthetic' }] },
}

const objectOf = (kind: Endpoint['kind'], className: string): unknown => {
  switch (kind) {
    case 'Ingress':
      return ingress(className)
    case 'Service':
      return service
    case 'Pod':
      return pod
    default:
      return kind satisfies never
  }
}

/**
 * Has each endpoint answer a review of our own, so that the first one of the API server does not pay for what is compiled
 * on first use. AWS is not asked and no metric counts it.
 */
export const warm = async (io: AnswerIo, className: string): Promise<void> => {
  const facts = { answer: async () => new Map(), confirm: async () => new Map() }
  const quiet: AnswerIo = { ...io, metrics: silent, facts, onDeadline: nothing }
  for (const endpoint of endpoints) {
    const body = JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: {
        uid: 'synthetic',
        kind: { group: endpoint.group, version: 'v1', kind: endpoint.kind },
        operation: 'CREATE',
        namespace: 'default',
        name: 'synthetic',
        object: objectOf(endpoint.kind, className),
      },
    })
    const read = readReview(Buffer.from(body))
    if (!read.ok) throw new Error(`the synthetic review is none: ${read.reason}`)
    writeReview((await answer(quiet, endpoint, read.request, io.monotonic())).response)
  }
}
