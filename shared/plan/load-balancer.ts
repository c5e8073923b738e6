import type { Attributes, DesiredLoadBalancer } from '../model/model.ts'
import type { Observed, ObservedLoadBalancer } from '../model/observed.ts'
import { resourceIds, tagKeys } from '../names/tags.ts'
import { loadBalancerAttributeChange } from './attributes.ts'
import { sameSet } from './compare.ts'
import { type GroupWorld, planTags, type StepWriter } from './context.ts'
import type { Ref } from './step.ts'

/** Load balancers of the group, by resource id. */
export const loadBalancersOf = ({ loadBalancers }: Pick<Observed, 'loadBalancers'>): readonly ObservedLoadBalancer[] =>
  [...loadBalancers]
    .filter(({ tags }) => tags[tagKeys.resource] === resourceIds.loadBalancer)
    .sort((a, b) => (a.arn < b.arn ? -1 : 1))

/** The live load balancer of the model: that of the wanted scheme, the wanted name first. */
export const findLoadBalancer = (
  observed: Pick<Observed, 'loadBalancers'>,
  desired: Pick<DesiredLoadBalancer, 'name' | 'scheme'>,
): ObservedLoadBalancer | undefined => {
  const sameScheme = loadBalancersOf(observed).filter(({ scheme }) => scheme === desired.scheme)
  return sameScheme.find(({ name }) => name === desired.name) ?? sameScheme[0]
}

/**
 * Creates the load balancer or brings it in line, in the order of `behaviour.md` 10.1: tags, security groups, subnets,
 * IP address type, attributes. Undefined while it cannot be created, since its subnets or security groups are not
 * known.
 */
export const planLoadBalancer = (
  writer: StepWriter,
  world: GroupWorld,
  desired: DesiredLoadBalancer,
  securityGroups: readonly Ref[] | undefined,
  because: readonly string[],
): Ref | undefined => {
  const live = findLoadBalancer(world.observed, desired)
  if (live === undefined) {
    if ('unknown' in desired.subnets || securityGroups === undefined) return undefined
    const made = writer.add(desired.name, 'make', because, {
      is: 'create-load-balancer',
      name: desired.name,
      scheme: desired.scheme,
      ipAddressType: desired.ipAddressType,
      subnetIds: desired.subnets.known,
      securityGroups,
      tags: desired.tags,
    })
    planAttributes(writer, desired.name, 'make', because, made, loadBalancerAttributeChange(desired, { is: 'new' }))
    return made
  }
  const ref: Ref = { arn: live.arn }
  planTags(writer, world, live.name, because, ref, { wanted: desired.tags, found: live.tags, legacy: true })
  if (securityGroups !== undefined && !areOn(live, securityGroups))
    writer.add(live.name, 'switch', because, { is: 'set-security-groups', loadBalancer: ref, securityGroups })
  if ('known' in desired.subnets && !sameSet(desired.subnets.known, live.subnetIds))
    writer.add(live.name, 'switch', because, { is: 'set-subnets', loadBalancer: ref, subnetIds: desired.subnets.known })
  if (desired.ipAddressType !== live.ipAddressType)
    writer.add(live.name, 'switch', because, {
      is: 'set-ip-address-type',
      loadBalancer: ref,
      ipAddressType: desired.ipAddressType,
    })
  planAttributes(writer, live.name, 'switch', because, ref, loadBalancerAttributeChange(desired, live.attributes))
  return ref
}

/** Brings the load balancer that gives way in line as far as it shares something with the other: its security groups. */
export const planOldLoadBalancer = (
  writer: StepWriter,
  live: ObservedLoadBalancer,
  securityGroups: readonly Ref[] | undefined,
  because: readonly string[],
): Ref => {
  const ref: Ref = { arn: live.arn }
  if (securityGroups !== undefined && !areOn(live, securityGroups))
    writer.add(live.name, 'switch', because, { is: 'set-security-groups', loadBalancer: ref, securityGroups })
  return ref
}

const areOn = (live: ObservedLoadBalancer, securityGroups: readonly Ref[]): boolean =>
  securityGroups.every((group) => 'arn' in group) &&
  sameSet(
    securityGroups.map(({ arn }) => arn),
    live.securityGroupIds,
  )

const planAttributes = (
  writer: StepWriter,
  name: string,
  phase: 'make' | 'switch',
  because: readonly string[],
  loadBalancer: Ref,
  attributes: Attributes | undefined,
): void => {
  if (attributes === undefined) return
  writer.add(name, phase, because, { is: 'modify-load-balancer-attributes', loadBalancer, attributes })
}
