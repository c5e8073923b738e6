import { readTargets } from '../../shared/aws/details.ts'
import { AwsError } from '../../shared/aws/errors.ts'
import type { Remedy } from '../../shared/aws/errors.ts'
import type { VpcBlocks } from '../../shared/aws/vpc.ts'
import { hasRemedy } from '../../shared/cluster/errors.ts'
import { patchFinalizers, patchTargetGroupBindingStatus } from '../../shared/cluster/resources.ts'
import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import { readTargetGroupBinding } from '../../shared/kubernetes/read.ts'
import type { ObservedTarget } from '../../shared/model/observed.ts'
import { planTargets } from '../../shared/plan/bindings.ts'
import type { TargetPlan } from '../../shared/plan/bindings.ts'
import type { Step, TargetRef } from '../../shared/plan/step.ts'
import { runStep } from '../apply/run.ts'
import { versionedDigest } from '../../shared/names/versioned-digest.ts'
import type { EventEntry } from '../events.ts'
import { execute } from '../execute.ts'
import type { Applied } from '../execute.ts'
import type { Io } from '../io.ts'
import type { Outcome } from '../queue.ts'
import { applyIo, noBindings } from '../run-io.ts'
import { bindingFinalizer } from './binding-object.ts'
import { groupOfBinding, isOurs } from '../../shared/plan/binding-owner.ts'
import { generationOf } from './binding-memory.ts'
import type { BindingMemory } from './binding-memory.ts'
import { bindingSubject } from './binding-subject.ts'
import { endpointsOf } from './endpoints.ts'
import { outsideOf } from './outside-vpc.ts'
import { untilReachable } from './new-port.ts'
import { openGates, releaseGates } from './readiness-gates.ts'

export interface BindingIo extends Io {
  /** The blocks of the cluster's VPC. */
  readonly vpc: Pick<VpcBlocks, 'read'>
  readonly memory: BindingMemory
  readonly wakeSecurity: () => void
  /** Resolves when all that bindings ask for is let in, or after the time for it. */
  readonly whenLetIn: (timeoutMs: number) => Promise<unknown>
}

/** One pass over one binding: finalizer, targets, status; or, when it is being deleted, the way back. */
export const reconcileBinding = async (io: BindingIo, key: string): Promise<Outcome> => {
  const binding = io.bindings.get(key)
  if (binding === undefined || !isOurs(binding, io.settings.flags)) {
    forget(io, key)
    return { is: 'done' }
  }
  try {
    if (binding.deletionTimestamp !== undefined) return await clean(io, key, binding)
    return await keep(io, key, await withFinalizer(io, binding))
  } catch (error) {
    // Somebody else wrote; the cache tells of it soon.
    if (!hasRemedy(error, 'conflict', 'not-found')) throw error
    io.bindings.forget(key)
    return retry(io)
  }
}

const keep = async (io: BindingIo, key: string, binding: TargetGroupBinding): Promise<Outcome> => {
  const { serviceRef, targetGroupARN } = binding.spec
  const service = io.caches.services.get(`${binding.namespace}/${serviceRef.name}`)
  const inputs = {
    binding,
    service,
    nodes: io.caches.nodes.list(),
    endpoints: endpointsOf(io.caches),
    isOutside: await outsideOf(io, binding),
    mostTargets: io.settings.flags.mostTargetsPerTargetGroup,
  }
  const wanted = planTargets({ ...inputs, observed: [] })
  for (const { reason, message } of wanted.problems) tell(io, binding, 'Warning', reason, message)
  const { steps: register, problems } = wanted
  const digest = versionedDigest({ arn: targetGroupARN, steps: register, problems })
  let registered: readonly TargetRef[] = []
  let lacksRoom = false
  if (digest !== digestOf(io, key, binding) || isScanDue(io, key)) {
    const observed = await targetsOf(io, key, binding)
    if (observed instanceof AwsError) return failed(io, key, binding, observed)
    const { steps, leftOut } = planTargets({ ...inputs, observed })
    if (io.settings.process.planOnly) {
      for (const step of steps) io.log.info({ ...placeOf(key, binding), step: step.id }, 'would run step')
      return { is: 'done' }
    }
    const waitMs = await untilReachable(io, key, binding, steps, observed)
    if (waitMs > 0) return { is: 'done', againAfterMs: waitMs }
    if (steps.length > 0 && digestOf(io, key, binding) !== undefined) await note(io, key, binding, undefined)
    const applied = await run(io, binding, steps)
    if (applied.failed !== undefined) return failed(io, key, binding, applied.failed.error)
    registered = applied.done.flatMap((step) => (step.is === 'register-targets' ? step.targets : []))
    // What drains makes room by and by.
    lacksRoom = leftOut > wanted.leftOut
    await note(io, key, binding, lacksRoom ? undefined : digest)
    if (steps.length > 0) tell(io, binding, 'Normal', 'SuccessfullyReconciled', 'Successfully reconciled')
  }
  await publish(io, binding)
  io.memory.settled.set(key, generationOf(binding))
  const outcome = await gates(io, key, binding, wanted, registered)
  return lacksRoom && outcome.is === 'done'
    ? { ...outcome, againAfterMs: io.settings.waits.targetgroupbindingRequeueDuration }
    : outcome
}

