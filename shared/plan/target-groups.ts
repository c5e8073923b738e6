import type { TargetGroupBinding } from '../kubernetes/objects.ts'
import type { DesiredBinding, DesiredTargetGroup } from '../model/model.ts'
import type { ObservedTargetGroup } from '../model/observed.ts'
import { type FoundAttributes, targetGroupAttributeChange } from './attributes.ts'
import { sameHealthCheck } from './compare.ts'
import { type GroupWorld, planTags, type StepWriter } from './context.ts'
import type { TargetGroupRefs } from './rules.ts'
import type { Side } from './sides.ts'
import type { Ref } from './step.ts'

/**
 * Makes the target groups of one side with their bindings, or brings them in line. `standIns` serve in place of those that
 * are not healthy yet.
 */
export const planTargetGroups = (
  writer: StepWriter,
  world: GroupWorld,
  side: Side,
  standIns: ReadonlyMap<string, ObservedTargetGroup>,
  sourceGroup: Ref | undefined,
): TargetGroupRefs => {
  const refs = new Map(
    side.desired.map((targetGroup) => {
      const live = side.live.get(targetGroup.resourceId)
      return [targetGroup.resourceId, planTargetGroup(writer, world, targetGroup, live, sourceGroup)] as const
    }),
  )
  for (const targetGroup of side.desired)
    awaitTargets(writer, world, targetGroup, side.live.get(targetGroup.resourceId)?.arn)
  return {
    arnOf: (resourceId) => side.live.get(resourceId)?.arn,
    standInOf: (resourceId) => standIns.get(resourceId)?.arn,
    refOf: (resourceId) => {
      const ref = refs.get(resourceId)
      if (ref === undefined) throw new Error(`the model forwards to ${resourceId}, which is none of its target groups`)
      return ref
    },
  }
}

const planTargetGroup = (
  writer: StepWriter,
  world: GroupWorld,
  desired: DesiredTargetGroup,
  live: ObservedTargetGroup | undefined,
  sourceGroup: Ref | undefined,
): Ref => {
  const because = [desired.member]
  const ref: Ref =
    live === undefined
      ? writer.add(desired.resourceId, 'make', because, {
          is: 'create-target-group',
          name: desired.name,
          targetType: desired.targetType,
          protocol: desired.protocol,
          protocolVersion: desired.protocolVersion,
          ipAddressType: desired.ipAddressType,
          port: desired.port,
          vpcId: world.vpcId,
          healthCheck: desired.healthCheck,
          tags: desired.tags,
        })
      : { arn: live.arn }
  if (live === undefined) planAttributes(writer, desired, 'make', ref, { is: 'new' })
  if (live !== undefined) {
    if (!sameHealthCheck(desired.healthCheck, live.healthCheck))
      writer.add(desired.resourceId, 'switch', because, {
        is: 'modify-target-group',
        targetGroup: ref,
        protocolVersion: desired.protocolVersion,
        healthCheck: desired.healthCheck,
      })
    planAttributes(writer, desired, 'switch', ref, live.attributes)
    planTags(writer, world, desired.resourceId, because, ref, { wanted: desired.tags, found: live.tags, legacy: true })
  }
  planBinding(writer, world, desired, live?.arn, ref, sourceGroup)
  return ref
}

const planAttributes = (
  writer: StepWriter,
  { resourceId, member, attributes: wanted }: DesiredTargetGroup,
  phase: 'make' | 'switch',
  targetGroup: Ref,
  found: FoundAttributes,
): void => {
  const attributes = targetGroupAttributeChange(wanted, found)
  if (attributes === undefined) return
  writer.add(resourceId, phase, [member], { is: 'modify-target-group-attributes', targetGroup, attributes })
}

/** The binding of a target group; one that is there is matched by ARN and keeps its name. */
const planBinding = (
  writer: StepWriter,
  world: GroupWorld,
  desired: DesiredTargetGroup,
  arn: string | undefined,
  targetGroup: Ref,
  sourceGroup: Ref | undefined,
): void => {
  const live = bindingOf(world, arn)
  const binding: DesiredBinding = live === undefined ? desired.binding : { ...desired.binding, name: live.name }
  if (live !== undefined && bindingInLine(binding, live, sourceGroup)) return
  const subject = `${binding.namespace}/${binding.name}`
  writer.add(subject, 'make', [desired.member], {
    is: 'apply-binding',
    binding,
    targetGroup,
    ...(sourceGroup === undefined ? {} : { sourceGroup }),
  })
}

/** The first targets of a new binding; once all bindings are there, since rules on nodes are computed from all. */
const awaitTargets = (
  writer: StepWriter,
  world: GroupWorld,
  { binding: { namespace, name }, member }: DesiredTargetGroup,
  arn: string | undefined,
): void => {
  if (bindingOf(world, arn) === undefined)
    writer.add(`${namespace}/${name}`, 'make', [member], { is: 'await-targets', namespace, name })
}

const bindingOf = (world: GroupWorld, arn: string | undefined): TargetGroupBinding | undefined =>
  world.bindings.find(({ spec }) => arn !== undefined && spec.targetGroupARN === arn)

/** Whether a binding has the fields that we write; those that we do not write are not looked at. */
const bindingInLine = (wanted: DesiredBinding, live: TargetGroupBinding, sourceGroup: Ref | undefined): boolean => {
  if (sourceGroup !== undefined && !('arn' in sourceGroup)) return false
  return (
    live.deletionTimestamp === undefined &&
    live.spec.serviceRef.name === wanted.service &&
    live.spec.serviceRef.port === wanted.port &&
    (sourceGroup === undefined ? live.spec.networking === undefined : admits(live, wanted, sourceGroup.arn)) &&
    Object.entries(wanted.labels).every(([key, value]) => live.labels[key] === value)
  )
}

const admits = (live: TargetGroupBinding, { targetPorts }: DesiredBinding, groupID: string): boolean => {
  const networking = targetPorts.map((port) => ({
    from: [{ securityGroup: { groupID } }],
    ports: [{ protocol: 'TCP', port }],
  }))
  return JSON.stringify(normal(live)) === JSON.stringify(networking)
}

const normal = (live: TargetGroupBinding): unknown =>
  (live.spec.networking?.ingress ?? []).map(({ from, ports }) => ({
    from: from.map(({ securityGroup, ipBlock }) => ({
      ...(securityGroup === undefined ? {} : { securityGroup: { groupID: securityGroup.groupID } }),
      ...(ipBlock === undefined ? {} : { ipBlock }),
    })),
    ports: ports.map(({ protocol, port }) => ({
      ...(protocol === undefined ? {} : { protocol }),
      ...(port === undefined ? {} : { port }),
    })),
  }))
