import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { caFileName, connectEmulator, type Emulator } from '../aws/emulator.ts'
import { ensureBinaries } from '../local/binaries.ts'
import { type Stack, startStack } from '../local/stack.ts'
import { isUp, localDirectory, localFiles, readRunningStack } from '../local/state.ts'
import { createShell, type Shell } from './shell.ts'
import type { Processes } from './step.ts'

/** The stack that the story plays on. */
export interface DemoStack {
  readonly emulator: Emulator
  readonly shell: Shell
  readonly controllerLog: string
  /** Folder with the kustomization of all that is installed. */
  readonly manifests: string
  /** Not for a stack that stays. */
  readonly processes?: Processes
  /** How to use it; there is none for a stack that ends with the demo. */
  readonly summary?: string
  /** Starts another controller beside the first; not for a stack that stays. */
  startController?(): Promise<void>
  /** Answers where the logs are once the demo has ended. */
  keepLogs(): Promise<string>
  stop(): Promise<void>
}

const progress = (line: string): void => console.log(line)
/** A load balancer that another took over from goes after seconds in place of minutes. */
const impatient = { flags: ['--replacement-grace=3s'] } as const

const keptLogs = join(localDirectory, 'demo-logs')
const localMain = fileURLToPath(new URL('../local/main.ts', import.meta.url))

/** A stack that lives and ends with this process. */
export async function startOwnStack(): Promise<DemoStack> {
  const stack = await startStack({ progress, controllerOptions: impatient })
  const { controlPlane, emulator, directory } = stack
  return {
    emulator,
    controllerLog: join(directory, 'controller.log'),
    manifests: stack.manifests.whole,
    processes: processesOf(stack),
    shell: createShell({
      kubectl: controlPlane.binaries.kubectl,
      kubeconfig: controlPlane.adminKubeconfig,
      home: directory,
    }),
    startController: async () => void (await stack.startController(impatient)),
    async keepLogs() {
      await rm(keptLogs, { recursive: true, force: true })
      await mkdir(keptLogs, { recursive: true })
      for (const file of await logsIn([directory, controlPlane.directory])) {
        await copyFile(file, join(keptLogs, basename(file)))
      }
      return keptLogs
    },
    stop: () => stack.stop(),
  }
}

function processesOf(stack: Stack): Processes {
  let { webhook, controller } = stack.started
  const stopWebhook = async (): Promise<void> => {
    await webhook?.stop()
    webhook = undefined
  }
  const startWebhook = async (flags: readonly string[] = []): Promise<void> => {
    webhook = await stack.startWebhook({ flags })
  }
  return {
    narrowVpcId: stack.fixture.m11VpcId,
    stopWebhook,
    startWebhook,
    async restart() {
      await Promise.all([stopWebhook(), controller?.stop()])
      const [, next] = await Promise.all([startWebhook(), stack.startController(impatient)])
      controller = next
    },
  }
}

/** The stack of `npm run local`, which goes on when this process has ended. */
export async function startKeptStack(): Promise<DemoStack> {
  const before = readRunningStack()
  if (before !== undefined && (await isUp(before))) {
    throw new Error('a local stack is running already, and the demo needs an empty one: npm run local:stop')
  }
  if ((await runLocal('start')) !== 0) throw new Error(`the local stack did not start; see ${localFiles.supervisorLog}`)
  const running = readRunningStack()
  if (running === undefined) throw new Error(`the local stack wrote no ${localFiles.state}`)
  const { kubectl } = await ensureBinaries(progress)
  return {
    emulator: connectEmulator(running.awsEndpoint, join(localFiles.stack, caFileName)),
    controllerLog: join(localFiles.stack, 'controller.log'),
    manifests: join(localFiles.stack, 'manifests', 'whole'),
    shell: createShell({ kubectl, kubeconfig: localFiles.kubeconfig, home: localFiles.stack }),
    summary: running.summary,
    keepLogs: () => Promise.resolve(localFiles.stack),
    stop: stopKeptStack,
  }
}

let starting: ChildProcess | undefined

/** Ends the kept stack, also one that is still starting. */
export async function stopKeptStack(): Promise<void> {
  if (starting !== undefined) {
    const ended = once(starting, 'exit')
    starting.kill('SIGTERM')
    await ended
  }
  await runLocal('stop')
}

function runLocal(command: 'start' | 'stop'): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [localMain, command], { stdio: 'inherit' })
    if (command === 'start') starting = child
    child.once('error', reject)
    child.once('exit', (code) => {
      if (command === 'start') starting = undefined
      resolve(code ?? 1)
    })
  })
}

async function logsIn(directories: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const directory of directories) {
    for (const name of await readdir(directory)) if (name.endsWith('.log')) found.push(join(directory, name))
  }
  return found
}
