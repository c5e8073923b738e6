import { AwsError } from '../../shared/aws/errors.ts'
import { hasRemedy } from '../../shared/cluster/errors.ts'
import type { GroupKey } from '../../shared/model/model.ts'
import { Stopped } from '../execute.ts'
import type { GroupIo } from '../io.ts'
import { LeaseLost } from '../lease.ts'
import { KeyedQueue } from '../queue.ts'
import type { BackOff, Outcome } from '../queue.ts'
import { reconcile } from '../reconcile.ts'
import { Refused } from '../refused.ts'
import { awsText, ingressSubject } from '../report.ts'
import { Outdated } from '../write-fresh.ts'

/** Brings load balancers in line, one group at a time per worker. */
export class GroupLane {
  readonly queue: KeyedQueue
  readonly #io: GroupIo
  readonly #backOff: BackOff

  constructor(io: GroupIo) {
    this.#io = io
    const { waits, process } = io.settings
    this.#backOff = { baseMs: waits.retryBaseDelay, maxMs: waits.retryMaxDelay }
    this.queue = new KeyedQueue({
      timing: io.timing,
      random: Math.random,
      concurrency: process.ingressMaxConcurrentReconciles,
      backOff: this.#backOff,
      process: (key) => this.#pass(key),
      onError: (group, err) => io.log.error({ group, err }, 'reconciling group failed'),
    })
  }

  async #pass(group: GroupKey): Promise<Outcome> {
    const { timing, metrics, log } = this.#io
    const startedAt = timing.now()
    const seconds = () => (timing.now() - startedAt) / 1000
    try {
      const outcome = await reconcile(this.#io, group)
      metrics.pass('group', outcome.is, seconds())
      log.debug({ group, seconds: seconds(), outcome: outcome.is }, 'reconciled group')
      return outcome
    } catch (error) {
      metrics.pass('group', 'error', seconds())
      return this.#failed(group, error)
    }
  }

  /** What failed outside of a step: observing, or a write to the API server. */
  #failed(group: GroupKey, error: unknown): Outcome {
    const { log, signal } = this.#io
    if (signal.aborted || error instanceof LeaseLost || error instanceof Stopped) return { is: 'done' }
    const retry: Outcome = { is: 'retry', backOff: this.#backOff }
    if (error instanceof Outdated || hasRemedy(error, 'conflict')) {
      log.debug({ group, err: error }, 'the cluster has moved on; looking again')
    } else if (error instanceof Refused) {
      log.warn({ group, err: error, reason: error.reason }, 'the API server refuses a write')
      this.#tell(group, error.reason, `Failed to write: ${error.message}`)
    } else if (error instanceof AwsError) {
      log.warn({ group, err: error, code: error.code, 'request-id': error.requestId ?? '' }, 'AWS could not be asked')
      const text = awsText(
        error,
        error.action === 'DeleteSecurityGroup' ? 'the shared backend security group' : 'the request',
      )
      if (text !== undefined) this.#tell(group, 'FailedDeployModel', `Failed deploy model due to ${text}`)
    } else {
      throw error
    }
    return retry
  }

  #tell(group: GroupKey, reason: string, message: string): void {
    const ingress = this.#io.caches.ingresses.get(group)
    if (ingress !== undefined)
      this.#io.events.tell({ subject: ingressSubject(ingress), type: 'Warning', reason, message })
  }
}
