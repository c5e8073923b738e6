import { type Values, valueOf } from '../annotation/setting.ts'
import { namedGroupsLimit, securityGroups, tooManyGroups } from '../features/security-groups.ts'
import type { Finding } from '../findings/finding.ts'
import { type Fact, type Facts, factOf, type Need, type SecurityGroup } from '../ingress/facts.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import type { Contribution } from '../model/contribution.ts'
import type { Known } from '../model/model.ts'
import { nearest } from '../text/nearest.ts'
import { quote } from '../text/quote.ts'
import { onSetting, type SettingProblem } from './on-setting.ts'

/** Judges the security groups that somebody named: each is there, in the cluster's VPC, and they are not too many. */
export const judgeSecurityGroups = (
  ingress: Ingress,
  values: Values,
  facts: Facts,
): { readonly findings: readonly Finding[]; readonly needs: readonly Need[] } => {
  const entries = [...new Set(valueOf(values, securityGroups) ?? [])].filter((entry) => !isMalformed(entry))
  const found = entries.map((entry) => ({ entry, groups: lookUp(entry, facts) }))
  const ids = new Set(found.flatMap(({ groups }) => (groups.is === 'present' ? groups.value.map(({ id }) => id) : [])))
  const limit = namedGroupsLimit(values, facts.flags)
  const problems = [
    ...found.flatMap(({ entry, groups }) => entryProblems(entry, groups, facts)),
    ...(ids.size > limit && entries.length <= limit
      ? [{ ...tooManyGroups(ids.size, values, facts.flags), kind: 'fault', needs: 'aws' } as const]
      : []),
  ]
  return {
    findings: problems.map((problem) => onSetting(ingress, values, securityGroups, problem)),
    needs: entries.map(needOf),
  }
}

/** The ids that the members' entries stand for, sorted; undefined where no member names a group. */
export const securityGroupsFor = (
  contributions: readonly Contribution[],
  facts: Facts,
): Known<readonly string[]> | undefined => {
  const entries = contributions.find(({ group }) => group.securityGroups !== undefined)?.group.securityGroups
  if (entries === undefined) return undefined
  const ids: string[] = []
  for (const entry of entries) {
    if (isId(entry)) {
      ids.push(entry)
      continue
    }
    const groups = lookUp(entry, facts)
    if (groups.is === 'unknown') return { unknown: groups.why }
    if (groups.is === 'absent') return { unknown: `no security group has the Name ${quote(entry)}` }
    ids.push(...groups.value.map(({ id }) => id))
  }
  return { known: [...new Set(ids)].toSorted() }
}

/** An entry that begins `sg-` is an id; others are values of the tag Name. */
const isId = (entry: string): boolean => entry.startsWith('sg-')

const isMalformed = (entry: string): boolean => isId(entry) && !/^sg-[0-9a-f]+$/.test(entry)

const needOf = (entry: string): Need => (isId(entry) ? { is: 'security-group', id: entry } : { is: 'security-groups' })

/** The groups that an entry stands for: one by its id, or all of the VPC that bear the Name. */
const lookUp = (entry: string, facts: Facts): Fact<readonly SecurityGroup[]> => {
  if (isId(entry)) {
    const fact = factOf<SecurityGroup>(facts, { is: 'security-group', id: entry })
    return fact.is === 'present' ? { is: 'present', value: [fact.value] } : fact
  }
  const all = factOf<readonly SecurityGroup[]>(facts, { is: 'security-groups' })
  if (all.is !== 'present') return all
  const value = all.value.filter(({ name }) => name === entry)
  return value.length === 0 ? { is: 'absent' } : { is: 'present', value }
}

const entryProblems = (
  entry: string,
  groups: Fact<readonly SecurityGroup[]>,
  facts: Facts,
): readonly SettingProblem[] => {
  const { vpcId } = facts.flags
  switch (groups.is) {
    case 'present':
      return groups.value
        .filter((group) => group.vpcId !== vpcId)
        .map((group) => ({
          code: 'SecurityGroupOtherVpc',
          kind: 'fault',
          needs: 'aws',
          value: quote(entry),
          message: `belongs to ${group.vpcId}, the cluster to ${vpcId}`,
          fix: `write a security group of ${vpcId}`,
        }))
    case 'absent':
      return [notFound(entry, facts)]
    case 'unknown':
      return [
        {
          code: 'NotChecked',
          kind: 'unchecked',
          needs: 'aws',
          value: quote(entry),
          message: `not checked: ${groups.why}`,
          warning: `security-groups: ${entry} not checked: ${groups.why}; the controller checks it again`,
        },
      ]
    default:
      return groups satisfies never
  }
}

const notFound = (entry: string, facts: Facts): SettingProblem => {
  const all = factOf<readonly SecurityGroup[]>(facts, { is: 'security-groups' })
  const names =
    all.is === 'present' && !isId(entry) ? all.value.map(({ name }) => name).filter((name) => name !== '') : []
  const hint = nearest(entry, names, 'value')
  return {
    code: 'SecurityGroupNotFound',
    kind: 'fault',
    needs: 'aws',
    value: quote(entry),
    message: isId(entry)
      ? 'no such security group in this account and region'
      : `no security group of ${facts.flags.vpcId} has this tag Name`,
    fix:
      hint === undefined ? `write an id that 'aws ec2 describe-security-groups' shows` : `did you mean ${quote(hint)}?`,
  }
}
