import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Binaries, ensureBinaries } from './binaries.ts'
import type { Progress } from './cache.ts'
import {
  type CertificateAuthority,
  createCertificateAuthority,
  createServingCertificate,
  createSigningKeys,
  issueClientCertificate,
} from './certificates.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { freePort } from './ports.ts'
import { type GuardedProcess, plainEnvironment, startProcess, waitUntilReady } from './processes.ts'
import { type CommandResult, runCommand } from './run.ts'

/** A running etcd, kube-apiserver and kube-controller-manager on loopback. */
export interface ControlPlane {
  readonly url: string
  /** Keys, kubeconfigs, logs and etcd's data. */
  readonly directory: string
  readonly caFile: string
  /** Signs the serving certificates of webhooks too. */
  readonly ca: CertificateAuthority
  readonly binaries: Binaries
  /** Path of the kubeconfig of a user in the group system:masters. */
  readonly adminKubeconfig: string
  /** Runs kubectl, as the admin unless told otherwise. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<CommandResult>
  /** Writes a kubeconfig with a token of this service account (TokenRequest API) and answers its path. */
  serviceAccountKubeconfig(namespace: string, name: string): Promise<string>
  stop(): Promise<void>
}

export interface KubectlOptions {
  readonly input?: string
  readonly kubeconfig?: string
}

export interface ControlPlaneOptions {
  readonly directory: string
  readonly progress: Progress
  /** An audit policy (YAML); the log is then `directory/audit.log`. */
  readonly auditPolicy?: string
}

/** What the three processes are started with; all files are in `directory`. */
interface Setup {
  readonly directory: string
  readonly binaries: Binaries
  readonly etcdPort: number
  readonly etcdPeerPort: number
  readonly apiPort: number
  readonly controllerManagerKubeconfig: string
  readonly audit: boolean
}

const tokenDuration = '720h'

