import type { Manifest } from './objects.ts'
import { processLabels } from './labels.ts'
import type { Values } from './values.ts'

/**
 * Of the two Pods of a process one stays while nodes are drained; a Pod that is not ready may always be evicted. A
 * client-side `kubectl apply` says `configured` of these on each run, though nothing changes: its patch of a
 * PodDisruptionBudget always holds the selector (Kubernetes API, patch strategy `replace`).
 */
export const disruptionBudgets = (values: Values): readonly Manifest[] =>
  (['webhook', 'controller'] as const).map((process) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: process, namespace: values.namespace, labels: processLabels(process) },
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: processLabels(process) },
    },
  }))
