import type { Manifest } from './objects.ts'
import { type Process, processLabels } from './labels.ts'
import { ports } from './deployments.ts'
import type { Values } from './values.ts'

/** Port of the Service under which the API server calls the webhook. */
export const webhookServicePort = 443

/** The Service that the webhook configurations name. */
export const webhookService = (values: Values): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'webhook', namespace: values.namespace, labels: processLabels('webhook') },
  spec: {
    type: 'ClusterIP',
    selector: processLabels('webhook'),
    ports: [{ name: 'https', port: webhookServicePort, targetPort: ports.webhook.name, protocol: 'TCP' }],
  },
})

/**
 * Under these Services Prometheus finds every Pod of a process: headless, so that each is asked and not one of them, and
 * with the annotations by which its widespread configuration for Services chooses.
 */
export const metricsServices = (values: Values): readonly Manifest[] =>
  (['webhook', 'controller'] as const).map((process) => metricsService(values, process))

const metricsService = (values: Values, process: Process): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: `${process}-metrics`,
    namespace: values.namespace,
    labels: processLabels(process),
    annotations: {
      'prometheus.io/scrape': 'true',
      'prometheus.io/path': '/metrics',
      'prometheus.io/port': String(ports.metrics.containerPort),
    },
  },
  spec: {
    type: 'ClusterIP',
    clusterIP: 'None',
    selector: processLabels(process),
    ports: [
      {
        name: ports.metrics.name,
        port: ports.metrics.containerPort,
        targetPort: ports.metrics.name,
        protocol: 'TCP',
      },
    ],
  },
})
