import type { GroupWorld } from './context.ts'
import type { Step } from './step.ts'

/**
 * Why a plan is frightening: it deletes all listeners, or more than half of the rules, of a live load balancer, and no
 * change of a member explains it. Its removals wait until a full read confirms them.
 */
export const fright = (world: GroupWorld, steps: readonly Step[]): string | undefined => {
  if (world.explained) return undefined
  const listeners = world.observed.loadBalancers.flatMap((balancer) =>
    balancer.listeners.is === 'read' ? balancer.listeners.value : [],
  )
  const rules = listeners.flatMap((listener) => listener.rules)
  const gone = new Set(
    steps.flatMap((step) => (step.is === 'delete-listener' && 'arn' in step.listener ? [step.listener.arn] : [])),
  )
  const deletedRules =
    steps.filter((step) => step.is === 'delete-rule').length +
    listeners.filter(({ arn }) => gone.has(arn)).reduce((sum, listener) => sum + listener.rules.length, 0)
  if (listeners.length > 0 && gone.size === listeners.length)
    return `all ${listeners.length} listeners would be deleted`
  if (rules.length > 1 && deletedRules * 2 > rules.length)
    return `${deletedRules} of ${rules.length} rules would be deleted`
  return undefined
}
