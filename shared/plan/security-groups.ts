import type { DesiredSecurityGroups } from '../model/model.ts'
import type { GroupWorld, StepWriter } from './context.ts'
import { findManagedGroup, planManagedGroup } from './security-group.ts'
import type { Ref } from './step.ts'

/** The security groups of a load balancer as steps make them or AWS has them. */
export interface PlannedSecurityGroups {
  /** Undefined while the groups that somebody named are not known. */
  readonly onLoadBalancer: readonly Ref[] | undefined
  /** The source of the rules on targets; undefined where nobody opens the targets. */
  readonly source: Ref | undefined
  /** Writes what goes once nothing uses it: rules of the managed group, or the group itself. */
  readonly remove: () => void
}

/**
 * | groups | on the load balancer | source of rules on targets |
 * |---|---|---|
 * | managed, backend | managed and backend group | backend group |
 * | managed | managed group | managed group |
 * | named, backend | named and backend group | backend group |
 * | named | named groups | none |
 */
export const planSecurityGroups = (
  writer: StepWriter,
  world: GroupWorld,
  desired: DesiredSecurityGroups,
  because: readonly string[],
): PlannedSecurityGroups => {
  const backendOnes = (): readonly Ref[] => (desired.backend ? [backendGroup(writer, world, because)] : [])
  switch (desired.is) {
    case 'managed': {
      const { ref, revoke } = planManagedGroup(writer, world, desired.frontend, because)
      const [backend] = backendOnes()
      return {
        onLoadBalancer: backend === undefined ? [ref] : [ref, backend],
        source: backend ?? ref,
        remove: revoke,
      }
    }
    case 'named': {
      const [backend] = backendOnes()
      if ('unknown' in desired.ids) return { onLoadBalancer: undefined, source: backend, remove: () => undefined }
      const named = desired.ids.known.map((arn): Ref => ({ arn }))
      return {
        onLoadBalancer: backend === undefined ? named : [...named, backend],
        source: backend,
        remove: () => removeManagedGroup(writer, world),
      }
    }
    default:
      return desired satisfies never
  }
}

/** Writes the deletion of the managed frontend group, where there is one. */
export const removeManagedGroup = (writer: StepWriter, world: GroupWorld): void => {
  const managed = findManagedGroup(world.observed.securityGroups)
  if (managed !== undefined)
    writer.add(managed.id, 'remove', [], {
      is: 'delete-security-group',
      securityGroup: { arn: managed.id },
      name: managed.name,
    })
}

/** The group that all load balancers of the cluster share; the plan of the group that needs it first makes it. */
const backendGroup = (writer: StepWriter, world: GroupWorld, because: readonly string[]): Ref => {
  if (world.backendGroup !== undefined) return { arn: world.backendGroup }
  const { name, tags } = world.backendGroupWanted
  const description = '[k8s] Shared Backend SecurityGroup for LoadBalancer'
  return writer.add(name, 'make', because, { is: 'create-security-group', name, description, tags }, 'security')
}
