import { hasRemedy } from '../../shared/aws/errors.ts'
import { NodeSecurityGroups } from '../../shared/aws/nodes.ts'
import { PodSecurityGroups } from '../../shared/aws/pods.ts'
import type { GroupKey } from '../../shared/model/model.ts'
import { Stopped } from '../execute.ts'
import type { BindingBatchUse } from '../binding-batches.ts'
import type { BackendGroupUse, Io } from '../io.ts'
import { groupOfBinding } from '../../shared/plan/binding-owner.ts'
import { KeyedQueue } from '../queue.ts'
import type { Outcome } from '../queue.ts'
import { pause } from '../timing.ts'
import { isBackendGroupNeeded, removeBackendGroup } from './backend-group.ts'
import { newSecurityMemory, reconcileRules } from './node-rules.ts'
import type { RulesEnd } from './node-rules.ts'

/** The lane has one key: its rules are computed from all bindings of the cluster. */
const clusterKey = 'cluster'

/**
 * Keeps the backend security group and the rules that let load balancers reach the nodes. One thing at a time: a group that
 * begins to need the backend group waits while it is being deleted, and the other way round.
 */
export class SecurityLane implements BackendGroupUse, BindingBatchUse {
  readonly queue: KeyedQueue
  readonly #io: Io
  readonly #memory = newSecurityMemory()
  readonly #nodes: NodeSecurityGroups
  readonly #pods: PodSecurityGroups
  /** Groups with a pass under way or behind them that needs the backend group. */
  readonly #holders = new Set<GroupKey>()
  /** Groups of which nothing is left but their finalizers. */
  readonly #released = new Set<GroupKey>()
  #turn: Promise<unknown> = Promise.resolve()
  /** Counts wakes; `#done` is that of the last pass that ended well. */
  #wanted = 0
  #done = 0
  readonly #waiters = new Set<() => void>()
  readonly #areTargetsSettled: () => boolean
  /** Since when rules that nothing wants are kept for targets that are still registered. */
  #keepingSince: number | undefined

  /** @param areTargetsSettled whether the targets of all bindings are those that they ask for */
  constructor(io: Io, areTargetsSettled: () => boolean) {
    this.#io = io
    this.#areTargetsSettled = areTargetsSettled
    const { waits } = io.settings
    this.#nodes = new NodeSecurityGroups(io.aws, { maxAgeMs: waits.driftScanPeriod })
    this.#pods = new PodSecurityGroups(io.aws, io.settings.flags, { maxAgeMs: waits.driftScanPeriod })
    this.queue = new KeyedQueue({
      timing: io.timing,
      random: Math.random,
      concurrency: 1,
      backOff: { baseMs: waits.retryBaseDelay, maxMs: waits.retryMaxDelay },
      process: () => this.#pass(),
      onError: (_key, err) => io.log.error({ err }, 'reconciling rules of nodes failed'),
    })
  }

  /** Something that the rules are computed from has changed. */
  wake(afterMs = 0): void {
    this.#wanted += 1
    this.queue.add(clusterKey, { afterMs })
  }

  /** Looks again without a change. */
  resync(): void {
    delete this.#memory.inputs
    this.queue.add(clusterKey, { priority: 'resync' })
  }

