import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'

/** Numbers that the webhook shows. Labels are bounded; none names an object. */
export interface WebhookMetrics {
  /** One review answered; `seconds` from the first byte of the request. */
  readonly answered: (labels: AnsweredLabels, seconds: number) => void
  readonly found: (code: string, severity: 'deny' | 'warn', count: number) => void
  readonly defaulted: (key: string) => void
  readonly deadlineHit: () => void
  readonly ruleFailed: (code: string) => void
  /** A request that was no review, by its HTTP status. */
  readonly refusedRequest: (status: number) => void
  readonly certificateNotAfter: (seconds: number) => void
  readonly certificateNotLoaded: () => void
}

export interface AnsweredLabels {
  readonly endpoint: string
  readonly operation: string
  readonly verdict: string
  readonly dryRun: boolean
}

/** What is read when the metrics are asked for. */
export interface Readings {
  readonly bodyBytes: () => number
  /** Kind of object and whether its cache is synced. */
  readonly caches: () => readonly (readonly [kind: string, synced: boolean])[]
  /** Mean delay of the event loop since the last reading, in seconds. */
  readonly loopDelaySeconds: () => number
  /** Age of the oldest fact of AWS. */
  readonly oldestFactSeconds: () => number
}

const operations: ReadonlySet<string> = new Set(['CREATE', 'UPDATE', 'DELETE', 'CONNECT'])

/** Registers the webhook's metrics. */
export const createWebhookMetrics = (registry: Registry, readings: Readings): WebhookMetrics => {
  const registers = [registry]
  const requests = new Counter({
    name: 'alb_webhook_requests_total',
    help: 'Reviews answered.',
    labelNames: ['endpoint', 'operation', 'verdict', 'dry_run'],
    registers,
  })
  const duration = new Histogram({
    name: 'alb_webhook_duration_seconds',
    help: 'Time to answer a review.',
    labelNames: ['endpoint'],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5],
    registers,
  })
  const findings = new Counter({
    name: 'alb_webhook_findings_total',
    help: 'Findings told, by code.',
    labelNames: ['code', 'severity'],
    registers,
  })
  const defaults = new Counter({
    name: 'alb_webhook_defaults_total',
    help: 'Defaults written into objects, by annotation key.',
    labelNames: ['key'],
    registers,
  })
  const deadlines = new Counter({
    name: 'alb_webhook_deadline_hits_total',
    help: 'Requests answered without a fact because time ran out.',
    registers,
  })
  const failures = new Counter({
    name: 'alb_webhook_rule_failures_total',
    help: 'Rules that failed; each is a defect.',
    labelNames: ['code'],
    registers,
  })
  const refused = new Counter({
    name: 'alb_webhook_refused_requests_total',
    help: 'Requests that were no review, by HTTP status.',
    labelNames: ['status'],
    registers,
  })
  const notAfter = new Gauge({
    name: 'alb_webhook_tls_not_after_seconds',
    help: 'When the serving certificate ends, in seconds since 1970.',
    registers,
  })
  const notLoaded = new Counter({
    name: 'alb_webhook_tls_load_failures_total',
    help: 'Certificate files that changed but could not be loaded.',
    registers,
  })
  const read = [
    new Gauge({
      name: 'alb_webhook_body_bytes_inflight',
      help: 'Bytes of request bodies in memory.',
      registers: [],
      collect() {
        this.set(readings.bodyBytes())
      },
    }),
    new Gauge({
      name: 'alb_webhook_cache_synced',
      help: '1 while the cache of a kind has been filled.',
      labelNames: ['kind'],
      registers: [],
      collect() {
        for (const [kind, is] of readings.caches()) this.set({ kind }, is ? 1 : 0)
      },
    }),
    new Gauge({
      name: 'alb_webhook_event_loop_delay_seconds',
      help: 'Mean delay of the event loop.',
      registers: [],
      collect() {
        this.set(readings.loopDelaySeconds())
      },
    }),
    new Gauge({
      name: 'alb_webhook_aws_fact_age_seconds',
      help: 'Age of the oldest fact of AWS that is kept.',
      registers: [],
      collect() {
        this.set(readings.oldestFactSeconds())
      },
    }),
  ]
  for (const gauge of read) registry.registerMetric(gauge)
  return {
    answered: ({ endpoint, operation, verdict, dryRun }, seconds) => {
      const known = operations.has(operation) ? operation : 'other'
      requests.inc({ endpoint, operation: known, verdict, dry_run: String(dryRun) })
      duration.observe({ endpoint }, seconds)
    },
    found: (code, severity, count) => findings.inc({ code, severity }, count),
    defaulted: (key) => defaults.inc({ key }),
    deadlineHit: () => deadlines.inc(),
    ruleFailed: (code) => failures.inc({ code }),
    refusedRequest: (status) => refused.inc({ status: String(status) }),
    certificateNotAfter: (seconds) => notAfter.set(seconds),
    certificateNotLoaded: () => notLoaded.inc(),
  }
}
