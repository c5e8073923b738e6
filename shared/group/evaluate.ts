import { declaredRules, buildStack } from './build.ts'
import { assess, type Assessment } from './contribute.ts'
import type { Evaluation, Group, Member, Standing } from './evaluation.ts'
import { protectedBy } from './deletion-protection.ts'
import { defaultsOfContribution, movedDefaultCertificates } from './default-certificate.ts'
import { http2Findings } from './http2.ts'
import { judgeLoadBalancerName } from './load-balancer-name.ts'
import { nodeFindings } from './nodes.ts'
import { judgeNetwork, type Network } from './network.ts'
import { quotaFindings } from './quotas.ts'
import { effectiveOrder } from '../features/rules/order.ts'
import { orderNotices } from '../features/rules/shadow.ts'
import type { Finding } from '../findings/finding.ts'
import type { Facts } from '../ingress/facts.ts'
import type { Contribution } from '../model/contribution.ts'
import type { DesiredModel } from '../model/model.ts'

/**
 * Evaluates a group as a whole: each member alone, then what concerns the load balancer, then the desired model. A
 * member stands whole or not at all: at fault, it is set aside with what it last brought, and disturbs nobody.
 */
export const evaluate = (group: Group, facts: Facts): Evaluation => {
  const present = bySeniority(group.members.filter(({ role }) => role !== 'leaving'))
  const assessed = present.map((member) => ({ member, assessment: assess(member.ingress, facts) }))
  const network = judgeNetwork(group.key, assessed, facts)
  const judged = assessed.map(({ member, assessment }) => {
    const name = judgeLoadBalancerName(group.key, member, assessment, facts)
    const findings = [
      ...assessment.findings,
      ...(network.findings.get(member.name) ?? []),
      ...name.findings,
      ...http2Findings(member, assessment),
      ...nodeFindings(member, assessment, facts),
      ...movedDefaultOf(member, assessment),
    ]
    const needs = [...assessment.needs, ...name.needs]
    return { member, findings: [...findings, ...quotaFindings(member, assessment, facts.flags)], needs, assessment }
  })
  const standings = new Map(
    judged.map(({ member, findings, assessment }) => [member.name, standingOf(member, findings, assessment)] as const),
  )
  const contributions = inGroupOrder([...standings.values()].flatMap(contributionOf))
  const ruled = inGroupOrder(
    judged.flatMap(({ member, assessment }) => rulesOf(member, assessment, standings.get(member.name))),
  )
  return {
    group: group.key,
    standings,
    model: modelOf(group, standings, contributions, network, facts),
    findings: [...judged.flatMap(({ findings }) => findings), ...orderNotices(effectiveOrder(declaredRules(ruled)))],
    needs: [...network.needs, ...judged.flatMap(({ needs }) => needs)],
  }
}

/**
 * What a certificate that came up since changes about what the member last brought. Of one that is being written the
 * consequences of the change tell it.
 */
const movedDefaultOf = ({ ingress, role, lastGood }: Member, { contribution }: Assessment): readonly Finding[] =>
  role === 'candidate' || lastGood === undefined || contribution === undefined
    ? []
    : movedDefaultCertificates(ingress, defaultsOfContribution(lastGood), defaultsOfContribution(contribution))

/**
 * The order in which members are merged: those that are as they last were first, then changed ones, each by age, the
 * candidate last, so that nobody is evicted by a neighbour's edit.
 */
const bySeniority = (members: readonly Member[]): readonly Member[] =>
  [...members].sort((a, b) => {
    if (a.role !== b.role) return a.role === 'candidate' ? 1 : -1
    const [first, second] = [a, b].map(({ ingress, name }) => `${ingress.creationTimestamp} ${name}`)
    return (first ?? '') < (second ?? '') ? -1 : 1
  })

const standingOf = (member: Member, findings: readonly Finding[], assessment: Assessment): Standing => {
  const lastGood = member.lastGood === undefined ? {} : { lastGood: member.lastGood }
  if (findings.some(({ kind }) => kind === 'fault')) return { is: 'set-aside', ...lastGood }
  if (assessment.contribution === undefined) return { is: assessment.unknown ? 'held' : 'set-aside', ...lastGood }
  return { is: 'current', contribution: assessment.contribution }
}

/** What counts of a member: what it brings now, or what it last brought. */
export const contributionOf = (standing: Standing): readonly Contribution[] => {
  switch (standing.is) {
    case 'current':
      return [standing.contribution]
    case 'held':
    case 'set-aside':
      return standing.lastGood === undefined ? [] : [standing.lastGood]
    default:
      return standing satisfies never
  }
}

type Ruled = Pick<Contribution, 'member' | 'rules' | 'tags'>

/** The rules that are told of: those that are brought, and of a member that waits for a fact those that it is to bring. */
const rulesOf = ({ name }: Member, { rules }: Assessment, standing: Standing | undefined): readonly Ruled[] => {
  if (standing === undefined) return []
  return standing.is === 'held' ? [{ member: name, rules, tags: {} }] : contributionOf(standing)
}

const inGroupOrder = <T extends Pick<Contribution, 'member'>>(contributions: readonly T[]): readonly T[] =>
  [...contributions].sort((a, b) => (a.member < b.member ? -1 : 1))

const modelOf = (
  group: Group,
  standings: ReadonlyMap<string, Standing>,
  contributions: readonly Contribution[],
  network: Network,
  facts: Facts,
): DesiredModel => {
  if (standings.size === 0) {
    const keepers = protectedBy(group.members, facts.flags)
    return { is: 'nothing', group: group.key, ...(keepers.length === 0 ? {} : { protectedBy: keepers }) }
  }
  const lost = [...standings.values()].some((standing) => contributionOf(standing).length === 0)
  if (lost) return { is: 'untouched', group: group.key }
  return {
    is: 'stack',
    group: group.key,
    stack: buildStack(
      group.key,
      contributions,
      {
        scheme: network.schemeFor(contributions),
        subnets: network.subnetsFor(contributions),
        securityGroups: network.securityGroupsFor(contributions),
      },
      facts.flags,
    ),
  }
}
