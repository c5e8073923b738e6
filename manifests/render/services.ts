import type { Manifest } from './objects.ts'
import { processLabels } from './labels.ts'
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
