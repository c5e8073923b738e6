import { valueOf } from '../annotation/setting.ts'
import { listenPorts } from '../features/listeners.ts'
import { servingPorts } from '../features/tls.ts'
import type { Code } from '../findings/codes.ts'
import type { Finding } from '../findings/finding.ts'
import { onSpec } from '../findings/on-spec.ts'
import type { Flags } from '../ingress/flags.ts'
import type { Quotas } from '../ingress/quotas.ts'
import type { Assessment } from './contribute.ts'
import type { Member } from './evaluation.ts'

/** A count over the group, and what to tell of it. */
interface Count {
  /** Default of Elastic Load Balancing or Amazon VPC, "Quotas for your Application Load Balancers", "Amazon VPC quotas". */
  readonly limit: number
  readonly used: number
  /** `rules` */
  readonly what: string
  readonly near: Code
  /** What is over the limit; absent where another rule tells it. */
  readonly over?: Pick<Finding, 'code' | 'message' | 'fix' | 'needs'>
}

/** Counts over the group against the quotas of a load balancer: over is a fault, from 80 % a notice. */
export const quotaFindings = (member: Member, assessment: Assessment, { quotas }: Flags): readonly Finding[] =>
  countsOf(member, assessment, quotas).flatMap((count) => told(member, count))

const countsOf = ({ ingress }: Member, { contribution, values }: Assessment, quotas: Quotas): readonly Count[] => {
  const rules = quotas['rules-per-alb']
  const ports = (valueOf(values, listenPorts) ?? []).length
  const serving = servingPorts(values).length
  const paths = ingress.spec.rules.reduce((sum, rule) => sum + rule.paths.length, 0)
  return [
    {
      limit: rules,
      used: ports > quotas['listeners-per-alb'] ? 0 : paths * serving,
      what: 'rules',
      near: 'RulesManyUsed',
      over: {
        code: 'RulesTooMany',
        message: `must have at most ${rules} items (${paths} paths on ${serving} listener${serving === 1 ? '' : 's'})`,
        fix: 'spread the paths over several Ingresses',
        needs: 'object',
      },
    },
    {
      limit: 100,
      used: contribution?.backends.length ?? 0,
      what: 'target groups',
      near: 'TargetGroupsManyUsed',
      over: {
        code: 'TargetGroupsTooMany',
        message: 'must have at most 100 items',
        fix: 'spread the Services over several Ingresses',
        needs: 'cluster',
      },
    },
    { limit: quotas['listeners-per-alb'], used: ports, what: 'listeners', near: 'ListenersManyUsed' },
    {
      limit: quotas['certificates-per-alb'],
      used: certificatesOf(contribution),
      what: 'certificates',
      near: 'CertificatesManyUsed',
    },
    {
      limit: quotas['rules-per-security-group'],
      used: inboundRules(contribution),
      what: 'security group rules',
      near: 'SecurityGroupRulesManyUsed',
    },
  ]
}

/** Those besides the default one of each port; one that several ports have counts for each. */
const certificatesOf = (contribution: Assessment['contribution']): number =>
  (contribution?.ports ?? []).reduce(
    (sum, port) => sum + (port.protocol === 'HTTPS' ? Math.max(0, port.certificateArns.length - 1) : 0),
    0,
  )

/** Inbound rules of the managed security group, of the address family that has more. */
const inboundRules = (contribution: Assessment['contribution']): number => {
  if (contribution === undefined || contribution.group.securityGroups !== undefined) return 0
  const count = (isCounted: (block: string) => boolean): number =>
    contribution.ports.reduce((sum, { inboundCidrs }) => sum + (inboundCidrs?.filter(isCounted).length ?? 1), 0)
  return Math.max(
    count((block) => block.includes(':')),
    count((block) => !block.includes(':')),
  )
}

const told = ({ ingress, name }: Member, { limit, used, what, near, over }: Count): readonly Finding[] => {
  const path = 'spec.rules'
  const value = String(used)
  if (used > limit)
    return over === undefined ? [] : [onSpec(ingress, path, { ...over, kind: 'fault', anchor: path, value })]
  if (used * 5 < limit * 4) return []
  const message = `${used} of ${limit} ${what} used`
  const warning = `group ${name}: ${message}`
  return [onSpec(ingress, path, { code: near, kind: 'notice', anchor: path, value, message, warning, needs: 'object' })]
}
