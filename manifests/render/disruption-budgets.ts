import type { Manifest } from './objects.ts'
import { type Process, processLabels } from './labels.ts'
import type { Values } from './values.ts'

/** Keeps one replica of a process while nodes are drained. */
export const disruptionBudget = (values: Values, process: Process): Manifest => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: process, namespace: values.namespace, labels: processLabels(process) },
  spec: { maxUnavailable: 1, selector: { matchLabels: processLabels(process) } },
})
