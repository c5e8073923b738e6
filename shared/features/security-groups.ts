import { list } from '../annotation/codecs/list.ts'
import { bool } from '../annotation/codecs/scalars.ts'
import { type CheckContext, feature, setting, type Values, valueOf } from '../annotation/setting.ts'
import type { Finding } from '../findings/finding.ts'
import type { Flags } from '../ingress/flags.ts'
import { quote } from '../text/quote.ts'

/** Groups of somebody else for the load balancer, in place of the managed one. */
export const securityGroups = setting({
  key: 'security-groups',
  scope: 'group',
  merge: 'exclusive',
  codec: list,
  emptyRefused: true,
  summary:
    'Ids of security groups of yours, or values of their tag Name, that the load balancer has instead of a managed one.',
  sample: 'sg-0a1b2c3d4e5f60718,web',
})

/** Whether the targets of a load balancer with groups of somebody else are opened to it by us. */
export const manageBackendRules = setting({
  key: 'manage-backend-security-group-rules',
  scope: 'group',
  merge: 'exclusive',
  codec: bool,
  fallback: (_, flags) => flags.manageBackendSecurityGroupRules,
  summary: 'Beside security-groups: whether the load balancer has the backend group too and targets are opened to it.',
  sample: 'true',
})

/** How many groups can be named: the backend group takes a place of its own. */
export const namedGroupsLimit = (values: Values, { quotas }: Flags): number =>
  quotas['security-groups-per-alb'] - (valueOf(values, manageBackendRules) === true ? 1 : 0)

/** What is said of a list that is too long. */
export const tooManyGroups = (count: number, values: Values, flags: Flags) => {
  const most = namedGroupsLimit(values, flags)
  const beside = most < flags.quotas['security-groups-per-alb'] ? ' beside the backend group' : ''
  return {
    code: 'SecurityGroupsTooMany',
    value: String(count),
    message: `must have at most ${most} items${beside}`,
    fix: `write at most ${most}`,
  } as const
}

export const securityGroupsFeature = feature({
  name: 'security groups',
  settings: [securityGroups, manageBackendRules],
  check: (values, context) => {
    const entries = valueOf(values, securityGroups)
    return [...(entries === undefined ? [] : listFindings(entries, values, context)), ...management(values, context)]
  },
})

const listFindings = (entries: readonly string[], values: Values, context: CheckContext): readonly Finding[] => {
  const distinct = [...new Set(entries)]
  return [
    ...distinct
      .filter((entry) => entry.startsWith('sg-') && !/^sg-[0-9a-f]+$/.test(entry))
      .map((entry) =>
        context.on(securityGroups, {
          code: 'SecurityGroupIdMalformed',
          value: quote(entry),
          message: 'a security group id is sg- and hex digits in lower case',
          fix: `write an id that 'aws ec2 describe-security-groups' shows`,
        }),
      ),
    ...distinct
      .filter((entry) => entries.indexOf(entry) !== entries.lastIndexOf(entry))
      .map((entry) =>
        context.on(securityGroups, {
          code: 'SecurityGroupTwice',
          kind: 'notice',
          value: quote(entry),
          message: `${quote(entry)} is listed twice`,
        }),
      ),
    ...(distinct.length > namedGroupsLimit(values, context.flags)
      ? [context.on(securityGroups, tooManyGroups(distinct.length, values, context.flags))]
      : []),
  ]
}

const management = (values: Values, context: CheckContext): readonly Finding[] => {
  const settled = values.get(manageBackendRules)
  if (!settled.ok || !values.get(securityGroups).ok) return []
  const named = valueOf(values, securityGroups) !== undefined
  if (settled.value === true && !context.flags.enableBackendSecurityGroup)
    return [
      context.on(manageBackendRules, {
        code: 'BackendGroupDisabled',
        message: 'needs the backend group, which --enable-backend-security-group=false has switched off',
        fix: 'remove the key',
      }),
    ]
  if (!named)
    return settled.origin === undefined
      ? []
      : [
          context.on(manageBackendRules, {
            code: 'BackendRulesWithoutGroups',
            kind: 'notice',
            message: 'no effect without security-groups',
          }),
        ]
  return settled.value === true
    ? []
    : [
        context.on(securityGroups, {
          code: 'TargetsMustAdmit',
          kind: 'notice',
          message: 'targets must admit these groups, or set manage-backend-security-group-rules',
        }),
      ]
}
