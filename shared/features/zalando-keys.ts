import type { Finding } from '../findings/finding.ts'
import { annotationPath, zalandoPrefix } from '../names/annotation-keys.ts'
import { quote } from '../text/quote.ts'
import type { Holder } from './unread-keys.ts'

/** Keys of kube-ingress-aws-controller (its `README.md`), and what to write for each. */
const meanings: ReadonlyMap<string, (value: string) => string> = new Map<string, (value: string) => string>([
  ['aws-load-balancer-ssl-cert', () => 'certificate-arn'],
  ['aws-load-balancer-scheme', () => 'scheme'],
  ['aws-load-balancer-security-group', () => 'security-groups'],
  ['aws-load-balancer-ssl-policy', () => 'ssl-policy'],
  ['aws-load-balancer-ip-address-type', () => 'ip-address-type'],
  ['aws-load-balancer-http2', (value) => `load-balancer-attributes: routing.http2.enabled=${value !== 'false'}`],
  ['aws-load-balancer-shared', (value) => (value === 'false' ? 'no group.name' : 'group.name')],
  ['aws-waf-web-acl-id', () => 'wafv2-acl-arn'],
])

const kindKey = 'aws-load-balancer-type'

/** Keys of another controller on an Ingress of ours: without effect, but for the one that asks for another kind. */
export const zalandoKeys = (holder: Holder): readonly Finding[] =>
  Object.entries(holder.annotations)
    .filter(([key]) => key.startsWith(zalandoPrefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => {
      const name = key.slice(zalandoPrefix.length)
      if (name === kindKey && value === 'nlb')
        return [
          finding(holder, key, {
            code: 'SpellingRefused',
            kind: 'fault',
            value: quote(value),
            message: 'asks for a network load balancer, and an Ingress gets an application load balancer',
            fix: 'remove the key, or expose a Service of type LoadBalancer',
          }),
        ]
      const meaning = meanings.get(name)?.(value)
      if (meaning === undefined) return []
      return [
        finding(holder, key, {
          code: 'ForeignSpelling',
          kind: 'notice',
          message: `no effect; write ${meaning}`,
        }),
      ]
    })

const finding = (
  { member, object }: Holder,
  key: string,
  rest: Pick<Finding, 'code' | 'kind' | 'message'> & Partial<Pick<Finding, 'value' | 'fix'>>,
): Finding => ({
  member,
  origin: { source: 'ingress', object, key },
  path: annotationPath(key),
  anchor: key,
  needs: 'object',
  tenancy: false,
  ...rest,
})