/** The Pods that wait for the binding; asked for again while some wait on. */
const gates = async (
  io: BindingIo,
  key: string,
  binding: TargetGroupBinding,
  { pods, problems }: TargetPlan,
  registered: readonly TargetRef[],
): Promise<Outcome> => {
  if (binding.spec.targetType !== 'ip' || io.settings.process.planOnly) return { is: 'done' }
  if (problems.some(({ reason }) => reason === 'BackendNotFound')) await releaseGates(io, binding)
  try {
    const isWaiting = await openGates(io, binding, pods, registered)
    return isWaiting
      ? { is: 'done', againAfterMs: io.settings.waits.targetgroupbindingRequeueDuration }
      : { is: 'done' }
  } catch (error) {
    if (error instanceof AwsError) return failed(io, key, binding, error)
    throw error
  }
}

/** Takes all targets out, then the finalizer. A target group that is gone has none. */
const clean = async (io: BindingIo, key: string, binding: TargetGroupBinding): Promise<Outcome> => {
  if (!binding.finalizers.includes(bindingFinalizer) || io.settings.process.planOnly) return { is: 'done' }
  const observed = await targetsOf(io, key, binding)
  if (observed instanceof AwsError && observed.remedy !== 'not-found') return failed(io, key, binding, observed)
  const targets = (observed instanceof AwsError ? [] : observed).filter(({ state }) => !state.endsWith('draining'))
  const isOutside = await outsideOf(io, binding)
  const step: Step = {
    id: `binding/deregister-targets/${key}`,
    lane: 'binding',
    phase: 'remove',
    group: groupOfBinding(binding) ?? '',
    because: [],
    is: 'deregister-targets',
    targetGroup: { arn: binding.spec.targetGroupARN },
    targets: targets.map(({ id, port }) => ({ id, port, ...(isOutside(id) ? { zone: 'all' } : {}) })),
  }
  const applied = await run(io, binding, targets.length === 0 ? [] : [step])
  if (applied.failed !== undefined) return failed(io, key, binding, applied.failed.error, 'FailedCleanup')
  if (binding.spec.targetType === 'ip') await releaseGates(io, binding)
  await note(io, key, binding, undefined)
  const others = binding.finalizers.filter((one) => one !== bindingFinalizer)
  await patchFinalizers(io.cluster, 'targetgroupbindings', binding, others, io.signal)
  if (others.length === 0) io.bindings.deleted(binding)
  forget(io, key)
  io.wakeSecurity()
  return { is: 'done' }
}

const withFinalizer = async (io: BindingIo, binding: TargetGroupBinding): Promise<TargetGroupBinding> => {
  if (binding.finalizers.includes(bindingFinalizer) || io.settings.process.planOnly) return binding
  const finalizers = [...binding.finalizers, bindingFinalizer]
  const raw = await patchFinalizers(io.cluster, 'targetgroupbindings', binding, finalizers, io.signal)
  const written = readTargetGroupBinding(raw)
  io.bindings.wrote(written)
  return written
}

