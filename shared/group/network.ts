import { valueOf } from '../annotation/setting.ts'
import type { Values } from '../annotation/setting.ts'
import { scheme } from '../features/exposure.ts'
import type { Finding } from '../findings/finding.ts'
import type { Fact, Facts, LiveLoadBalancer, Need } from '../ingress/facts.ts'
import { factOf } from '../ingress/facts.ts'
import type { Contribution } from '../model/contribution.ts'
import type { GroupKey, Known, Scheme } from '../model/model.ts'
import type { Assessment } from './contribute.ts'
import type { Member } from './evaluation.ts'
import { notChecked, onSetting } from './on-setting.ts'
import { judgeSecurityGroups, securityGroupsFor } from './security-groups.ts'
import { judgeSubnets, subnetsFor } from './subnets.ts'

/** What concerns the load balancer as a whole: its scheme against the live one, and its subnets. */
export interface Network {
  /** By member. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>
  readonly needs: readonly Need[]
  /** The scheme that the members claim; else that of the live load balancer, which cannot change; else the default. */
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
  const judged = assessed.map(({ member, assessment }) => ({
    member,
    ...judgeMember(member, assessment.values, live, facts),
  }))
  return {
    findings: new Map(judged.map(({ member, findings }) => [member.name, findings])),
    needs: [{ is: 'load-balancers' }, ...judged.flatMap(({ needs }) => needs)],
    schemeFor: (contributions) => schemeFor(contributions, live, facts),
    subnetsFor: (contributions) => subnetsFor(contributions, schemeFor(contributions, live, facts), live, facts),
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
  member: Member,
  values: Values,
  live: Fact<readonly LiveLoadBalancer[]>,
  facts: Facts,
): { readonly findings: readonly Finding[]; readonly needs: readonly Need[] } => {
  const wanted = valueOf(values, scheme)
  const moved = wanted === undefined ? [] : schemeChange(member, values, wanted, live)
  const places = judgeSubnets(member.ingress, values, live, facts)
  const groups = judgeSecurityGroups(member.ingress, values, facts)
  return { findings: [...moved, ...places.findings, ...groups.findings], needs: [...places.needs, ...groups.needs] }
}

/** The scheme of a live load balancer cannot change; another load balancer beside it is not built yet. */
const schemeChange = (
  member: Member,
  values: Values,
  wanted: Scheme,
  live: Fact<readonly LiveLoadBalancer[]>,
): readonly Finding[] => {
  if (live.is === 'unknown') return [notChecked(member.ingress, values, scheme, live.why)]
  if (live.is === 'absent') return []
  const [other] = live.value
  if (other === undefined || live.value.some((balancer) => balancer.scheme === wanted)) return []
  return [
    onSetting(member.ingress, values, scheme, {
      code: 'SchemeChange',
      kind: 'fault',
      message: `load balancer ${other.name} is ${other.scheme}, and changing the scheme of a live load balancer is not supported yet`,
      fix: `write "${other.scheme}", or delete the Ingress and create it anew`,
      needs: 'aws',
    }),
  ]
}

const schemeFor = (
  contributions: readonly Contribution[],
  live: Fact<readonly LiveLoadBalancer[]>,
  { flags }: Facts,
): Scheme => {
  const claimed = contributions.find(({ group }) => group.scheme !== undefined)?.group.scheme
  if (claimed !== undefined) return claimed
  const schemes = new Set(live.is === 'present' ? live.value.map((balancer) => balancer.scheme) : [])
  const [only] = schemes
  return only === undefined || schemes.has(flags.defaultScheme) ? flags.defaultScheme : only
}
