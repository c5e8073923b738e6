import type { IpPermission } from '@aws-sdk/client-ec2'
import {
  authorizeSecurityGroupIngress,
  createSecurityGroup,
  createTags,
  deleteSecurityGroup,
  revokeSecurityGroupIngress,
} from '../../shared/aws/ec2.ts'
import { hasRemedy } from '../../shared/aws/errors.ts'
import { describeGroups } from '../../shared/aws/list.ts'
import type { ObservedSecurityGroup, SecurityGroupRule } from '../../shared/model/observed.ts'
import type { IngressRuleRef } from '../../shared/plan/step.ts'
import type { ApplyIo, Made, StepOf, StepResult } from './io.ts'
import { resolve } from './references.ts'
import { remove, whileInvisible, whileUnknown } from './retry.ts'
import { foreign, isOurs, missingTags, tagList } from './tags.ts'

/** Creates the security group, or takes the one that an earlier attempt made: same name, VPC and tags. */
export const runCreateSecurityGroup = async (
  io: ApplyIo,
  step: StepOf<'create-security-group'>,
): Promise<StepResult> => {
  if (io.listingIsOld()) {
    const existing = await find(io, step.name)
    if (existing !== undefined) return adopt(io, step, existing)
  }
  const input = {
    GroupName: step.name,
    Description: step.description,
    VpcId: io.vpcId,
    TagSpecifications: [{ ResourceType: 'security-group' as const, Tags: tagList(step.tags) }],
  }
  try {
    const { GroupId: id } = await io.aws.call(createSecurityGroup, input, io.signal)
    if (id === undefined) throw foreign({ ...call, code: 'NoAnswer', message: 'CreateSecurityGroup answered no id' })
    const { name, description, tags } = step
    return {
      made: id,
      written: [{ is: 'security-group', value: { id, name, description, vpcId: io.vpcId, inbound: [], tags } }],
    }
  } catch (error) {
    if (!hasRemedy(error, 'duplicate')) throw error
    const existing = await find(io, step.name)
    if (existing === undefined) throw error
    return adopt(io, step, existing)
  }
}

const call = { service: 'ec2', action: 'CreateSecurityGroup' } as const

const adopt = async (
  io: ApplyIo,
  step: StepOf<'create-security-group'>,
  found: ObservedSecurityGroup,
): Promise<StepResult> => {
  if (!isOurs(found.tags, step.tags)) {
    const message = `security group ${step.name} (${found.id}) exists and does not carry our tags`
    throw foreign({ ...call, code: 'InvalidGroup.Duplicate', message })
  }
  const missing = missingTags(found.tags, step.tags)
  if (Object.keys(missing).length > 0) {
    await whileUnknown(io, () => io.aws.call(createTags, { Resources: [found.id], Tags: tagList(missing) }, io.signal))
  }
  return {
    made: found.id,
    written: [{ is: 'security-group', value: { ...found, tags: { ...found.tags, ...missing } } }],
  }
}

const find = async (io: ApplyIo, name: string): Promise<ObservedSecurityGroup | undefined> =>
  (await describeGroups(io.aws, { 'vpc-id': [io.vpcId], 'group-name': [name] }, io.signal))[0]

export const runDeleteSecurityGroup = async (
  io: ApplyIo,
  step: StepOf<'delete-security-group'>,
  made: Made,
): Promise<StepResult> => {
  const id = resolve(step.securityGroup, made)
  await remove(io, { step, id }, () => io.aws.call(deleteSecurityGroup, { GroupId: id }, io.signal))
  return { written: [{ is: 'gone', id }] }
}

/** Rules that are there already count as done. */
export const runAuthorizeIngress = async (
  io: ApplyIo,
  step: StepOf<'authorize-ingress'>,
  made: Made,
): Promise<StepResult> => {
  const id = resolve(step.securityGroup, made)
  const rules = step.rules.map((rule) => withSource(rule, made))
  const uses = [
    step.securityGroup,
    ...step.rules.flatMap(({ source }) => (source.is === 'made-group' ? [source.group] : [])),
  ]
  await eachOnceRefused(rules, 'duplicate', async (some) => {
    const input = { GroupId: id, IpPermissions: some.map(permission) }
    await whileInvisible(io, uses, () => io.aws.call(authorizeSecurityGroupIngress, input, io.signal))
  })
  return { written: [{ is: 'inbound', id, add: rules, remove: [] }] }
}

/** Rules that are gone already count as done. */
export const runRevokeIngress = async (
  io: ApplyIo,
  step: StepOf<'revoke-ingress'>,
  made: Made,
): Promise<StepResult> => {
  const id = resolve(step.securityGroup, made)
  const rules = step.rules.map((rule) => withSource(rule, made))
  await eachOnceRefused(rules, 'not-found', async (some) => {
    await io.fence()
    await io.aws.call(revokeSecurityGroupIngress, { GroupId: id, IpPermissions: some.map(permission) }, io.signal)
  })
  return { written: [{ is: 'inbound', id, add: [], remove: rules }] }
}

/** EC2 refuses a call whole for one rule of it that is there (or gone) already; then each is sent by itself. */
const eachOnceRefused = async (
  rules: readonly SecurityGroupRule[],
  done: 'duplicate' | 'not-found',
  send: (some: readonly SecurityGroupRule[]) => Promise<void>,
): Promise<void> => {
  try {
    await send(rules)
  } catch (error) {
    if (!hasRemedy(error, done)) throw error
    if (rules.length > 1) for (const rule of rules) await eachOnceRefused([rule], done, send)
  }
}

const withSource = (rule: IngressRuleRef, made: Made): SecurityGroupRule => {
  const { source } = rule
  return source.is === 'made-group'
    ? { ...rule, source: { is: 'group', groupId: resolve(source.group, made) } }
    : { ...rule, source }
}

/** One rule as one permission; the description belongs to the source, and an empty one is sent too. */
export const permission = (rule: SecurityGroupRule): IpPermission => {
  const { source, description: Description } = rule
  const ports = {
    IpProtocol: rule.protocol,
    ...(rule.fromPort === -1 ? {} : { FromPort: rule.fromPort }),
    ...(rule.toPort === -1 ? {} : { ToPort: rule.toPort }),
  }
  switch (source.is) {
    case 'cidr':
      return source.cidr.includes(':')
        ? { ...ports, Ipv6Ranges: [{ CidrIpv6: source.cidr, Description }] }
        : { ...ports, IpRanges: [{ CidrIp: source.cidr, Description }] }
    case 'group':
      return { ...ports, UserIdGroupPairs: [{ GroupId: source.groupId, Description }] }
    case 'prefix-list':
      return { ...ports, PrefixListIds: [{ PrefixListId: source.id, Description }] }
    default:
      return source satisfies never
  }
}
