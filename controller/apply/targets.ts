import { deregisterTargets, registerTargets } from '../../shared/aws/elastic-load-balancing.ts'
import { hasRemedy } from '../../shared/aws/errors.ts'
import { batches } from '../../shared/aws/pages.ts'
import type { TargetRef } from '../../shared/plan/step.ts'
import type { ApplyIo, Made, StepOf, StepResult } from './io.ts'
import { resolve } from './references.ts'
import { whileInvisible } from './retry.ts'

const targetsPerCall = 200

export const runRegisterTargets = async (
  io: ApplyIo,
  step: StepOf<'register-targets'>,
  made: Made,
): Promise<StepResult> => {
  const arn = resolve(step.targetGroup, made)
  for (const some of batches(step.targets, targetsPerCall)) {
    const input = { TargetGroupArn: arn, Targets: some.map(target) }
    await whileInvisible(io, [step.targetGroup], () => io.aws.call(registerTargets, input, io.signal))
  }
  return { written: [] }
}

/** Targets of a target group that is gone are deregistered. */
export const runDeregisterTargets = async (
  io: ApplyIo,
  step: StepOf<'deregister-targets'>,
  made: Made,
): Promise<StepResult> => {
  const arn = resolve(step.targetGroup, made)
  for (const some of batches(step.targets, targetsPerCall)) {
    await io.fence()
    try {
      await io.aws.call(deregisterTargets, { TargetGroupArn: arn, Targets: some.map(target) }, io.signal)
    } catch (error) {
      if (!hasRemedy(error, 'not-found')) throw error
    }
  }
  return { written: [] }
}

const target = ({ id, port, zone }: TargetRef): { Id: string; Port: number; AvailabilityZone?: string } => ({
  Id: id,
  Port: port,
  ...(zone === undefined ? {} : { AvailabilityZone: zone }),
})
