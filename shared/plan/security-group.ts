import type { DesiredSecurityGroup } from '../model/model.ts'
import type { ObservedSecurityGroup, SecurityGroupRule } from '../model/observed.ts'
import { resourceIds, tagKeys } from '../names/tags.ts'
import { type GroupWorld, planTags, type StepWriter } from './context.ts'
import type { IngressRuleRef, Ref } from './step.ts'

/** The managed frontend group among those observed: the one with its resource id; of several, the first by id. */
export const findManagedGroup = (groups: readonly ObservedSecurityGroup[]): ObservedSecurityGroup | undefined =>
  [...groups]
    .filter((group) => group.tags[tagKeys.resource] === resourceIds.managedSecurityGroup)
    .sort((a, b) => (a.id < b.id ? -1 : 1))[0]

/**
 * The managed frontend group: created, tagged, its rules authorised before others are revoked. The group is wholly ours,
 * so a rule that is not wanted goes.
 */
export const planManagedGroup = (
  writer: StepWriter,
  world: GroupWorld,
  desired: DesiredSecurityGroup,
  because: readonly string[],
): { readonly ref: Ref; readonly revoke: () => void } => {
  const observed = findManagedGroup(world.observed.securityGroups)
  const ref: Ref =
    observed === undefined
      ? writer.add(desired.name, 'make', because, {
          is: 'create-security-group',
          name: desired.name,
          description: desired.description,
          tags: desired.tags,
        })
      : { arn: observed.id }
  if (observed !== undefined)
    planTags(writer, world, desired.name, because, ref, {
      wanted: desired.tags,
      found: observed.tags,
      legacy: true,
      ec2: true,
    })
  const wanted = desired.inbound.map(({ port, cidr }): SecurityGroupRule => ({
    protocol: 'tcp',
    fromPort: port,
    toPort: port,
    source: { is: 'cidr', cidr },
    description: '',
  }))
  const found = observed?.inbound ?? []
  const missing = wanted.filter((rule) => !found.some((candidate) => sameRule(rule, candidate)))
  if (missing.length > 0)
    writer.add(desired.name, 'make', because, { is: 'authorize-ingress', securityGroup: ref, rules: missing })
  const unwanted = found.filter((rule) => !wanted.some((candidate) => sameRule(rule, candidate)))
  return {
    ref,
    revoke: () => {
      if (unwanted.length > 0)
        writer.add(desired.name, 'remove', because, { is: 'revoke-ingress', securityGroup: ref, rules: unwanted })
    },
  }
}

/** Rules are compared by protocol, ports and source, not by description. */
export const sameRule = (a: IngressRuleRef, b: IngressRuleRef): boolean =>
  a.protocol === b.protocol &&
  a.fromPort === b.fromPort &&
  a.toPort === b.toPort &&
  JSON.stringify(a.source) === JSON.stringify(b.source)
