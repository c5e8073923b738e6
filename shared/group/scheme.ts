import { type Values, valueOf } from '../annotation/setting.ts'
import { scheme } from '../features/exposure.ts'
import type { Finding } from '../findings/finding.ts'
import type { Fact, Facts, LiveLoadBalancer } from '../ingress/facts.ts'
import type { Flags } from '../ingress/flags.ts'
import type { Contribution } from '../model/contribution.ts'
import type { Scheme } from '../model/model.ts'
import { formatDuration } from '../text/durations.ts'
import type { Member } from './evaluation.ts'
import { notChecked, onSetting } from './on-setting.ts'

type Live = Fact<readonly LiveLoadBalancer[]>

/**
 * The scheme of a group's load balancer:
 *
 * | claimed | claimed before | |
 * |---|---|---|
 * | yes | | what is claimed |
 * | no | yes | the default of the operator: somebody removed the key |
 * | no | no | that of the live load balancer, so that another default of the operator replaces nothing; else the default |
 */
export const schemeFor = (
  contributions: readonly Contribution[],
  members: readonly Member[],
  live: Live,
  { flags }: Facts,
): Scheme => {
  const claimed = contributions.find(({ group }) => group.scheme !== undefined)?.group.scheme
  if (claimed !== undefined) return claimed
  return members.some(claimedBefore) ? flags.defaultScheme : liveOr(flags.defaultScheme, live)
}

const claimedBefore = ({ lastGood }: Member): boolean => lastGood?.group.scheme !== undefined

const liveOr = (fallback: Scheme, live: Live): Scheme => {
  const schemes = new Set(live.is === 'present' ? live.value.map((balancer) => balancer.scheme) : [])
  const [only] = schemes
  return only === undefined || schemes.has(fallback) ? fallback : only
}

/** The scheme that one member alone has its load balancer have; undefined while its value is at fault. */
export const schemeOf = (member: Member, values: Values, live: Live, { flags }: Facts): Scheme | undefined => {
  const settled = values.get(scheme)
  if (!settled.ok) return undefined
  if (settled.origin !== undefined || claimedBefore(member)) return settled.value
  return liveOr(flags.defaultScheme, live)
}

/** What a change of the scheme brings, and a default that the live load balancer does not have. */
export const judgeScheme = (member: Member, values: Values, live: Live, facts: Facts): readonly Finding[] => {
  const written = valueOf(values, scheme)
  if (written === undefined) return []
  if (live.is === 'unknown') return [notChecked(member.ingress, values, scheme, live.why)]
  if (live.is === 'absent') return []
  const wanted = schemeOf(member, values, live, facts)
  const [other] = live.value
  if (other === undefined) return []
  if (live.value.some((balancer) => balancer.scheme === wanted))
    return wanted === written ? [] : [kept(member, values, other)]
  const warning = schemeChangeText(other.name, facts.flags)
  return [
    onSetting(member.ingress, values, scheme, {
      code: 'SchemeChange',
      kind: 'notice',
      message: warning,
      warning,
      needs: 'aws',
    }),
  ]
}

/** What a change of the scheme brings: the one warning, whether the load balancer is seen in AWS or in the status. */
export const schemeChangeText = (live: string, { replacementGrace }: Flags): string =>
  `scheme: new load balancer and DNS name; ${live} serves until it is healthy, then ${formatDuration(replacementGrace)}`

const kept = ({ ingress }: Member, values: Values, { name, scheme: live }: LiveLoadBalancer): Finding => {
  const warning = `scheme: load balancer ${name} stays ${live}, the default is another now; write scheme to change it`
  return onSetting(ingress, values, scheme, {
    code: 'SchemeKept',
    kind: 'notice',
    message: warning,
    warning,
    needs: 'aws',
  })
}
