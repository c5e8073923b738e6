import type { Manifest } from './objects.ts'
import { productLabels } from './labels.ts'
import type { Values } from './values.ts'

/** The namespace of both processes. Pods that are not restricted (Kubernetes, "Pod Security Standards") are refused in it. */
export const namespace = (values: Values): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: values.namespace,
    labels: {
      ...productLabels,
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    },
  },
})
