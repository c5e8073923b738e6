import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Emulator, startEmulator } from '../aws/emulator.ts'
import { createFixture, type Fixture } from '../aws/fixture.ts'
import type { Progress } from './cache.ts'
import { issueServingCertificate, type ServingOptions } from './certificates.ts'
import { type ControlPlane, kubectlOrThrow, startControlPlane } from './control-plane.ts'
import { type Manifests, writeManifests } from './manifests.ts'
import { createNodes } from './nodes.ts'
import { freePort } from './ports.ts'
import { onEndBySignal } from './processes.ts'
import {
  awsEnvironment,
  type ProcessOptions,
  type ProductSetup,
  type Role,
  type RunningProcess,
  startProduct,
} from './product.ts'

export type { ProcessOptions, RunningProcess } from './product.ts'

/** The control plane, AWS, and what the product's two processes need to run on them. */
export interface Stack {
  readonly controlPlane: ControlPlane
  readonly emulator: Emulator
  readonly fixture: Fixture
  readonly directory: string
  /** The shipped manifests as applied here. */
  readonly manifests: Manifests
  readonly product: ProductSetup
  /** Paths of the kubeconfigs of the two service accounts. */
  readonly kubeconfigs: Readonly<Record<Role, string>>
  /** The processes that were started with the stack. */
  readonly started: Readonly<Partial<Record<Role, RunningProcess>>>
  startWebhook(options?: ProcessOptions): Promise<RunningProcess>
  startController(options?: ProcessOptions): Promise<RunningProcess>
  /** Makes the API server call the webhooks. */
  registerWebhooks(): Promise<void>
  /** From now on Ingresses come in without any webhook. */
  unregisterWebhooks(): Promise<void>
  /** Replaces the webhook's serving certificate on disk, as a renewed Secret does. */
  renewWebhookCertificate(options?: ServingOptions): Promise<void>
  stop(): Promise<void>
}

export interface StackOptions {
  /** Where everything is written; without it a temporary folder, removed by `stop`. */
  readonly directory?: string
  readonly progress?: Progress
  /** Whether to register and start the webhook; true unless told. */
  readonly webhook?: boolean
  /** Whether to start the controller; true unless told. */
  readonly controller?: boolean
  readonly webhookOptions?: ProcessOptions
  readonly controllerOptions?: ProcessOptions
  /** An audit policy (YAML) for the API server; its log is `directory/control-plane/audit.log`. */
  readonly auditPolicy?: string
}

const namespace = 'alb-ingress'

/** Starts the whole stack: about ten seconds once the set-up is done. What has started is stopped when the rest fails. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const progress = options.progress ?? (() => undefined)
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'alb-ingress-')))
  await mkdir(directory, { recursive: true })
  const stops: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    forget()
    for (const stopOne of stops.splice(0).toReversed()) await stopOne()
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true })
  }
  const forget = onEndBySignal(stop)
  try {
    const [controlPlane, emulator] = await startBoth(directory, progress, options, stops)
    const fixture = await createFixture(emulator)
    await createNodes(controlPlane, emulator.region, fixture.instances)
    const product: ProductSetup = {
      directory,
      awsEnvironment: awsEnvironment(emulator.endpoint, emulator.region),
      awsRegion: emulator.region,
      vpcId: fixture.vpcId,
      webhookPort: await freePort(),
      webhookCertificates: join(directory, 'webhook-tls'),
    }
    const manifests = await writeManifests(controlPlane, join(directory, 'manifests'), product.webhookPort)
    const withWebhook = options.webhook ?? true
    await applyManifests(controlPlane, withWebhook ? manifests.whole : manifests.withoutWebhooks)
    const kubeconfigs = {
      webhook: await controlPlane.serviceAccountKubeconfig(namespace, 'webhook'),
      controller: await controlPlane.serviceAccountKubeconfig(namespace, 'controller'),
    }
    const stack = createStack(
      { controlPlane, emulator, fixture, directory, manifests, product, kubeconfigs },
      stops,
      stop,
    )
    await stack.renewWebhookCertificate()
    const started: Partial<Record<Role, RunningProcess>> = {}
    if (withWebhook) {
      progress('webhook: starting')
      started.webhook = await stack.startWebhook(options.webhookOptions)
    }
    if (options.controller ?? true) {
      progress('controller: starting')
      started.controller = await stack.startController(options.controllerOptions)
    }
    return { ...stack, started }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startBoth(
  directory: string,
  progress: Progress,
  options: StackOptions,
  stops: (() => Promise<unknown>)[],
): Promise<[ControlPlane, Emulator]> {
  const [controlPlane, emulator] = await Promise.allSettled([
    startControlPlane({
      directory: join(directory, 'control-plane'),
      progress,
      ...(options.auditPolicy === undefined ? {} : { auditPolicy: options.auditPolicy }),
    }),
    startEmulator({ directory, progress }),
  ])
  for (const started of [controlPlane, emulator]) {
    if (started.status === 'fulfilled') stops.push(started.value.stop)
  }
  if (controlPlane.status === 'rejected') throw controlPlane.reason
  if (emulator.status === 'rejected') throw emulator.reason
  return [controlPlane.value, emulator.value]
}

type Parts = Pick<
  Stack,
  'controlPlane' | 'emulator' | 'fixture' | 'directory' | 'manifests' | 'product' | 'kubeconfigs'
>

function createStack(
  parts: Parts,
  stops: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Omit<Stack, 'started'> {
  const { controlPlane, manifests, product, kubeconfigs } = parts
  const starts: Record<Role, number> = { webhook: 0, controller: 0 }
  const start = async (role: Role, options?: ProcessOptions): Promise<RunningProcess> => {
    starts[role] += 1
    const name = starts[role] === 1 ? role : `${role}-${starts[role]}`
    const running = await startProduct(role, name, product, kubeconfigs[role], options)
    stops.push(() => running.stop())
    return running
  }
  return {
    ...parts,
    stop,
    startWebhook: (options) => start('webhook', options),
    startController: (options) => start('controller', options),
    registerWebhooks: () => applyManifests(controlPlane, manifests.whole),
    async unregisterWebhooks() {
      const kinds = 'mutatingwebhookconfigurations,validatingwebhookconfigurations'
      await kubectlOrThrow(controlPlane, ['delete', kinds, '--all'])
    },
    async renewWebhookCertificate(options = {}) {
      const directory = product.webhookCertificates
      await issueServingCertificate(controlPlane.ca, ['127.0.0.1', 'localhost'], { ...options, directory })
    },
  }
}

async function applyManifests(controlPlane: ControlPlane, directory: string): Promise<void> {
  await kubectlOrThrow(controlPlane, ['apply', '-k', directory])
}
