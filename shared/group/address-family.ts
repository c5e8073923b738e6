import { settle, type Source } from '../annotation/settle.ts'
import { type Values, valueOf } from '../annotation/setting.ts'
import { targetType } from '../features/backends.ts'
import { exposure, ipAddressType } from '../features/exposure.ts'
import type { Finding } from '../findings/finding.ts'
import { onSpec } from '../findings/on-spec.ts'
import type { Facts } from '../ingress/facts.ts'
import { type Ingress, nameOf, type Service } from '../kubernetes/objects.ts'
import { quote } from '../text/quote.ts'
import type { PlacedBackend } from './backend.ts'

/** Whether the targets of a Service have IPv6 addresses: as soon as one of its families is IPv6. */
export const hasIpv6Targets = ({ ipFamilies }: Service): boolean => ipFamilies.includes('IPv6')

/** What is wrong with IPv6 targets: a load balancer without IPv6 addresses reaches none, and nodes are none yet. */
export const addressFamilyFindings = (
  ingress: Ingress,
  { path, anchor }: PlacedBackend,
  service: Service,
  values: Values,
  source: Source,
  facts: Facts,
): readonly Finding[] => {
  if (!hasIpv6Targets(service)) return []
  const fault = (code: 'ServiceAddressFamily' | 'NotSupportedYet', message: string, fix: string): Finding =>
    onSpec(ingress, `${path}.service.name`, {
      code,
      kind: 'fault',
      anchor,
      value: quote(service.name),
      message,
      fix,
      needs: 'cluster',
    })
  const settled = settle([exposure], [source], facts.flags, nameOf(ingress)).values.get(ipAddressType)
  if (settled.ok && settled.value === 'ipv4') {
    const byDefault = settled.origin === undefined ? ' (default)' : ''
    return [
      fault(
        'ServiceAddressFamily',
        `the Service has IPv6 addresses, but ${ipAddressType.key} is ipv4${byDefault}`,
        `set ${ipAddressType.key}: dualstack, or ipFamilies: [IPv4] on the Service`,
      ),
    ]
  }
  return valueOf(values, targetType) === 'instance'
    ? [
        fault(
          'NotSupportedYet',
          'instance targets of a Service with IPv6 addresses are not supported yet',
          `set ${targetType.key}: ip, or ipFamilies: [IPv4] on the Service`,
        ),
      ]
    : []
}
