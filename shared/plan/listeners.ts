import type { DesiredListener } from '../model/model.ts'
import type { ObservedListener } from '../model/observed.ts'
import { sameAction } from './compare.ts'
import { type GroupWorld, planTags, type StepWriter } from './context.ts'
import { planRules, ruleAction, type TargetGroupRefs } from './rules.ts'
import type { Ref } from './step.ts'

/** Listeners of one load balancer, matched by port: created, modified in place, each with its rules. */
export const planListeners = (
  writer: StepWriter,
  world: GroupWorld,
  loadBalancer: Ref,
  desired: readonly DesiredListener[],
  observed: readonly ObservedListener[],
  refs: TargetGroupRefs,
): void => {
  const planned = desired.map((listener) => ({
    desired: listener,
    observed: observed.find(({ port }) => port === listener.port),
  }))
  const refsByPort = planned.map((pair) => ({ ...pair, ref: planListener(writer, world, loadBalancer, pair, refs) }))
  for (const { desired: listener, observed: live, ref } of refsByPort)
    planRules(writer, world, { ref, desired: listener, observed: live }, refs)
  for (const live of observed)
    if (!desired.some(({ port }) => port === live.port))
      writer.add(String(live.port), 'remove', [], {
        is: 'delete-listener',
        listener: { arn: live.arn },
        port: live.port,
      })
}

const planListener = (
  writer: StepWriter,
  world: GroupWorld,
  loadBalancer: Ref,
  { desired, observed }: { readonly desired: DesiredListener; readonly observed: ObservedListener | undefined },
  refs: TargetGroupRefs,
): Ref => {
  const because = [...new Set(desired.rules.map(({ member }) => member))]
  const subject = String(desired.port)
  const defaultAction = ruleAction({ action: desired.defaultAction }, refs)
  if (observed === undefined)
    return writer.add(subject, 'make', because, {
      is: 'create-listener',
      loadBalancer,
      port: desired.port,
      protocol: desired.protocol,
      defaultAction,
      tags: desired.tags,
    })
  const ref: Ref = { arn: observed.arn }
  if (observed.protocol !== desired.protocol || !sameAction(desired.defaultAction, observed.defaultActions, refs.arnOf))
    writer.add(subject, 'switch', because, {
      is: 'modify-listener',
      listener: ref,
      port: desired.port,
      protocol: desired.protocol,
      defaultAction,
    })
  planTags(writer, world, `listener-${subject}`, because, ref, {
    wanted: desired.tags,
    found: observed.tags,
    legacy: false,
  })
  return ref
}
