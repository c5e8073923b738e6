import {
  createLoadBalancer,
  deleteLoadBalancer,
  describeLoadBalancers,
  modifyLoadBalancerAttributes,
  setIpAddressType,
  setSecurityGroups,
  setSubnets,
} from '../../shared/aws/elastic-load-balancing.ts'
import { AwsError, hasRemedy } from '../../shared/aws/errors.ts'
import { readLoadBalancer } from '../../shared/aws/read/load-balancer.ts'
import type { ObservedLoadBalancer } from '../../shared/model/observed.ts'
import type { ApplyIo, Made, StepOf, StepResult } from './io.ts'
import { resolve } from './references.ts'
import { remove, whileInvisible } from './retry.ts'
import { completeTags, foreign, tagList } from './tags.ts'
import { tagsOnceShown } from './adopt.ts'

/** Creates the load balancer, or takes the one that an earlier attempt made: same name, settings and tags. */
export const runCreateLoadBalancer = async (
  io: ApplyIo,
  step: StepOf<'create-load-balancer'>,
  made: Made,
): Promise<StepResult> => {
  if (io.listingIsOld()) {
    const existing = await find(io, step.name)
    if (existing !== undefined) return adopt(io, step, existing)
  }
  const isFree = io.isFree('load-balancer', step.name)
  const input = {
    Name: step.name,
    Type: 'application' as const,
    Scheme: step.scheme,
    IpAddressType: step.ipAddressType,
    SubnetMappings: step.subnetIds.map((SubnetId) => ({ SubnetId })),
    SecurityGroups: step.securityGroups.map((group) => resolve(group, made)),
    Tags: tagList(step.tags),
  }
  try {
    const output = await whileInvisible(io, step.securityGroups, () =>
      io.aws.call(createLoadBalancer, input, io.signal),
    )
    const [created] = (output.LoadBalancers ?? []).flatMap((answer) => readLoadBalancer(answer, {}) ?? [])
    if (created === undefined)
      throw foreign({ ...call, code: 'NoAnswer', message: 'CreateLoadBalancer answered no load balancer' })
    if (isFree) return { made: created.arn, written: [{ is: 'load-balancer', value: { ...created, tags: step.tags } }] }
    return await adopt(io, step, created)
  } catch (error) {
    if (!hasRemedy(error, 'duplicate')) throw error
    const existing = await find(io, step.name)
    if (existing === undefined) throw error
    return adopt(io, step, existing)
  }
}

const call = { service: 'elasticloadbalancing', action: 'CreateLoadBalancer' } as const

/** AWS answers a create of equal settings with what is there already, so that the tags decide where something may be. */
const adopt = async (
  io: ApplyIo,
  step: StepOf<'create-load-balancer'>,
  found: ObservedLoadBalancer,
): Promise<StepResult> => {
  const tags = await tagsOnceShown(io, found.arn, step.tags)
  if (tags === undefined || found.scheme !== step.scheme || found.vpcId !== io.vpcId) {
    const message = `load balancer ${step.name} exists and is not the one of ${step.group}`
    throw foreign({ ...call, code: 'DuplicateLoadBalancerName', message })
  }
  const value = { ...found, tags: await completeTags(io, found.arn, tags, step.tags) }
  return { made: found.arn, written: [{ is: 'load-balancer', value }] }
}

const find = async (io: ApplyIo, name: string): Promise<ObservedLoadBalancer | undefined> => {
  try {
    const output = await io.aws.call(describeLoadBalancers, { Names: [name] }, io.signal)
    return (output.LoadBalancers ?? []).flatMap((answer) => readLoadBalancer(answer, {}) ?? [])[0]
  } catch (error) {
    if (hasRemedy(error, 'not-found')) return undefined
    throw error
  }
}

export const runSetSecurityGroups = async (
  io: ApplyIo,
  step: StepOf<'set-security-groups'>,
  made: Made,
): Promise<StepResult> => {
  const arn = resolve(step.loadBalancer, made)
  const securityGroupIds = step.securityGroups.map((group) => resolve(group, made))
  await whileInvisible(io, [step.loadBalancer, ...step.securityGroups], () =>
    io.aws.call(setSecurityGroups, { LoadBalancerArn: arn, SecurityGroups: securityGroupIds }, io.signal),
  )
  return { written: [{ is: 'load-balancer-changed', arn, change: { securityGroupIds } }] }
}

export const runSetSubnets = async (io: ApplyIo, step: StepOf<'set-subnets'>, made: Made): Promise<StepResult> => {
  const arn = resolve(step.loadBalancer, made)
  const SubnetMappings = step.subnetIds.map((SubnetId) => ({ SubnetId }))
  await whileInvisible(io, [step.loadBalancer], () =>
    io.aws.call(setSubnets, { LoadBalancerArn: arn, SubnetMappings }, io.signal),
  )
  return { written: [{ is: 'load-balancer-changed', arn, change: { subnetIds: step.subnetIds.toSorted() } }] }
}

export const runSetIpAddressType = async (
  io: ApplyIo,
  step: StepOf<'set-ip-address-type'>,
  made: Made,
): Promise<StepResult> => {
  const arn = resolve(step.loadBalancer, made)
  const { ipAddressType } = step
  await whileInvisible(io, [step.loadBalancer], () =>
    io.aws.call(setIpAddressType, { LoadBalancerArn: arn, IpAddressType: ipAddressType }, io.signal),
  )
  return { written: [{ is: 'load-balancer-changed', arn, change: { ipAddressType } }] }
}

/**
 * Its listeners and rules go with it. Protection from deletion that is on although no annotation asks for it was set by
 * hand, and is switched off.
 */
export const runDeleteLoadBalancer = async (
  io: ApplyIo,
  step: StepOf<'delete-load-balancer'>,
  made: Made,
): Promise<StepResult> => {
  const arn = resolve(step.loadBalancer, made)
  const call = () => io.aws.call(deleteLoadBalancer, { LoadBalancerArn: arn }, io.signal)
  try {
    await remove(io, { step, id: arn }, call)
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'OperationNotPermitted') throw error
    await switchOffProtection(io, step, arn)
    await remove(io, { step, id: arn }, call)
  }
  return { written: [{ is: 'gone', id: arn }] }
}

const switchOffProtection = async (io: ApplyIo, step: StepOf<'delete-load-balancer'>, arn: string): Promise<void> => {
  const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'false' }]
  await io.fence()
  await io.aws.call(modifyLoadBalancerAttributes, { LoadBalancerArn: arn, Attributes }, io.signal)
  io.protectionSwitchedOff(step)
}
