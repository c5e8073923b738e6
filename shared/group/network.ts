import type { Values } from '../annotation/setting.ts'
import type { Finding } from '../findings/finding.ts'
import type { Fact, Facts, LiveLoadBalancer, Need } from '../ingress/facts.ts'
import { factOf } from '../ingress/facts.ts'
import type { Contribution } from '../model/contribution.ts'
import type { GroupKey, Known, Scheme } from '../model/model.ts'
import type { Assessment } from './contribute.ts'
import type { Member } from './evaluation.ts'
import { judgeLoadBalancerQuota } from './load-balancer-quota.ts'
import { judgeScheme, schemeFor, schemeOf } from './scheme.ts'
import { judgeSecurityGroups, securityGroupsFor } from './security-groups.ts'
import { judgeSubnets, subnetsFor } from './subnets.ts'

/** What concerns the load balancer as a whole: its scheme against the live one, and its subnets. */
export interface Network {
  /** By member. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>
  readonly needs: readonly Need[]
  /** The scheme that the load balancer shall have. */
  readonly schemeFor: (contributions: readonly Contribution[]) => Scheme
  readonly subnetsFor: (contributions: readonly Contribution[]) => Known<readonly string[]>
  /** Ids of the security groups that the members name; undefined where they name none. */
  readonly securityGroupsFor: (contributions: readonly Contribution[]) => Known<readonly string[]> | undefined
}

interface Assessed {
  readonly member: Member
  readonly assessment: Assessment
}

export const judgeNetwork = (group: GroupKey, assessed: readonly Assessed[], facts: Facts): Network => {
  const live = liveOf(group, facts)
  const schemeFrom = (contributions: readonly Contribution[]): Scheme =>
    schemeFor(
      contributions,
      assessed.map(({ member }) => member),
      live,
      facts,
    )
  const judged = assessed.map(({ member, assessment }) => ({
    member,
    ...judgeMember(group, member, assessment.values, live, facts),
  }))
  return {
    findings: new Map(judged.map(({ member, findings }) => [member.name, findings])),
    needs: [{ is: 'load-balancers' }, ...judged.flatMap(({ needs }) => needs)],
    schemeFor: schemeFrom,
    subnetsFor: (contributions) => subnetsFor(contributions, schemeFrom(contributions), live, facts),
    securityGroupsFor: (contributions) => securityGroupsFor(contributions, facts),
  }
}

/** The live load balancers of the group. */
const liveOf = (group: GroupKey, facts: Facts): Fact<readonly LiveLoadBalancer[]> => {
  const fact = factOf<readonly LiveLoadBalancer[]>(facts, { is: 'load-balancers' })
  return fact.is === 'present'
    ? { is: 'present', value: fact.value.filter((balancer) => balancer.group === group) }
    : fact
}

const judgeMember = (
  group: GroupKey,
  member: Member,
  values: Values,
  live: Fact<readonly LiveLoadBalancer[]>,
  facts: Facts,
): { readonly findings: readonly Finding[]; readonly needs: readonly Need[] } => {
  const moved = [...judgeScheme(member, values, live, facts), ...judgeLoadBalancerQuota(group, member, values, facts)]
  const places = judgeSubnets(member.ingress, values, schemeOf(member, values, live, facts), live, facts)
  const groups = judgeSecurityGroups(member.ingress, values, facts)
  return { findings: [...moved, ...places.findings, ...groups.findings], needs: [...places.needs, ...groups.needs] }
}
