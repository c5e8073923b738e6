import type { Aws } from '../../shared/aws/client.ts'
import {
  readDetails,
  readLoadBalancerAttributes,
  readTargetGroupAttributes,
  readTargets,
} from '../../shared/aws/details.ts'
import { hasRemedy } from '../../shared/aws/errors.ts'
import type { Inventory } from '../../shared/aws/inventory.ts'
import type { GroupKey, Observed, Read } from '../../shared/model/observed.ts'
import type { PlanRead } from '../../shared/plan/step.ts'

/**
 * What AWS holds of a group, with the details that `reads` names; others stay unread. Throws when one of them is gone; the inventory is then listed anew by the next who asks.
 */
export const observeGroup = async (
  io: { readonly aws: Aws; readonly inventory: Inventory; readonly inventoryMaxAgeMs: number },
  group: GroupKey,
  reads: readonly PlanRead[],
  signal: AbortSignal,
): Promise<Observed> => {
  await io.inventory.ensure(io.inventoryMaxAgeMs, signal)
  const observed = io.inventory.observed(group)
  const isAsked = (of: PlanRead['of'], arn: string): boolean => reads.some((read) => read.of === of && read.arn === arn)
  try {
    const [loadBalancers, targetGroups] = await Promise.all([
      Promise.all(
        observed.loadBalancers.map(async (one) => {
          const [listeners, attributes] = await Promise.all([
            isAsked('listeners', one.arn) ? known(readDetails(io.aws, one.arn, signal)) : one.listeners,
            isAsked('load-balancer-attributes', one.arn)
              ? known(readLoadBalancerAttributes(io.aws, one.arn, signal))
              : one.attributes,
          ])
          return { ...one, listeners, attributes }
        }),
      ),
      Promise.all(
        observed.targetGroups.map(async (one) => {
          const [attributes, targets] = await Promise.all([
            isAsked('target-group-attributes', one.arn)
              ? known(readTargetGroupAttributes(io.aws, one.arn, signal))
              : one.attributes,
            isAsked('targets', one.arn) ? known(readTargets(io.aws, one.arn, signal)) : one.targets,
          ])
          return { ...one, attributes, targets }
        }),
      ),
    ])
    return { ...observed, loadBalancers, targetGroups }
  } catch (error) {
    if (hasRemedy(error, 'not-found')) io.inventory.invalidate()
    throw error
  }
}

const known = async <T>(value: Promise<T>): Promise<Read<T>> => ({ is: 'read', value: await value })
