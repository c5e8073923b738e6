import { createAws } from '../shared/aws/client.ts'
import { logCall } from '../shared/aws/log-call.ts'
import type { Aws } from '../shared/aws/client.ts'
import { startCaches } from '../shared/cluster/caches.ts'
import type { CachedKind } from '../shared/cluster/caches.ts'
import { createClusterClient } from '../shared/cluster/client.ts'
import { startHealth } from '../shared/process/health.ts'
import type { Log } from '../shared/process/log.ts'
import { createRegistry } from '../shared/process/metrics.ts'
import type { Settings } from '../shared/process/settings.ts'
import { assemble, depthsOf } from './assemble.ts'
import type { Controller } from './assemble.ts'
import { lead } from './lead.ts'
import { leadership } from './leadership.ts'
import { ControllerMetrics } from './metrics.ts'
import { processTiming } from './timing.ts'

const kinds = [
  'ingresses',
  'ingressClasses',
  'services',
  'nodes',
  'endpointSlices',
  'pods',
  'bindings',
  'records',
] as const satisfies readonly CachedKind[]

/** A step under way gets so long to end after the process was told to stop. */
const drainMs = 10_000

/** A start waits so long to know who gives the credentials. */
const credentialsMs = 3000

/** Events that are not written yet get so long. */
const flushMs = 1000

export interface ControllerOptions {
  readonly settings: Settings
  readonly log: Log
  /** Aborted when the process is told to stop. */
  readonly stop: AbortSignal
}

/**
 * The controller from its start to its end: caches, leadership, lanes. Resolves when it was told to stop and has; rejects
 * when it cannot start or has lost its leadership.
 */
export const runController = async ({ settings, log, stop }: ControllerOptions): Promise<void> => {
  const { flags, waits, process } = settings
  /** Ends calls under way. */
  const abort = new AbortController()
  /** Ends the watches. */
  const ending = new AbortController()
  const registry = createRegistry()
  const clientOptions = { log, ...(process.kubeconfig === '' ? {} : { kubeconfig: process.kubeconfig }) }
  const cluster = createClusterClient(clientOptions)
  const leader = leadership(settings, createClusterClient(clientOptions), log)
  const metrics = new ControllerMetrics(registry, () => depthsOf(controller.lanes), leader.isHeld)
  const aws = createAws({
    region: flags.region,
    callTimeoutMs: waits.awsCallTimeout,
    throttles: process.awsThrottle,
    onCall: (call) => {
      metrics.awsCall(call.service, call.action, call.code ?? '')
      logCall(log, call)
    },
  })
  const caches = startCaches({
    client: cluster,
    log,
    signal: ending.signal,
    kinds,
    recordsNamespace: process.controllerNamespace,
    watchNamespace: process.watchNamespace,
  })
  const controller: Controller = assemble({
    settings,
    cluster,
    caches,
    aws,
    metrics,
    log,
    timing: processTiming,
    fence: leader.fence,
    signal: abort.signal,
    stopping: stop,
  })
  leader.lost.addEventListener('abort', () => abort.abort(leader.lost.reason))
  const health = await startHealth({
    healthAddress: process.healthProbeBindAddr,
    metricsAddress: process.metricsBindAddr,
    notReady: () => [
      ...caches.states().flatMap(({ kind, synced }) => (synced ? [] : [`${kind} not listed yet`])),
      ...(stop.aborted ? ['stopping'] : []),
    ],
    registry,
    log,
  })
  try {
    await tellCredentials(aws, log)
    log.info({ 'ingress-class': flags.ingressClass, 'controller-class': flags.controllerClass }, 'class')
    await Promise.race([caches.synced(), aborted(stop)])
    if (stop.aborted) return
    log.info('caches synced')
    await leader.acquire(stop)
    if (stop.aborted) return
    await lead(controller, leader.lost)
    leader.lost.throwIfAborted()
  } finally {
    const timer = setTimeout(() => abort.abort(new Error('the time to stop is over')), drainMs)
    await Promise.all(Object.values(controller.lanes).map(({ queue }) => queue.drain()))
    clearTimeout(timer)
    await Promise.race([controller.io.events.flush(), new Promise((resolve) => setTimeout(resolve, flushMs))])
    await leader.release()
    ending.abort(new Error('the controller ends'))
    await Promise.all([health.close(), cluster.close(), leader.close()])
    aws.close()
  }
}

/** Tells which provider gives the credentials. Without any the start goes on: the calls themselves fail, and are tried again. */
const tellCredentials = async (aws: Pick<Aws, 'credentialProvider'>, log: Log): Promise<void> => {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('no provider answered in time')), credentialsMs).unref()
  })
  try {
    log.info({ provider: await Promise.race([aws.credentialProvider(), late]) }, 'credentials')
  } catch (err) {
    log.warn({ err }, 'no AWS credentials yet')
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
