import packageJson from '../../package.json' with { type: 'json' }

/** The two processes. A process' name is also that of its service account, Deployment and Service. */
export type Process = 'webhook' | 'controller'

/** Labels of every object of the product (Kubernetes, "Recommended Labels"). */
export const productLabels = { 'app.kubernetes.io/name': packageJson.name } as const

/** Labels by which the Pods of one process are selected. */
export const processLabels = (process: Process) => ({ ...productLabels, 'app.kubernetes.io/component': process })
