import { VpcBlocks } from '../../shared/aws/vpc.ts'
import { nameOf } from '../../shared/kubernetes/objects.ts'
import type { ApplyIo, StepOf } from '../apply/io.ts'
import type { Io } from '../io.ts'
import { KeyedQueue } from '../queue.ts'
import type { Outcome } from '../queue.ts'
import { pause } from '../timing.ts'
import { applyBinding, bindingSpec, deleteBinding, isGoneInTime } from './binding-object.ts'
import type { BindingWriter } from './binding-object.ts'
import { isSettled } from './binding-memory.ts'
import type { BindingMemory } from './binding-memory.ts'
import { reconcileBinding } from './binding-pass.ts'
import type { SecurityLane } from './security.ts'

type BindingSteps = Pick<ApplyIo, 'applyBinding' | 'deleteBinding' | 'awaitTargets'>

/**
 * Keeps the targets of every TargetGroupBinding of the cluster. A lane of its own with its own queue: nodes that come and
 * go do not wait for load balancers.
 */
export class BindingLane implements BindingSteps {
  readonly queue: KeyedQueue
  readonly #io: Io
  readonly #security: SecurityLane
  readonly #memory: BindingMemory
  readonly #vpc: VpcBlocks
  readonly #waiters = new Set<() => void>()

  constructor(io: Io, security: SecurityLane, memory: BindingMemory) {
    this.#io = io
    this.#security = security
    this.#memory = memory
    this.#vpc = new VpcBlocks(io.aws, io.settings.flags.vpcId, { maxAgeMs: io.settings.waits.driftScanPeriod })
    const { waits, process } = io.settings
    this.queue = new KeyedQueue({
      timing: io.timing,
      random: Math.random,
      concurrency: process.targetGroupBindingMaxConcurrentReconciles,
      backOff: { baseMs: waits.retryBaseDelay, maxMs: waits.retryMaxDelay },
      process: (key) => this.#pass(key),
      onError: (key, err) => io.log.error({ binding: key, err }, 'reconciling target group binding failed'),
    })
  }

  /** Creates or updates the object of a target group of a group, and wakes this lane for it. */
  async applyBinding({
    step,
    binding,
    targetGroupArn,
    sourceGroupId,
  }: Parameters<BindingSteps['applyBinding']>[0]): Promise<void> {
    const { targetGroups } = this.#io.inventory.observed(step.group)
    const targetGroup = targetGroups.find(({ arn }) => arn === targetGroupArn)
    if (targetGroup === undefined) throw new Error(`the target group ${targetGroupArn} is not in the inventory`)
    const written = await applyBinding(this.#writer(), binding, bindingSpec(binding, targetGroup, sourceGroupId))
    this.queue.add(nameOf(written))
    this.#security.wake()
  }

  /** Deletes the object and returns when its targets are out, or after the time for it. One that is gone is done. */
  async deleteBinding({ group, namespace, name }: StepOf<'delete-binding'>): Promise<void> {
    const key = `${namespace}/${name}`
    const binding = this.#io.bindings.get(key)
    if (binding === undefined) return
    await deleteBinding(this.#writer(), binding)
    if (!(await isGoneInTime(this.#writer(), key))) {
      this.#io.log.warn({ group, binding: key }, 'target group binding is still there; going on without it')
    }
  }

  /** Returns when the first targets are registered and reachable, or after the time for it. */
  async awaitTargets({ group, namespace, name }: StepOf<'await-targets'>): Promise<void> {
    const { timing, settings, signal, log } = this.#io
    const key = `${namespace}/${name}`
    const endsAt = timing.now() + settings.waits.firstTargetsTimeout
    const reachable = this.#security.whenDone(settings.waits.firstTargetsTimeout)
    while (!this.#isSettled(key) && timing.now() < endsAt && !signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- each round waits for the next pass of the lane
      await Promise.race([this.#nextPass(), pause(timing, endsAt - timing.now(), signal)])
    }
    if (!(await reachable) || !this.#isSettled(key)) {
      log.warn({ group, binding: key }, 'first targets are late; going on without them')
    }
  }

  #isSettled(key: string): boolean {
    const binding = this.#io.bindings.get(key)
    return binding !== undefined && isSettled(this.#memory, binding)
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

  #writer(): BindingWriter {
    const { cluster, bindings, timing, signal, settings } = this.#io
    return { client: cluster, bindings, timing, signal, goneTimeoutMs: settings.waits.firstTargetsTimeout }
  }

  async #pass(key: string): Promise<Outcome> {
    const { timing, metrics } = this.#io
    const startedAt = timing.now()
    try {
      const outcome = await reconcileBinding(
        {
          ...this.#io,
          memory: this.#memory,
          vpc: this.#vpc,
          wakeSecurity: () => this.#security.wake(),
          whenLetIn: (timeoutMs) => this.#security.whenDone(timeoutMs),
        },
        key,
      )
      this.#security.settled()
      metrics.pass('binding', outcome.is, (timing.now() - startedAt) / 1000)
      return outcome
    } catch (error) {
      metrics.pass('binding', 'error', (timing.now() - startedAt) / 1000)
      throw error
    } finally {
      for (const told of this.#waiters) told()
    }
  }
}
