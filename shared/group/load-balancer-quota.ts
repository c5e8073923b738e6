import type { Values } from '../annotation/setting.ts'
import { scheme } from '../features/exposure.ts'
import type { Finding } from '../findings/finding.ts'
import { type Facts, factOf, type LiveLoadBalancer } from '../ingress/facts.ts'
import type { GroupKey } from '../model/model.ts'
import type { Member } from './evaluation.ts'
import { onSetting } from './on-setting.ts'
import { schemeOf } from './scheme.ts'

/**
 * Whether the region has room for one more load balancer, where one is to be made (Elastic Load Balancing, "Quotas for your
 * Application Load Balancers"). Those of this cluster are counted, which are at most all. A first one waits for room; one
 * that is to take over cannot be built beside the live one.
 */
export const judgeLoadBalancerQuota = (
  group: GroupKey,
  member: Member,
  values: Values,
  facts: Facts,
): readonly Finding[] => {
  const all = factOf<readonly LiveLoadBalancer[]>(facts, { is: 'load-balancers' })
  if (all.is !== 'present') return []
  const mine = all.value.filter((balancer) => balancer.group === group)
  const wanted = schemeOf(member, values, { is: 'present', value: mine }, facts)
  const limit = facts.flags.quotas['albs-per-region']
  const used = all.value.length
  if (wanted === undefined || used < limit || mine.some((balancer) => balancer.scheme === wanted)) return []
  const counted = `${used} of the ${limit} load balancers of the region are in use`
  const isTakingOver = mine.length > 0
  return [
    onSetting(member.ingress, values, scheme, {
      code: 'LoadBalancersTooMany',
      kind: isTakingOver ? 'fault' : 'notice',
      message: isTakingOver ? `the load balancer that takes over cannot be made: ${counted}` : counted,
      ...(isTakingOver
        ? { fix: 'delete Ingresses that nobody needs, or have the quota raised and set --quota albs-per-region' }
        : {}),
      warning: `load balancer: ${counted}; it is made once there is room`,
      needs: 'aws',
    }),
  ]
}
