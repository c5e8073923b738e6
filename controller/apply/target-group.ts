import {
  createTargetGroup,
  deleteTargetGroup,
  describeTargetGroups,
  modifyTargetGroup,
} from '../../shared/aws/elastic-load-balancing.ts'
import { hasRemedy } from '../../shared/aws/errors.ts'
import { readTargetGroup } from '../../shared/aws/read/target-group.ts'
import type { HealthCheck, TargetProtocolVersion } from '../../shared/model/model.ts'
import type { ObservedTargetGroup } from '../../shared/model/observed.ts'
import { tagsOnceShown } from './adopt.ts'
import type { ApplyIo, Made, StepOf, StepResult } from './io.ts'
import { resolve } from './references.ts'
import { remove, whileInvisible } from './retry.ts'
import { completeTags, foreign, tagList } from './tags.ts'

/** Creates the target group, or takes the one that an earlier attempt made: same name, kind and tags. */
export const runCreateTargetGroup = async (io: ApplyIo, step: StepOf<'create-target-group'>): Promise<StepResult> => {
  if (io.listingIsOld()) {
    const existing = await find(io, step.name)
    if (existing !== undefined) return adopt(io, step, existing)
  }
  const isFree = io.isFree('target-group', step.name)
  const input = {
    Name: step.name,
    TargetType: step.targetType,
    Protocol: step.protocol,
    ProtocolVersion: step.protocolVersion,
    ...(step.ipAddressType === 'ipv4' ? {} : { IpAddressType: step.ipAddressType }),
    Port: step.port,
    VpcId: step.vpcId,
    ...healthCheckInput(step.healthCheck, step.protocolVersion),
    Tags: tagList(step.tags),
  }
  try {
    const output = await io.aws.call(createTargetGroup, input, io.signal)
    const [created] = (output.TargetGroups ?? []).flatMap((answer) => readTargetGroup(answer, {}) ?? [])
    if (created === undefined)
      throw foreign({ ...call, code: 'NoAnswer', message: 'CreateTargetGroup answered no target group' })
    if (isFree) return { made: created.arn, written: [{ is: 'target-group', value: { ...created, tags: step.tags } }] }
    return await adopt(io, step, created)
  } catch (error) {
    if (!hasRemedy(error, 'duplicate')) throw error
    const existing = await find(io, step.name)
    if (existing === undefined) throw error
    return adopt(io, step, existing)
  }
}

const call = { service: 'elasticloadbalancing', action: 'CreateTargetGroup' } as const

/** The port may be another one, since targets carry their own; the health check is brought in line by the next plan. */
const adopt = async (
  io: ApplyIo,
  step: StepOf<'create-target-group'>,
  found: ObservedTargetGroup,
): Promise<StepResult> => {
  const tags = await tagsOnceShown(io, found.arn, step.tags)
  const isSame =
    found.targetType === step.targetType &&
    found.protocol === step.protocol &&
    found.protocolVersion === step.protocolVersion &&
    found.ipAddressType === step.ipAddressType &&
    found.vpcId === step.vpcId
  if (tags === undefined || !isSame) {
    const message = `target group ${step.name} exists and is not the one of ${step.group}`
    throw foreign({ ...call, code: 'DuplicateTargetGroupName', message })
  }
  const value = { ...found, tags: await completeTags(io, found.arn, tags, step.tags) }
  return { made: found.arn, written: [{ is: 'target-group', value }] }
}

const find = async (io: ApplyIo, name: string): Promise<ObservedTargetGroup | undefined> => {
  try {
    const output = await io.aws.call(describeTargetGroups, { Names: [name] }, io.signal)
    return (output.TargetGroups ?? []).flatMap((answer) => readTargetGroup(answer, {}) ?? [])[0]
  } catch (error) {
    if (hasRemedy(error, 'not-found')) return undefined
    throw error
  }
}

/** A health check as CreateTargetGroup and ModifyTargetGroup take it. */
export const healthCheckInput = (check: HealthCheck, version: TargetProtocolVersion) => ({
  HealthCheckEnabled: true,
  HealthCheckPort: check.port,
  HealthCheckProtocol: check.protocol,
  HealthCheckPath: check.path,
  HealthCheckIntervalSeconds: check.intervalSeconds,
  HealthCheckTimeoutSeconds: check.timeoutSeconds,
  HealthyThresholdCount: check.healthyThreshold,
  UnhealthyThresholdCount: check.unhealthyThreshold,
  Matcher: version === 'GRPC' ? { GrpcCode: check.successCodes } : { HttpCode: check.successCodes },
})

export const runModifyTargetGroup = async (
  io: ApplyIo,
  step: StepOf<'modify-target-group'>,
  made: Made,
): Promise<StepResult> => {
  const arn = resolve(step.targetGroup, made)
  const { healthCheck, protocolVersion } = step
  await whileInvisible(io, [step.targetGroup], () =>
    io.aws.call(
      modifyTargetGroup,
      { TargetGroupArn: arn, ...healthCheckInput(healthCheck, protocolVersion) },
      io.signal,
    ),
  )
  return { written: [{ is: 'target-group-changed', arn, change: { healthCheck } }] }
}

export const runDeleteTargetGroup = async (
  io: ApplyIo,
  step: StepOf<'delete-target-group'>,
  made: Made,
): Promise<StepResult> => {
  const arn = resolve(step.targetGroup, made)
  await remove(io, { step, id: arn }, () => io.aws.call(deleteTargetGroup, { TargetGroupArn: arn }, io.signal))
  return { written: [{ is: 'gone', id: arn }] }
}
