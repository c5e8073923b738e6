import { knownSslPolicies, oldSslPolicies } from '../annotation/codecs/ssl-policies.ts'
import type { Values } from '../annotation/setting.ts'
import { httpsPorts, sslPolicy } from '../features/tls.ts'
import type { Finding } from '../findings/finding.ts'
import { type Facts, factOf, type Need } from '../ingress/facts.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import { nearest } from '../text/nearest.ts'
import { quote } from '../text/quote.ts'
import { notChecked, onSetting, type SettingProblem } from './on-setting.ts'

/** Judges a security policy that somebody wrote: AWS has it, and it takes no old protocol. */
export const judgeSslPolicy = (
  ingress: Ingress,
  values: Values,
  facts: Facts,
): { readonly findings: readonly Finding[]; readonly needs: readonly Need[] } => {
  const settled = values.get(sslPolicy)
  if (!settled.ok || settled.value === undefined || settled.origin === undefined) return { findings: [], needs: [] }
  if (httpsPorts(values).length === 0) return { findings: [], needs: [] }
  const need: Need = { is: 'ssl-policies' }
  const known = factOf<readonly string[]>(facts, need)
  const problems = [
    ...(known.is === 'present' ? unknownPolicy(settled.value, known.value) : []),
    ...(oldSslPolicies.has(settled.value) ? [oldPolicy(settled.value)] : []),
  ]
  const isUnchecked = known.is === 'unknown' && !knownSslPolicies.includes(settled.value)
  const findings = [
    ...problems.map((problem) => onSetting(ingress, values, sslPolicy, problem)),
    ...(isUnchecked ? [notChecked(ingress, values, sslPolicy, known.why)] : []),
  ]
  return { findings, needs: [need] }
}

const unknownPolicy = (policy: string, known: readonly string[]): readonly SettingProblem[] => {
  if (known.includes(policy)) return []
  const hint = nearest(policy, known, 'value')
  return [
    {
      code: 'SslPolicyNotFound',
      kind: 'fault',
      value: quote(policy),
      message: 'AWS has no such policy for application load balancers',
      fix: hint === undefined ? 'write "ELBSecurityPolicy-TLS13-1-2-2021-06"' : `did you mean ${quote(hint)}?`,
      needs: 'aws',
    },
  ]
}

const oldPolicy = (policy: string): SettingProblem => ({
  code: 'SslPolicyOld',
  kind: 'notice',
  value: quote(policy),
  message: 'still allows TLS 1.0 or 1.1',
  warning: `ssl-policy: ${policy} still allows TLS 1.0 or 1.1`,
  needs: 'object',
})
