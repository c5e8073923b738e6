import type { JsonObject, Manifest } from './objects.ts'
import { type Process, processLabels } from './labels.ts'
import type { Values } from './values.ts'

/** Ports of the containers, the same as those of aws-load-balancer-controller. */
export const ports = {
  webhook: { name: 'webhook', containerPort: 9443 },
  health: { name: 'health', containerPort: 61779 },
  metrics: { name: 'metrics', containerPort: 8080 },
} as const

/** Where the webhook looks for `tls.crt` and `tls.key` (`--webhook-cert-dir`). */
export const servingCertificateDirectory = '/tmp/k8s-webhook-server/serving-certs'

/** The webhook: two replicas that all answer, and that keep answering while they are replaced. */
export const webhookDeployment = (values: Values): Manifest =>
  deployment(values, {
    process: 'webhook',
    flags: [
      `--class-names=${values.classNames.join(',')}`,
      `--webhook-bind-port=${ports.webhook.containerPort}`,
      `--webhook-cert-dir=${servingCertificateDirectory}`,
    ],
    memory: { request: '128Mi', limit: '256Mi', heapMegabytes: 192 },
    ports: [ports.webhook, ports.health, ports.metrics],
    volumes: [
      {
        mount: { name: 'serving-certificate', mountPath: servingCertificateDirectory, readOnly: true },
        volume: {
          name: 'serving-certificate',
          secret: { secretName: values.servingCertificateSecret, optional: false, defaultMode: 0o440 },
        },
      },
    ],
  })

/** The controller: two replicas, of which the holder of the Lease works. */
export const controllerDeployment = (values: Values): Manifest =>
  deployment(values, {
    process: 'controller',
    flags: [`--leader-election-namespace=${values.leaseNamespace}`, `--leader-election-id=${values.leaseName}`],
    memory: { request: '256Mi', limit: '512Mi', heapMegabytes: 384 },
    ports: [ports.health, ports.metrics],
    volumes: [],
  })

interface Workload {
  readonly process: Process
  readonly flags: readonly string[]
  /** The heap gets three quarters of the limit; the rest is for buffers and code. */
  readonly memory: { readonly request: string; readonly limit: string; readonly heapMegabytes: number }
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly volumes: readonly { readonly mount: JsonObject; readonly volume: JsonObject }[]
}

const user = 65532

const deployment = (values: Values, workload: Workload): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: workload.process, namespace: values.namespace, labels: processLabels(workload.process) },
  spec: {
    replicas: 2,
    revisionHistoryLimit: 3,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: processLabels(workload.process) },
    template: { metadata: { labels: processLabels(workload.process) }, spec: pod(values, workload) },
  },
})

const pod = (values: Values, workload: Workload): JsonObject => ({
  serviceAccountName: workload.process,
  automountServiceAccountToken: true,
  priorityClassName: 'system-cluster-critical',
  terminationGracePeriodSeconds: 30,
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: processLabels(workload.process) },
  })),
  securityContext: {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  containers: [container(values, workload)],
  volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '16Mi' } }, ...workload.volumes.map(({ volume }) => volume)],
})

const container = (values: Values, workload: Workload): JsonObject => ({
  name: workload.process,
  image: values.image,
  imagePullPolicy: 'IfNotPresent',
  command: [
    'node',
    '--disable-proto=delete',
    `--max-old-space-size=${workload.memory.heapMegabytes}`,
    `/app/${workload.process}.js`,
  ],
  args: [...settings(values), ...workload.flags, ...addresses],
  // Without a value it is set to nothing, which wins over the Secret and the image: no options reach Node.js from outside.
  // An explicit empty value would be sent anew by each kubectl apply, since the API server does not store it.
  env: [{ name: 'NODE_OPTIONS' }],
  envFrom: [{ secretRef: { name: values.settingsSecret, optional: true } }],
  ports: workload.ports.map((port) => ({ ...port, protocol: 'TCP' })),
  livenessProbe: probe('/healthz', { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }),
  readinessProbe: probe('/readyz', { periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 2 }),
  resources: {
    requests: { cpu: '100m', memory: workload.memory.request },
    limits: { memory: workload.memory.limit },
  },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...workload.volumes.map(({ mount }) => mount)],
})

const settings = (values: Values): readonly string[] => [
  ...flag('cluster-name', values.clusterName),
  ...flag('aws-region', values.region),
  ...flag('aws-vpc-id', values.vpcId),
  `--ingress-class=${values.classNames[0]}`,
  `--controller-class=${values.controllerClass}`,
]

const addresses = [
  `--health-probe-bind-addr=:${ports.health.containerPort}`,
  `--metrics-bind-addr=:${ports.metrics.containerPort}`,
]

const flag = (name: string, value: string): readonly string[] => (value === '' ? [] : [`--${name}=${value}`])

const probe = (path: string, timing: JsonObject): JsonObject => ({
  httpGet: { path, port: ports.health.name, scheme: 'HTTP' },
  ...timing,
})