  /** The targets of a binding are those that it asks for now: rules that were kept for others may go. */
  settled(): void {
    if (this.#keepingSince !== undefined && this.#areTargetsSettled()) this.queue.add(clusterKey)
  }

  /** Resolves with true when all that was wanted up to now is let in; with false after the time for it. */
  async whenDone(timeoutMs: number): Promise<boolean> {
    const { timing, signal } = this.#io
    const wanted = this.#wanted
    const endsAt = timing.now() + timeoutMs
    while (this.#done < wanted && timing.now() < endsAt && !signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- each round waits for the next pass
      await Promise.race([this.#nextPass(), pause(timing, endsAt - timing.now(), signal)])
    }
    return this.#done >= wanted
  }

  freeze(group: GroupKey): void {
    const { frozen } = this.#memory
    if (frozen.has(group)) return
    frozen.set(
      group,
      this.#io.bindings.list().filter((binding) => groupOfBinding(binding) === group),
    )
  }

  thaw(group: GroupKey): void {
    if (this.#memory.frozen.delete(group)) this.wake()
  }

  /** A group needs the backend group from now on; returns when no deletion of it is under way. */
  async hold(group: GroupKey): Promise<void> {
    this.#holders.add(group)
    this.#released.delete(group)
    await this.#turn
  }

  /** A group that asked for the backend group is gone before it had anything. */
  letGo(group: GroupKey): void {
    if (this.#holders.delete(group)) this.wake()
  }

  /**
   * The last of a group is being removed. Where no other needs it, the rules on nodes and the backend group go too, before
   * the group's finalizer does.
   */
  async release(group: GroupKey, signal: AbortSignal): Promise<void> {
    const { timing, settings } = this.#io
    const { awsRetryDelay, awsRetryTimeout } = settings.waits
    const endsAt = timing.now() + awsRetryTimeout
    for (;;) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- between attempts others have their turn, and may need the group again
        await this.#inTurn(async () => {
          this.#holders.delete(group)
          this.#released.add(group)
          await this.#rulesAndGroup(signal, () => true)
        })
        return
      } catch (error) {
        if (!hasRemedy(error, 'in-use') || timing.now() + awsRetryDelay > endsAt || signal.aborted) throw error
        // oxlint-disable-next-line no-await-in-loop
        await pause(timing, awsRetryDelay, signal)
      }
    }
  }

  /** The rules first: while they refer to the group it cannot go. */
  async #rulesAndGroup(signal: AbortSignal, mayRevoke: () => boolean): Promise<RulesEnd> {
    const own = { memory: this.#memory, nodes: this.#nodes, pods: this.#pods, mayRevoke }
    const end = await reconcileRules({ ...this.#io, ...own })
    if (end !== 'open' && !this.#isNeeded()) await removeBackendGroup(this.#io, signal)
    return end
  }

  /** How long rules may still be kept for targets that are registered, in milliseconds. */
  #keepingTime(): number {
    const { timing, settings } = this.#io
    const since = this.#keepingSince ?? timing.now()
    return since + settings.waits.firstTargetsTimeout - timing.now()
  }

  #isNeeded(): boolean {
    for (const group of this.#released)
      if (this.#io.caches.ingresses.get(group) === undefined) this.#released.delete(group)
    return this.#holders.size > 0 || isBackendGroupNeeded(this.#io, this.#released)
  }

  async #pass(): Promise<Outcome> {
    const { timing, metrics, settings, signal, log } = this.#io
    const { waits } = settings
    const retry: Outcome = { is: 'retry', backOff: { baseMs: waits.retryBaseDelay, maxMs: waits.retryMaxDelay } }
    const startedAt = timing.now()
    const wanted = this.#wanted
    let result: 'done' | 'retry' | 'error' = 'error'
    try {
      const mayRevoke = (): boolean => this.#areTargetsSettled() || this.#keepingTime() <= 0
      const end = await this.#inTurn(() => this.#rulesAndGroup(signal, mayRevoke))
      if (end === 'incomplete') {
        result = 'retry'
        return retry
      }
      this.#done = Math.max(this.#done, wanted)
      result = 'done'
      if (end === 'done') this.#keepingSince = undefined
      else this.#keepingSince ??= timing.now()
      return end === 'done' ? { is: 'done' } : { is: 'done', againAfterMs: Math.max(1, this.#keepingTime()) }
    } catch (error) {
      if (error instanceof Stopped) return { is: 'done' }
      if (!hasRemedy(error, 'in-use')) throw error
      log.info({ code: error.code }, 'the backend security group is still in use')
      return retry
    } finally {
      metrics.pass('security', result, (timing.now() - startedAt) / 1000)
      for (const told of this.#waiters) told()
    }
  }

  #nextPass(): Promise<void> {
    return new Promise((resolve) => {
      const told = () => {
        this.#waiters.delete(told)
        resolve()
      }
      this.#waiters.add(told)
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work)
    this.#turn = mine.catch(() => undefined)
    return mine
  }
}
