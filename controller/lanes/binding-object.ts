import type { ClusterClient } from '../../shared/cluster/client.ts'
import { hasRemedy } from '../../shared/cluster/errors.ts'
import {
  createTargetGroupBinding,
  deleteObject,
  getTargetGroupBinding,
  replaceTargetGroupBinding,
} from '../../shared/cluster/resources.ts'
import type { TargetGroupBinding, TargetGroupBindingSpec } from '../../shared/kubernetes/objects.ts'
import type { DesiredBinding } from '../../shared/model/model.ts'
import type { ObservedTargetGroup } from '../../shared/model/observed.ts'
import type { OwnWrites } from '../own-writes.ts'
import { pause } from '../timing.ts'
import type { Timing } from '../timing.ts'
import { Outdated } from '../write-fresh.ts'

/** The finalizer of a binding: its targets are deregistered before it goes. aws-load-balancer-controller has the same. */
export const bindingFinalizer = 'elbv2.k8s.aws/resources'

/**
 * Exactly the fields that aws-load-balancer-controller writes, which compares spec and labels as a whole: one entry per
 * port, no networking without a source group.
 */
export const bindingSpec = (
  binding: DesiredBinding,
  targetGroup: Pick<ObservedTargetGroup, 'arn' | 'targetType' | 'protocol' | 'ipAddressType' | 'vpcId'>,
  sourceGroupId: string | undefined,
): TargetGroupBindingSpec => ({
  ipAddressType: targetGroup.ipAddressType,
  ...(sourceGroupId === undefined
    ? {}
    : {
        networking: {
          ingress: binding.targetPorts.map((port) => ({
            from: [{ securityGroup: { groupID: sourceGroupId } }],
            ports: [{ port, protocol: 'TCP' }],
          })),
        },
      }),
  serviceRef: { name: binding.service, port: binding.port },
  targetGroupARN: targetGroup.arn,
  targetGroupProtocol: targetGroup.protocol,
  targetType: targetGroup.targetType,
  vpcID: targetGroup.vpcId,
})

export interface BindingWriter {
  readonly client: ClusterClient
  readonly bindings: OwnWrites<TargetGroupBinding>
  readonly timing: Timing
  /** For how long the object of another target group under the same name may take to go. */
  readonly goneTimeoutMs: number
  readonly signal: AbortSignal
}

/**
 * Creates the binding of a target group, or brings spec and labels of the one that is there in line.
 * @throws Outdated when the cache did not show what is there
 */
export const applyBinding = async (
  io: BindingWriter,
  binding: DesiredBinding,
  spec: TargetGroupBindingSpec,
): Promise<TargetGroupBinding> => {
  const key = `${binding.namespace}/${binding.name}`
  const live = io.bindings.get(key)
  if (
    live !== undefined &&
    (live.spec.targetGroupARN !== spec.targetGroupARN || live.deletionTimestamp !== undefined)
  ) {
    // The ARN of a binding cannot change, so that of a target group that is gone makes room first.
    await deleteBinding(io, live)
    await untilGone(io, key)
  }
  const { client, bindings, signal } = io
  const kept = bindings.get(key)
  try {
    const written =
      kept === undefined
        ? await createTargetGroupBinding(
            client,
            {
              namespace: binding.namespace,
              name: binding.name,
              labels: binding.labels,
              finalizers: [bindingFinalizer],
              spec,
            },
            signal,
          )
        : await replaceTargetGroupBinding(client, kept, { labels: binding.labels, spec }, signal)
    bindings.wrote(written)
    return written
  } catch (error) {
    if (!hasRemedy(error, 'conflict', 'already-exists', 'not-found')) throw error
    bindings.forget(key)
    const found = await getTargetGroupBinding(client, binding)
    if (found !== undefined) bindings.wrote(found)
    throw new Outdated(`${key} is not what it was`, { cause: error })
  }
}

/** Asks for the deletion; one that is gone is done. The finalizer of the binding lane holds it until its targets are out. */
export const deleteBinding = async (io: BindingWriter, binding: TargetGroupBinding): Promise<void> => {
  await deleteObject(io.client, 'targetgroupbindings', binding, io.signal)
}

/** Resolves with whether the binding went within the time. */
export const isGoneInTime = async (io: BindingWriter, key: string): Promise<boolean> => {
  const endsAt = io.timing.now() + io.goneTimeoutMs
  const [namespace = '', name = ''] = key.split('/')
  while (!io.signal.aborted) {
    if (io.bindings.get(key) === undefined) return true
    if (io.timing.now() >= endsAt) {
      // The last word has the API server: a watch may lag.
      return (await getTargetGroupBinding(io.client, { namespace, name })) === undefined
    }
    await pause(io.timing, 50, io.signal)
  }
  return false
}

const untilGone = async (io: BindingWriter, key: string): Promise<void> => {
  const before = io.bindings.get(key)
  if (!(await isGoneInTime(io, key))) throw new Outdated(`${key} of another target group is still there`)
  if (before !== undefined) io.bindings.deleted(before)
}
