import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheDirectory } from './cache.ts'
import { freePort } from './ports.ts'
import { type Exit, type GuardedProcess, plainEnvironment, startProcess, waitUntilReady } from './processes.ts'

/** Which of the product's two processes. */
export type Role = 'webhook' | 'controller'

/** What one start of a process has beyond the stack's own flags and environment, which it may also replace. */
export interface ProcessOptions {
  /** `--name=value` or `--name`; a flag of the same name that the stack gives is left out. */
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** What is started before the flags, in place of Node.js with this tree's sources. */
  readonly command?: readonly [program: string, ...args: string[]]
  /** Path of another kubeconfig than that of the process's service account. */
  readonly kubeconfig?: string
  /** Whether to wait for `/readyz`; true unless told. */
  readonly waitUntilReady?: boolean
}

export interface RunningProcess {
  readonly pid: number
  readonly logFile: string
  /** Serves /healthz and /readyz. */
  readonly healthUrl: string
  /** Serves /metrics. */
  readonly metricsUrl: string
  readonly exited: Promise<Exit>
  /** SIGTERM unless told otherwise; killed when still there after 15 seconds. */
  stop(signal?: NodeJS.Signals): Promise<Exit>
}

/** What the processes of one stack have in common. */
export interface ProductSetup {
  readonly directory: string
  readonly awsEnvironment: Readonly<Record<string, string>>
  readonly awsRegion: string
  readonly vpcId: string
  readonly webhookPort: number
  readonly webhookCertificates: string
}

/** The waits of both processes, scaled down so that what takes minutes in a cluster takes a second here. */
export const scaledWaits: readonly string[] = [
  '--lease-duration=5s',
  '--lease-renew-deadline=4s',
  '--lease-retry-period=500ms',
  '--debounce=50ms',
  '--retry-base-delay=200ms',
  '--retry-max-delay=5s',
  '--set-aside-max-delay=5s',
  '--orphan-observation-delay=1s',
  '--aws-retry-delay=200ms',
  '--shutdown-delay=100ms',
  '--replacement-poll-period=500ms',
  '--targetgroupbinding-requeue-duration=1s',
  '--certificate-poll-period=500ms',
]

export const repository = fileURLToPath(new URL('../../', import.meta.url))
export const clusterName = 'demo'
const stopGraceMilliseconds = 15_000

/** The standard settings by which every AWS client, ours and the command line's, finds the emulator. */
export function awsEnvironment(endpoint: string, region: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

/** The flags of a process, but for its kubeconfig and its health and metrics addresses. */
export function productFlags(role: Role, setup: ProductSetup): readonly string[] {
  return [
    `--cluster-name=${clusterName}`,
    `--aws-region=${setup.awsRegion}`,
    `--aws-vpc-id=${setup.vpcId}`,
    ...scaledWaits,
    ...(role === 'webhook'
      ? [`--webhook-bind-port=${setup.webhookPort}`, `--webhook-cert-dir=${setup.webhookCertificates}`]
      : []),
  ]
}

/** Starts the webhook or the controller as a process of its own. `name` names its log file. */
export async function startProduct(
  role: Role,
  name: string,
  setup: ProductSetup,
  kubeconfig: string,
  options: ProcessOptions = {},
): Promise<RunningProcess> {
  const healthPort = await freePort()
  const metricsPort = await freePort()
  const flags = withReplacements(
    [
      ...productFlags(role, setup),
      `--kubeconfig=${options.kubeconfig ?? kubeconfig}`,
      `--health-probe-bind-addr=127.0.0.1:${healthPort}`,
      `--metrics-bind-addr=127.0.0.1:${metricsPort}`,
    ],
    options.flags ?? [],
  )
  const [command, ...args] = options.command ?? [process.execPath, join(repository, role, 'main.ts')]
  const child = startProcess({
    name,
    command,
    args: [...args, ...flags],
    directory: setup.directory,
    workingDirectory: repository,
    environment: {
      ...plainEnvironment(),
      // Halves the processor time of a start: tests start these processes many times.
      NODE_COMPILE_CACHE: join(cacheDirectory(), 'compiled'),
      ...setup.awsEnvironment,
      ...options.environment,
    },
  })
  const running: RunningProcess = {
    pid: child.pid,
    logFile: child.logFile,
    healthUrl: `http://127.0.0.1:${healthPort}`,
    metricsUrl: `http://127.0.0.1:${metricsPort}`,
    exited: child.exited,
    stop: (signal = 'SIGTERM') => child.stop(signal, stopGraceMilliseconds),
  }
  if (options.waitUntilReady ?? true) await waitForReadiness(child, running)
  return running
}

async function waitForReadiness(child: GuardedProcess, running: RunningProcess): Promise<void> {
  try {
    await waitUntilReady(child, async () => (await fetch(`${running.healthUrl}/readyz`)).ok)
  } catch (error) {
    await running.stop('SIGKILL')
    throw error
  }
}

function withReplacements(flags: readonly string[], replacements: readonly string[]): readonly string[] {
  const replaced = new Set(replacements.map(flagName))
  return [...flags.filter((flag) => !replaced.has(flagName(flag))), ...replacements]
}

function flagName(flag: string): string {
  return flag.split('=', 1)[0] ?? flag
}