/** The targets that are registered, or what AWS answered instead. */
const targetsOf = async (
  io: BindingIo,
  key: string,
  binding: TargetGroupBinding,
): Promise<readonly ObservedTarget[] | AwsError> => {
  try {
    const observed = await readTargets(io.aws, binding.spec.targetGroupARN, io.signal)
    io.memory.readAt.set(key, io.timing.now())
    return observed
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}

const run = (io: BindingIo, binding: TargetGroupBinding, steps: readonly Step[]): Promise<Applied> => {
  const group = groupOfBinding(binding) ?? ''
  const apply = applyIo(io, noBindings, io.signal)
  return execute(
    {
      run: async (step, made) => {
        io.metrics.step(step.is)
        return runStep(apply, step, made)
      },
      inventory: io.inventory,
      log: io.log,
      stopping: io.stopping,
    },
    steps.map((step) => ({ ...step, group })),
  )
}

/** aws-load-balancer-controller waits for it after a swap back. */
const publish = async (io: BindingIo, binding: TargetGroupBinding): Promise<void> => {
  if (binding.observedGeneration === binding.generation || io.settings.process.planOnly) return
  const written = await patchTargetGroupBindingStatus(
    io.cluster,
    binding,
    { observedGeneration: binding.generation },
    io.signal,
  )
  io.bindings.wrote(written)
}

const digestOf = (io: BindingIo, key: string, binding: TargetGroupBinding): string | undefined => {
  const group = groupOfBinding(binding)
  return io.memory.digests.get(key) ?? (group === undefined ? undefined : io.records.targets(group)[key])
}

/** Remembers the targets last registered; forgotten before they change, so that half of a change is never taken for all. */
const note = async (
  io: BindingIo,
  key: string,
  binding: TargetGroupBinding,
  digest: string | undefined,
): Promise<void> => {
  if (digest === undefined) io.memory.digests.delete(key)
  const group = groupOfBinding(binding)
  if (group !== undefined && io.records.targets(group)[key] !== digest) {
    await io.records.writeTargets(group, key, digest, io.signal)
  }
  if (digest !== undefined) io.memory.digests.set(key, digest)
}

const isScanDue = (io: BindingIo, key: string): boolean => {
  const readAt = io.memory.readAt.get(key)
  if (readAt === undefined) io.memory.readAt.set(key, io.timing.now())
  return readAt !== undefined && io.timing.now() - readAt >= io.settings.waits.driftScanPeriod
}

const forget = (io: BindingIo, key: string): void => {
  io.memory.digests.delete(key)
  io.memory.settled.delete(key)
  io.memory.readAt.delete(key)
  io.memory.waitingSince.delete(key)
}

/** What passes by itself is not worth an event. */
const passingRemedies: ReadonlySet<Remedy> = new Set<Remedy>(['throttled', 'unavailable', 'uncertain'])

const failed = (
  io: BindingIo,
  key: string,
  binding: TargetGroupBinding,
  error: unknown,
  reason = 'FailedReconcile',
): Outcome => {
  const code = error instanceof AwsError ? { code: error.code, 'request-id': error.requestId ?? '' } : {}
  io.log.warn({ ...placeOf(key, binding), ...code, err: error }, 'reconciling target group binding failed')
  if (error instanceof AwsError && !passingRemedies.has(error.remedy)) {
    tell(io, binding, 'Warning', reason, `${error.service}:${error.action}: ${error.code}`)
  }
  return retry(io)
}

const retry = ({ settings: { waits } }: BindingIo): Outcome => ({
  is: 'retry',
  backOff: { baseMs: waits.retryBaseDelay, maxMs: waits.retryMaxDelay },
})

const placeOf = (key: string, binding: TargetGroupBinding) => ({
  group: groupOfBinding(binding) ?? '',
  binding: key,
  arn: binding.spec.targetGroupARN,
})

const tell = (
  io: BindingIo,
  binding: TargetGroupBinding,
  type: EventEntry['type'],
  reason: string,
  message: string,
): void => {
  io.events.tell({ subject: bindingSubject(binding), type, reason, message })
}
