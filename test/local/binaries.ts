import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheDirectory, cacheKey, type Progress } from './cache.ts'
import { logTail, startProcess } from './processes.ts'
import { ensurePythonGo } from './python.ts'
import { runCommand } from './run.ts'

/** Paths of the control plane's programs. */
export interface Binaries {
  readonly etcd: string
  readonly kubeApiserver: string
  readonly kubeControllerManager: string
  readonly kubectl: string
}

/** What a binary is built from; `output` is the name that `go build` gives it. */
interface Source {
  readonly name: string
  readonly package: string
  readonly output: string
}

const kubernetesVersion = 'v1.36.3'
const sources: readonly Source[] = [
  { name: 'etcd', package: 'go.etcd.io/etcd/server/v3', output: 'server' },
  { name: 'kube-apiserver', package: 'k8s.io/kubernetes/cmd/kube-apiserver', output: 'kube-apiserver' },
  {
    name: 'kube-controller-manager',
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    output: 'kube-controller-manager',
  },
  { name: 'kubectl', package: 'k8s.io/kubernetes/cmd/kubectl', output: 'kubectl' },
]
const goModule = fileURLToPath(new URL('control-plane/', import.meta.url))
const flags = ['-trimpath', '-ldflags', `-s -w -X k8s.io/component-base/version.gitVersion=${kubernetesVersion}`]
const packagesInAll = 2_300
const progressEveryMilliseconds = 10_000

/** The cache folder of the built binaries, named by versions, checksums, flags and platform. */
export function binariesDirectory(): string {
  const pins = ['go.mod', 'go.sum'].map((file) => readFileSync(join(goModule, file), 'utf8'))
  return join(cacheDirectory(), cacheKey(`control-plane-${kubernetesVersion}`, [...pins, ...flags]))
}

/**
 * Finds the binaries in the folder `KUBEBUILDER_ASSETS` and in the cache, and builds what neither has, through the Go
 * module proxy of the environment, pinned by the committed go.sum. A first build takes minutes.
 */
export async function ensureBinaries(progress: Progress): Promise<Binaries> {
  const cache = binariesDirectory()
  const assets = process.env['KUBEBUILDER_ASSETS']
  const found = new Map<string, string>()
  for (const { name } of sources) {
    const places = [...(assets === undefined || assets === '' ? [] : [assets]), cache].map((place) => join(place, name))
    const path = await firstExecutable(places)
    if (path !== undefined) found.set(name, path)
  }
  const missing = sources.filter(({ name }) => !found.has(name))
  if (missing.length > 0) {
    await build(missing, cache, progress)
  }
  const path = (name: string): string => found.get(name) ?? join(cache, name)
  return {
    etcd: path('etcd'),
    kubeApiserver: path('kube-apiserver'),
    kubeControllerManager: path('kube-controller-manager'),
    kubectl: path('kubectl'),
  }
}

async function build(missing: readonly Source[], cache: string, progress: Progress): Promise<void> {
  const names = missing.map(({ name }) => name).join(', ')
  const go = (await findGo()) ?? (await ensurePythonGo(progress))
  progress(`control plane: building ${names} of Kubernetes ${kubernetesVersion} from source, once per version`)
  progress('control plane: Kubernetes comes as source, 2,300 packages: about 5 minutes on two cores')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'build.'))
  const started = Date.now()
  const seconds = (): number => Math.round((Date.now() - started) / 1_000)
  const compiler = startProcess({
    name: 'go-build',
    command: go,
    args: ['build', '-v', ...flags, '-o', `${folder}/`, ...missing.map((source) => source.package)],
    directory: folder,
    workingDirectory: goModule,
    environment: { ...definedEnvironment(), CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' },
  })
  const timer = setInterval(() => {
    const packages = readFileSync(compiler.logFile, 'utf8').split('\n').length - 1
    progress(`control plane: ${packages} of about ${packagesInAll} packages compiled or linked, ${seconds()} s`)
  }, progressEveryMilliseconds)
  try {
    const exit = await compiler.exited
    if (exit.code !== 0) throw new Error(`go build failed:\n${logTail(compiler, 40)}`)
    for (const { name, output } of missing) {
      chmodSync(join(folder, output), 0o755)
      renameSync(join(folder, output), join(cache, name))
    }
  } finally {
    clearInterval(timer)
    rmSync(folder, { recursive: true, force: true })
  }
  progress(`control plane: built in ${seconds()} s, kept in ${cache}`)
}

/** `go` of the PATH when it is new enough for the module's go line. */
async function findGo(): Promise<string | undefined> {
  const result = await runCommand('go', ['version'], {
    environment: { ...definedEnvironment(), GOTOOLCHAIN: 'local' },
  }).catch(() => undefined)
  const version = /go1\.(\d+)/.exec(result?.stdout ?? '')
  return version !== null && Number(version[1]) >= 26 ? 'go' : undefined
}

function definedEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (executable) return path
  }
  return undefined
}
