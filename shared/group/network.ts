import { valueOf } from '../annotation/setting.ts'
import type { AnySetting, Values } from '../annotation/setting.ts'
import { scheme } from '../features/exposure.ts'
import { subnets } from '../features/subnets.ts'
import type { Finding } from '../findings/finding.ts'
import type { Fact, Facts, LiveLoadBalancer, Need, Subnet } from '../ingress/facts.ts'
import { factOf } from '../ingress/facts.ts'
import { discoverSubnets } from '../ingress/subnets/discovery.ts'
import { judgeExplicitSubnets } from '../ingress/subnets/explicit.ts'
import type { Contribution } from '../model/contribution.ts'
import type { GroupKey, Known, Scheme } from '../model/model.ts'
import type { Assessment } from './contribute.ts'
import type { Member } from './evaluation.ts'
import { onSetting, type SettingProblem } from './on-setting.ts'
import { judgeSecurityGroups, securityGroupsFor } from './security-groups.ts'

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
    subnetsFor: (contributions) => subnetsFor(contributions, live, facts),
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
  const places = judgeSubnets(member, values, live, facts)
  const groups = judgeSecurityGroups(member.ingress, values, facts)
  return { findings: [...moved, ...places.findings, ...groups.findings], needs: [...places.needs, ...groups.needs] }
}

/** Subnets that are written stand or fall without the scheme; discovery is asked for a scheme only. */
const judgeSubnets = (
  member: Member,
  values: Values,
  live: Fact<readonly LiveLoadBalancer[]>,
  facts: Facts,
): { readonly findings: readonly Finding[]; readonly needs: readonly Need[] } => {
  const explicit = values.get(subnets)
  if (!explicit.ok) return { findings: [], needs: [] }
  if (explicit.value !== undefined) {
    const ids = explicit.value.filter((entry) => entry.startsWith('subnet-'))
    if (ids.length < explicit.value.length) return { findings: [], needs: [] }
    const judgement = judgeExplicitSubnets({
      ids,
      subnet: (id) => factOf<Subnet>(facts, { is: 'subnet', id }),
      vpcId: facts.flags.vpcId,
      clusterName: facts.flags.clusterName,
    })
    const findings = judgement.problems.map((problem) => onSetting(member.ingress, values, subnets, problem))
    return { findings, needs: ids.map((id) => ({ is: 'subnet', id })) }
  }
  const wanted = valueOf(values, scheme)
  if (wanted === undefined) return { findings: [], needs: [] }
  const needs: readonly Need[] = [{ is: 'subnets' }]
  if (live.is === 'unknown') return { findings: [notChecked(member, values, subnets, live.why)], needs }
  if (live.is === 'present' && live.value.length > 0) return { findings: [], needs }
  const found = discovery(wanted, facts)
  switch (found.is) {
    case 'chosen':
      return { findings: [], needs }
    case 'unknown':
      return { findings: [notChecked(member, values, subnets, found.why)], needs }
    case 'none':
      return { findings: [onSetting(member.ingress, values, subnets, found.problem)], needs }
    default:
      return found satisfies never
  }
}

type Discovered =
  | { readonly is: 'chosen'; readonly ids: readonly string[] }
  | { readonly is: 'unknown'; readonly why: string }
  | { readonly is: 'none'; readonly problem: SettingProblem }

const discovery = (wanted: Scheme, facts: Facts): Discovered => {
  const all = factOf<readonly Subnet[]>(facts, { is: 'subnets' })
  if (all.is === 'unknown') return { is: 'unknown', why: all.why }
  const { flags } = facts
  const result = discoverSubnets({
    subnets: all.is === 'present' ? all.value : [],
    scheme: wanted,
    vpcId: flags.vpcId,
    clusterName: flags.clusterName,
    clusterTagCheck: flags.subnetsClusterTagCheck,
  })
  return result.ok ? { is: 'chosen', ids: result.ids } : { is: 'none', problem: { ...result.problem, needs: 'aws' } }
}

/** The scheme of a live load balancer cannot change; another load balancer beside it is not built yet. */
const schemeChange = (
  member: Member,
  values: Values,
  wanted: Scheme,
  live: Fact<readonly LiveLoadBalancer[]>,
): readonly Finding[] => {
  if (live.is === 'unknown') return [notChecked(member, values, scheme, live.why)]
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

const notChecked = (member: Member, values: Values, definition: AnySetting, why: string): Finding => {
  const value = valueOf(values, definition)
  return onSetting(member.ingress, values, definition, {
    code: 'NotChecked',
    kind: 'unchecked',
    ...(value === undefined ? {} : { value: JSON.stringify(definition.codec.encode(value)) }),
    message: `not checked: ${why}`,
    warning: `${definition.key}: not checked: ${why}; the controller checks it again`,
    needs: 'aws',
  })
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

const subnetsFor = (
  contributions: readonly Contribution[],
  live: Fact<readonly LiveLoadBalancer[]>,
  facts: Facts,
): Known<readonly string[]> => {
  const explicit = contributions.find(({ group }) => group.subnetIds !== undefined)?.group.subnetIds
  if (explicit !== undefined) return { known: explicit }
  const wanted = schemeFor(contributions, live, facts)
  if (live.is === 'unknown') return { unknown: live.why }
  const same = live.is === 'present' ? live.value.find((balancer) => balancer.scheme === wanted) : undefined
  if (same !== undefined) return { known: [...same.subnetIds].sort() }
  const found = discovery(wanted, facts)
  if (found.is === 'chosen') return { known: found.ids }
  return { unknown: found.is === 'unknown' ? found.why : found.problem.message }
}
