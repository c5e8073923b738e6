import { readTargets } from '../../shared/aws/details.ts'
import { hasRemedy } from '../../shared/cluster/errors.ts'
import { patchPodCondition } from '../../shared/cluster/resources.ts'
import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import type { PodTarget } from '../../shared/plan/pod-targets.ts'
import { planGates, releasedGates, waitingPods } from '../../shared/plan/readiness-gates.ts'
import type { GateWrite } from '../../shared/plan/readiness-gates.ts'
import type { TargetRef } from '../../shared/plan/step.ts'
import { systemClock } from '../../shared/process/clock.ts'
import type { Io } from '../io.ts'

type GateIo = Pick<Io, 'aws' | 'caches' | 'cluster' | 'log' | 'signal'>

/**
 * Tells the Pods that wait for a binding how their targets are; the health is asked only while one of them waits.
 * @returns whether some wait on
 * @throws AwsError
 */
export const openGates = async (
  io: GateIo,
  binding: TargetGroupBinding,
  pods: readonly PodTarget[],
  registered: readonly TargetRef[],
): Promise<boolean> => {
  if (waitingPods(binding.name, pods).length === 0) return false
  const observed = await readTargets(io.aws, binding.spec.targetGroupARN, io.signal)
  const { writes, isWaiting } = planGates(binding.name, pods, observed, registered)
  await writeAll(io, writes)
  return isWaiting
}

/** Lets every Pod of the namespace go that waits for a binding that has no targets any more. */
export const releaseGates = (io: GateIo, { namespace, name }: TargetGroupBinding): Promise<void> =>
  writeAll(
    io,
    releasedGates(
      name,
      io.caches.pods.list().filter((pod) => pod.namespace === namespace),
    ),
  )

const writeAll = async (io: GateIo, writes: readonly GateWrite[]): Promise<void> => {
  for (const { pod, condition } of writes) {
    const before = pod.conditions.find(({ type }) => type === condition.type)
    const changedAt = before?.status === condition.status ? undefined : new Date(systemClock.now()).toISOString()
    try {
      // oxlint-disable-next-line no-await-in-loop -- a binding has few Pods that wait, and the first refusal stops the pass
      await patchPodCondition(io.cluster, pod, condition, changedAt, io.signal)
    } catch (error) {
      // The Pod is gone, and another may have its name.
      if (!hasRemedy(error, 'not-found', 'conflict')) throw error
      io.log.debug({ pod: `${pod.namespace}/${pod.name}`, err: error }, 'a Pod that waited is gone')
    }
  }
}
