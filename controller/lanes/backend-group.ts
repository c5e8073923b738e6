import { holdsFinalizer, serviceFinalizer } from '../../shared/ingress/membership.ts'
import { nameOf } from '../../shared/kubernetes/objects.ts'
import type { GroupKey } from '../../shared/model/model.ts'
import type { Step } from '../../shared/plan/step.ts'
import { runStep } from '../apply/run.ts'
import { execute } from '../execute.ts'
import type { Io } from '../io.ts'
import { applyIo, noBindings } from '../run-io.ts'

/** A listing as old as this is believed before something is deleted by it. */
const freshMs = 10_000

/**
 * Whether anybody may use the backend group: an Ingress that holds a finalizer
 * and whose group is not released, a Service with a load balancer of its own,
 * or a TargetGroupBinding that names it as a source.
 */
export const isBackendGroupNeeded = (
  io: Pick<Io, 'caches' | 'bindings' | 'inventory'>,
  released: ReadonlySet<GroupKey>,
): boolean => {
  const ids = new Set(io.inventory.backendGroups().map(({ id }) => id))
  const bindingNamesIt = io.bindings
    .list()
    .some(({ spec }) =>
      (spec.networking?.ingress ?? []).some(({ from }) =>
        from.some(({ securityGroup }) => ids.has(securityGroup?.groupID ?? '')),
      ),
    )
  return (
    bindingNamesIt ||
    io.caches.ingresses.list().some((ingress) => holdsFinalizer(ingress) && !released.has(nameOf(ingress))) ||
    io.caches.services.list().some(({ finalizers }) => finalizers.includes(serviceFinalizer))
  )
}

/**
 * Deletes the backend group, found by its tags, in one attempt.
 * @throws AwsError `in-use` while the network interfaces of a load balancer that is gone still hold it
 */
export const removeBackendGroup = async (io: Io, signal: AbortSignal): Promise<void> => {
  if (io.inventory.backendGroups().length === 0) return
  await io.inventory.ensure(freshMs, signal)
  const steps = io.inventory.backendGroups().map(({ id, name }): Step => ({
    id: `security/delete-security-group/${id}`,
    lane: 'security',
    phase: 'remove',
    group: '',
    because: [],
    is: 'delete-security-group',
    securityGroup: { arn: id },
    name,
  }))
  if (io.settings.process.planOnly) {
    for (const step of steps) io.log.info({ step: step.id, action: step.is }, 'would run step')
    return
  }
  const apply = { ...applyIo(io, noBindings, signal), retryTimeoutMs: 0 }
  const { inventory, log, stopping } = io
  const run = (step: Step, made: ReadonlyMap<string, string>) => runStep(apply, step, made)
  const { failed } = await execute({ run, inventory, log, stopping }, steps)
  if (failed !== undefined) throw failed.error
}
