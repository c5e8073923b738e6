import { valueOf } from '../annotation/setting.ts'
import { listenPorts } from '../features/listeners.ts'
import type { Finding } from '../findings/finding.ts'
import { onSpec } from '../findings/on-spec.ts'
import type { Assessment } from './contribute.ts'
import type { Member } from './evaluation.ts'

/** Defaults of Elastic Load Balancing, "Quotas for your Application Load Balancers". */
const quotas = { rules: 100, targetGroups: 100 } as const

/** Counts over the group against the quotas of a load balancer: over is a fault, from 80 % a notice. */
export const quotaFindings = ({ ingress, name }: Member, { contribution, values }: Assessment): readonly Finding[] => {
  const ports = (valueOf(values, listenPorts) ?? []).length
  const paths = ingress.spec.rules.reduce((sum, rule) => sum + rule.paths.length, 0)
  const rules = paths * ports
  const targetGroups = contribution?.backends.length ?? 0
  return [
    ...(rules > quotas.rules
      ? [
          onSpec(ingress, 'spec.rules', {
            code: 'RulesTooMany',
            kind: 'fault',
            anchor: 'spec.rules',
            value: String(rules),
            message: `must have at most ${quotas.rules} items (${paths} paths on ${ports} listener${ports === 1 ? '' : 's'})`,
            fix: 'spread the paths over several Ingresses',
            needs: 'object',
          }),
        ]
      : []),
    ...(rules <= quotas.rules && rules * 5 >= quotas.rules * 4
      ? [
          onSpec(ingress, 'spec.rules', {
            code: 'RulesManyUsed',
            kind: 'notice',
            anchor: 'spec.rules',
            value: String(rules),
            message: `${rules} of ${quotas.rules} rules used`,
            warning: `group ${name}: ${rules} of ${quotas.rules} rules used`,
            needs: 'object',
          }),
        ]
      : []),
    ...(targetGroups > quotas.targetGroups
      ? [
          onSpec(ingress, 'spec.rules', {
            code: 'TargetGroupsTooMany',
            kind: 'fault',
            anchor: 'spec.rules',
            value: String(targetGroups),
            message: `must have at most ${quotas.targetGroups} items`,
            fix: 'spread the Services over several Ingresses',
            needs: 'cluster',
          }),
        ]
      : []),
  ]
}
