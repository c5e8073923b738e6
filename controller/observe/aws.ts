import type { Aws } from '../../shared/aws/client.ts'
import { readDetails } from '../../shared/aws/details.ts'
import { hasRemedy } from '../../shared/aws/errors.ts'
import type { Inventory } from '../../shared/aws/inventory.ts'
import type { GroupKey, Observed } from '../../shared/model/observed.ts'

/**
 * What AWS holds of a group, with the listeners and rules of the load balancers that `reads` names; those of the others
 * stay unread. Throws when one of them is gone; the inventory is then listed anew by the next who asks.
 */
export const observeGroup = async (
  io: { readonly aws: Aws; readonly inventory: Inventory; readonly inventoryMaxAgeMs: number },
  group: GroupKey,
  reads: readonly string[],
  signal: AbortSignal,
): Promise<Observed> => {
  await io.inventory.ensure(io.inventoryMaxAgeMs, signal)
  const observed = io.inventory.observed(group)
  const loadBalancers = await Promise.all(
    observed.loadBalancers.map(async (loadBalancer) => {
      if (!reads.includes(loadBalancer.arn)) return loadBalancer
      try {
        const value = await readDetails(io.aws, loadBalancer.arn, signal)
        return { ...loadBalancer, listeners: { is: 'read' as const, value } }
      } catch (error) {
        if (hasRemedy(error, 'not-found')) io.inventory.invalidate()
        throw error
      }
    }),
  )
  return { ...observed, loadBalancers }
}