/** Starts a control plane of its own and waits until it serves and its controllers work: about four seconds. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const binaries = await ensureBinaries(options.progress)
  const { directory } = options
  await mkdir(directory, { recursive: true })
  const apiPort = await freePort()
  const url = `https://127.0.0.1:${apiPort}`
  const ca = createCertificateAuthority('local-control-plane')
  const adminKubeconfig = join(directory, 'admin.kubeconfig')
  const setup: Setup = {
    directory,
    binaries,
    apiPort,
    etcdPort: await freePort(),
    etcdPeerPort: await freePort(),
    controllerManagerKubeconfig: join(directory, 'controller-manager.kubeconfig'),
    audit: options.auditPolicy !== undefined,
  }
  await writeFiles(setup, ca, options.auditPolicy)
  await writeClientKubeconfig(adminKubeconfig, url, ca, 'admin', ['system:masters'])
  await writeClientKubeconfig(setup.controllerManagerKubeconfig, url, ca, 'system:kube-controller-manager')

  const environment = { ...plainEnvironment(), HOME: directory }
  const kubectl: ControlPlane['kubectl'] = (args, { kubeconfig = adminKubeconfig, ...rest } = {}) =>
    runCommand(binaries.kubectl, args, { ...rest, environment: { ...environment, KUBECONFIG: kubeconfig } })
  const processes: GuardedProcess[] = []
  const stop = async (): Promise<void> => {
    for (const child of processes.toReversed()) await child.stop()
  }
  try {
    options.progress('control plane: starting etcd, kube-apiserver and kube-controller-manager (about 5 seconds)')
    await startProcesses(setup, kubectl, processes)
  } catch (error) {
    await stop()
    throw error
  }
  options.progress(`control plane: serves on ${url}, logs in ${directory}`)
  return {
    url,
    directory,
    caFile: join(directory, 'ca.crt'),
    ca,
    binaries,
    adminKubeconfig,
    kubectl,
    stop,
    async serviceAccountKubeconfig(namespace, name) {
      const token = await kubectl(['create', 'token', name, '--namespace', namespace, '--duration', tokenDuration])
      if (token.code !== 0) throw new Error(`no token for ${namespace}/${name}: ${token.stderr}`)
      const path = join(directory, `${namespace}.${name}.kubeconfig`)
      const user = `system:serviceaccount:${namespace}:${name}`
      await writeKubeconfig(path, { url, ca: ca.certificate }, user, { kind: 'token', token: token.stdout.trim() })
      return path
    },
  }
}

/** Runs a kubectl that must succeed and answers its standard output. */
export async function kubectlOrThrow(
  controlPlane: Pick<ControlPlane, 'kubectl'>,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const result = await controlPlane.kubectl(args, input === undefined ? {} : { input })
  if (result.code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${result.code}: ${result.stderr}`)
  return result.stdout
}

async function writeFiles(setup: Setup, ca: CertificateAuthority, auditPolicy: string | undefined): Promise<void> {
  const serving = createServingCertificate(ca, ['localhost', '127.0.0.1', 'kubernetes.default.svc'])
  const tokenKeys = createSigningKeys()
  const files = {
    'ca.crt': ca.certificate,
    'apiserver.crt': serving.certificate,
    'apiserver.key': serving.key,
    'sa.key': tokenKeys.privateKey,
    'sa.pub': tokenKeys.publicKey,
    ...(auditPolicy === undefined ? {} : { 'audit-policy.yaml': auditPolicy }),
  }
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(setup.directory, name), text, { mode: 0o600 })
  }
}

async function writeClientKubeconfig(
  path: string,
  url: string,
  ca: CertificateAuthority,
  user: string,
  groups: readonly string[] = [],
): Promise<void> {
  const client = issueClientCertificate(ca, user, groups)
  await writeKubeconfig(path, { url, ca: ca.certificate }, user, { kind: 'certificate', ...client })
}

async function startProcesses(
  setup: Setup,
  kubectl: ControlPlane['kubectl'],
  processes: GuardedProcess[],
): Promise<void> {
  const start = (name: string, command: string, args: readonly string[]): GuardedProcess => {
    const child = startProcess({
      name,
      command,
      args,
      directory: setup.directory,
      environment: { ...plainEnvironment(), HOME: setup.directory },
    })
    processes.push(child)
    return child
  }
  const succeeds = async (args: readonly string[]): Promise<boolean> => (await kubectl(args)).code === 0
  start('etcd', setup.binaries.etcd, etcdArguments(setup))
  const apiServer = start('kube-apiserver', setup.binaries.kubeApiserver, apiServerArguments(setup))
  await waitUntilReady(apiServer, () => succeeds(['get', '--raw', '/readyz']))
  const controllerManager = start(
    'kube-controller-manager',
    setup.binaries.kubeControllerManager,
    controllerManagerArguments(setup),
  )
  await waitUntilReady(controllerManager, () => succeeds(['get', 'serviceaccount', 'default', '-n', 'default']))
}

function etcdArguments({ directory, etcdPort, etcdPeerPort }: Setup): readonly string[] {
  const client = `http://127.0.0.1:${etcdPort}`
  const peer = `http://127.0.0.1:${etcdPeerPort}`
  return [
    `--data-dir=${join(directory, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
  ]
}

function apiServerArguments({ directory, etcdPort, apiPort, audit }: Setup): readonly string[] {
  const file = (name: string): string => join(directory, name)
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${apiPort}`,
    `--cert-dir=${file('apiserver')}`,
    `--tls-cert-file=${file('apiserver.crt')}`,
    `--tls-private-key-file=${file('apiserver.key')}`,
    `--client-ca-file=${file('ca.crt')}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${file('sa.pub')}`,
    `--service-account-signing-key-file=${file('sa.key')}`,
    '--endpoint-reconciler-type=none',
    '--allow-privileged',
    ...(audit ? [`--audit-policy-file=${file('audit-policy.yaml')}`, `--audit-log-path=${file('audit.log')}`] : []),
  ]
}

function controllerManagerArguments({ directory, controllerManagerKubeconfig }: Setup): readonly string[] {
  return [
    `--kubeconfig=${controllerManagerKubeconfig}`,
    // Without a kubelet every node would soon be NotReady.
    '--controllers=*,-node-lifecycle-controller',
    `--service-account-private-key-file=${join(directory, 'sa.key')}`,
    `--root-ca-file=${join(directory, 'ca.crt')}`,
    '--use-service-account-credentials',
    '--leader-elect=false',
    '--secure-port=0',
  ]
}
