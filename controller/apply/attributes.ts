import { modifyLoadBalancerAttributes, modifyTargetGroupAttributes } from '../../shared/aws/elastic-load-balancing.ts'
import type { Attributes } from '../../shared/model/model.ts'
import type { ApplyIo, Made, StepOf, StepResult } from './io.ts'
import { resolve } from './references.ts'
import { whileInvisible } from './retry.ts'

/** Attributes as the calls that modify them take them. */
export const attributeList = (attributes: Attributes) =>
  Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }))

export const runModifyLoadBalancerAttributes = async (
  io: ApplyIo,
  step: StepOf<'modify-load-balancer-attributes'>,
  made: Made,
): Promise<StepResult> => {
  const input = { LoadBalancerArn: resolve(step.loadBalancer, made), Attributes: attributeList(step.attributes) }
  await whileInvisible(io, [step.loadBalancer], () => io.aws.call(modifyLoadBalancerAttributes, input, io.signal))
  return { written: [] }
}

export const runModifyTargetGroupAttributes = async (
  io: ApplyIo,
  step: StepOf<'modify-target-group-attributes'>,
  made: Made,
): Promise<StepResult> => {
  const input = { TargetGroupArn: resolve(step.targetGroup, made), Attributes: attributeList(step.attributes) }
  await whileInvisible(io, [step.targetGroup], () => io.aws.call(modifyTargetGroupAttributes, input, io.signal))
  return { written: [] }
}
