import type { JsonObject, Manifest } from './objects.ts'
import { ports } from './deployments.ts'
import { type Process, processLabels } from './labels.ts'
import type { Values } from './values.ts'

/**
 * Who may reach the Pods, and what they reach: the control plane the webhook, Prometheus the metrics; both processes DNS,
 * the API server and AWS, whose addresses nobody can list. Probes come from the Pod's own node, which is always allowed
 * (Kubernetes, "Network Policies").
 */
export const networkPolicies = (values: Values): readonly Manifest[] => [
  policy(values, 'webhook', [
    { from: [{ ipBlock: { cidr: values.controlPlaneCidr } }], ports: [tcp(ports.webhook.containerPort)] },
    metrics(values),
  ]),
  policy(values, 'controller', [metrics(values)]),
]

const policy = (values: Values, process: Process, ingress: readonly JsonObject[]): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: process, namespace: values.namespace, labels: processLabels(process) },
  spec: {
    podSelector: { matchLabels: processLabels(process) },
    policyTypes: ['Ingress', 'Egress'],
    ingress,
    egress: [dns, httpsAnywhere, credentialsOfPods],
  },
})

const tcp = (port: number): JsonObject => ({ protocol: 'TCP', port })

const inNamespace = (name: string): JsonObject => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
})

const metrics = (values: Values): JsonObject => ({
  from: [inNamespace(values.prometheusNamespace)],
  ports: [tcp(ports.metrics.containerPort)],
})

const dns: JsonObject = { to: [inNamespace('kube-system')], ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] }

/** AWS on 443; an API server on 443 or, where it runs on nodes, 6443. The instance metadata of nodes is on port 80. */
const httpsAnywhere: JsonObject = {
  to: [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }],
  ports: [tcp(443), tcp(6443)],
}

/** The agent of EKS Pod Identity on the Pod's node (Amazon EKS, "Pod Identity considerations"). */
const credentialsOfPods: JsonObject = {
  to: [{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }],
  ports: [tcp(80)],
}
