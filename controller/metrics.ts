import { Counter, Gauge, Histogram } from 'prom-client'
import type { GaugeConfiguration, Registry } from 'prom-client'

/** At most so many members have a series of their own; the rest is counted in one. */
const mostFailing = 100

/** What the controller counts of itself. Names of groups appear for failing members only, and not for more than a hundred. */
export class ControllerMetrics {
  readonly #passes: Histogram<'lane' | 'result'>
  readonly #awsCalls: Counter<'service' | 'action' | 'code'>
  readonly #steps: Counter<'action'>
  readonly #failing = new Map<string, { readonly member: string; readonly code: string }>()

  constructor(
    registry: Registry,
    /** Keys that wait, by lane. */
    depths: () => Readonly<Record<string, number>>,
    isLeader: () => boolean,
  ) {
    const registers = [registry]
    this.#passes = new Histogram({
      name: 'alb_reconcile_duration_seconds',
      help: 'Duration of passes by lane and result.',
      labelNames: ['lane', 'result'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300],
      registers,
    })
    this.#awsCalls = new Counter({
      name: 'alb_aws_calls_total',
      help: 'AWS calls by service, action and error code (empty: success).',
      labelNames: ['service', 'action', 'code'],
      registers,
    })
    this.#steps = new Counter({
      name: 'alb_steps_total',
      help: 'Steps of plans that were run, by action.',
      labelNames: ['action'],
      registers,
    })
    this.#gauge({
      name: 'alb_queue_depth',
      help: 'Keys that wait, by lane.',
      labelNames: ['lane'],
      registers,
      collect() {
        for (const [lane, depth] of Object.entries(depths())) this.set({ lane }, depth)
      },
    })
    this.#gauge({
      name: 'alb_leader',
      help: '1 while this process holds the Lease.',
      registers,
      collect() {
        this.set(isLeader() ? 1 : 0)
      },
    })
    const failing = this.#failing
    this.#gauge({
      name: 'alb_member_failing',
      help: '1 for each Ingress that cannot be built, by code; the first hundred.',
      labelNames: ['member', 'code'],
      registers,
      collect() {
        this.reset()
        for (const { member, code } of [...failing.values()].slice(0, mostFailing)) this.set({ member, code }, 1)
      },
    })
    this.#gauge({
      name: 'alb_members_failing',
      help: 'Number of Ingresses that cannot be built.',
      registers,
      collect() {
        this.set(failing.size)
      },
    })
  }

  /** A gauge that is read when it is asked for; the registry keeps it. */
  #gauge<L extends string>(of: GaugeConfiguration<L>): Gauge<L> {
    return new Gauge(of)
  }

  pass(lane: 'group' | 'binding' | 'security', result: 'done' | 'retry' | 'error', seconds: number): void {
    this.#passes.observe({ lane, result }, seconds)
  }

  awsCall(service: string, action: string, code: string): void {
    this.#awsCalls.inc({ service, action, code })
  }

  step(action: string): void {
    this.#steps.inc({ action })
  }

  /** The code by which a member fails now; undefined when it is well or gone. */
  failing(member: string, code: string | undefined): void {
    if (code === undefined) this.#failing.delete(member)
    else this.#failing.set(member, { member, code })
  }
}
