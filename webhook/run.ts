import type { Server } from 'node:http'
import { createServer } from 'node:https'
import type { FastifyInstance } from 'fastify'
import { createAws } from '../shared/aws/client.ts'
import { askAws } from '../shared/aws/fact-sources.ts'
import { AwsFacts } from '../shared/aws/facts.ts'
import type { Aws } from '../shared/aws/client.ts'
import { logCall } from '../shared/aws/log-call.ts'
import { clusterView, startCaches } from '../shared/cluster/caches.ts'
import type { AllCaches } from '../shared/cluster/caches.ts'
import { createClusterClient } from '../shared/cluster/client.ts'
import type { PlanView } from '../shared/group/planned.ts'
import { readRecord, recordName } from '../shared/group/record.ts'
import { systemClock } from '../shared/process/clock.ts'
import type { Settings } from '../shared/process/flags.ts'
import { startHealth } from '../shared/process/health.ts'
import type { Log } from '../shared/process/log.ts'
import { createRegistry } from '../shared/process/metrics.ts'
import type { AnswerIo } from './answer.ts'
import { buildApp, createBodyBudget, serverOptions } from './app.ts'
import type { Judges } from './judges.ts'
import { createWebhookMetrics } from './metrics.ts'
import { LoopDelay, unreadiness } from './ready.ts'
import { drain } from './shutdown.ts'
import { secureContext, ServingCertificate, tlsOptions } from './tls.ts'
import type { PairFiles } from './tls.ts'
import { warm } from './warm.ts'

/** What the process is started with. */
export interface WebhookOptions {
  readonly settings: Settings
  readonly log: Log
  /** Tells the process to stop. */
  readonly stop: AbortSignal
  readonly judges: Judges
  /** Version of the rules. */
  readonly ruleset: string
  readonly files: PairFiles
}

/** AWS calls of this process; the account's rate belongs to the controller. */
const awsRate = { rate: 2, burst: 10 }
/** Longest life of a look-up that no request waits for any more. */
const lookUpTimeout = 15_000
const loopWindow = 5_000

const connectAws = (settings: Settings, log: Log): Aws =>
  createAws({
    region: settings.flags.region,
    callTimeoutMs: lookUpTimeout,
    attempts: 1,
    total: awsRate,
    onCall: (call) => logCall(log, call),
  })

/** All interfaces, of both families where the machine has both. */
const listen = async (app: FastifyInstance, port: number): Promise<void> => {
  try {
    await app.listen({ port, host: '::' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL') throw error
    await app.listen({ port, host: '0.0.0.0' })
  }
}

/**
 * Runs the webhook until it is told to stop, and then until its last request is answered. It is ready when it has a
 * certificate, filled caches and warm endpoints, with AWS away too.
 */
export const runWebhook = async (options: WebhookOptions): Promise<void> => {
  const { settings, log, stop, files } = options
  const { flags, waits } = settings
  const ended = new AbortController()
  const budget = createBodyBudget()
  const loop = new LoopDelay(loopWindow)
  const client = createClusterClient({
    log,
    ...(settings.process.kubeconfig === '' ? {} : { kubeconfig: settings.process.kubeconfig }),
  })
  const aws = connectAws(settings, log)
  const facts = new AwsFacts(askAws(aws, flags), {
    clock: aws.clock,
    refreshMs: waits.factsRefresh,
    onFailure: (need, error) =>
      log.warn({ need, reason: error instanceof Error ? error.message : error }, 'fact not read'),
  })
  const caches = startCaches({
    client,
    log,
    signal: ended.signal,
    kinds: ['ingresses', 'ingressClasses', 'services', 'namespaces', 'nodes', 'bindings', 'records'],
    recordsNamespace: settings.process.controllerNamespace,
    watchNamespace: settings.process.watchNamespace,
  })
  const unsynced = (): readonly string[] =>
    caches
      .states()
      .filter(({ synced }) => !synced)
      .map(({ kind }) => kind)

  const registry = createRegistry()
  const metrics = createWebhookMetrics(registry, {
    bodyBytes: () => budget.used,
    caches: () => caches.states().map(({ kind, synced }) => [kind, synced]),
    loopDelaySeconds: () => loop.seconds,
    oldestFactSeconds: () => (facts.oldestMs ?? 0) / 1_000,
  })
  let server: Server | undefined
  let reload: ((context: ReturnType<typeof secureContext>) => void) | undefined
  let isWarm = false
  const certificate = new ServingCertificate({
    files,
    clock: systemClock,
    log,
    pollMs: waits.certificatePollPeriod,
    onLoaded: (pair) => {
      reload?.(secureContext(pair))
      metrics.certificateNotAfter(pair.notAfter / 1_000)
    },
    onNotLoaded: metrics.certificateNotLoaded,
  })
  const health = await startHealth({
    healthAddress: settings.process.healthProbeBindAddr,
    metricsAddress: settings.process.metricsBindAddr,
    notReady: () =>
      unreadiness({
        isStopping: () => stop.aborted,
        pair: () => certificate.pair,
        unsyncedCaches: unsynced,
        isWarm: () => isWarm,
        isListening: () => server?.listening === true,
        loopDelaySeconds: () => loop.seconds,
        now: systemClock.now,
      }),
    registry,
    log,
  })

  try {
    const [pair] = await Promise.all([certificate.first(stop), Promise.race([caches.synced(), aborted(stop)])])
    log.info('caches synced')
    const serviceName = `webhook.${settings.process.controllerNamespace}.svc`
    if (settings.process.kubeconfig === '' && !pair.names(serviceName))
      log.warn({ serviceName }, 'the certificate does not name the Service')
    const io: AnswerIo = {
      judges: options.judges,
      flags,
      cluster: () => ({
        ...clusterView(caches),
        ...(settings.process.podReadinessGateInject
          ? { namespaceLabels: (name: string) => caches.namespaces.get(name)?.labels }
          : {}),
      }),
      planView: () => planView(caches, settings.process.controllerNamespace),
      bindings: () => (settings.process.podReadinessGateInject ? caches.bindings.list() : []),
      facts,
      factsBudgetMs: waits.factsBudget,
      ruleset: options.ruleset,
      log,
      metrics,
      monotonic: systemClock.monotonic,
      now: () => new Date(systemClock.now()).toISOString(),
      onFailure: (error) => log.error({ err: error }, 'the source of facts failed'),
      onDeadline: metrics.deadlineHit,
    }
    await warm(io, flags.classNames[0] ?? flags.ingressClass)
    isWarm = true
    const app = buildApp({
      io,
      budget,
      isStopping: () => stop.aborted,
      createServer: (handler) => {
        const secure = createServer({ ...serverOptions, ...tlsOptions(pair) }, handler)
        reload = (context) => secure.setSecureContext(context)
        server = secure
        return secure
      },
    })
    await listen(app, settings.process.webhookBindPort)
    if (server === undefined) throw new Error('no server was made')
    const background = [certificate.run(ended.signal), facts.warm([], ended.signal)]
    log.info({ addresses: app.addresses() }, 'ready')
    await once(stop)
    await drain({ app, server, delayMs: waits.shutdownDelay, clock: systemClock, log })
    ended.abort()
    await Promise.all(background)
  } finally {
    ended.abort()
    loop.stop()
    aws.close()
    await Promise.all([health.close(), caches.stopped()])
    await client.close()
  }
}

/** What plans look at of the caches. */
const planView = (
  caches: Pick<AllCaches, 'bindings' | 'nodes' | 'records' | 'services'>,
  controllerNamespace: string,
): PlanView => ({
  bindings: caches.bindings.list(),
  nodes: caches.nodes.list(),
  services: caches.services.list(),
  record: (group) => {
    const found = caches.records.get(`${controllerNamespace}/${recordName(group)}`)
    return found === undefined ? undefined : readRecord(found.data)
  },
})

const once = async (signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

const aborted = async (signal: AbortSignal): Promise<never> => {
  await once(signal)
  throw signal.reason
}
