import { oneOf } from '../annotation/codecs/scalars.ts'
import { feature, setting, valueOf } from '../annotation/setting.ts'

/** Who can reach the load balancer. */
export const scheme = setting({
  key: 'scheme',
  scope: 'group',
  merge: 'exclusive',
  codec: oneOf('SchemeUnknown', ['internal', 'internet-facing']),
  fallback: (_, flags) => flags.defaultScheme,
  written: 'minimal',
  summary: 'Whether the load balancer has public addresses (internet-facing) or only private ones (internal).',
  sample: 'internet-facing',
})

/** Address families of the load balancer. */
export const ipAddressType = setting({
  key: 'ip-address-type',
  scope: 'group',
  merge: 'exclusive',
  codec: oneOf('IpAddressTypeUnknown', ['ipv4', 'dualstack', 'dualstack-without-public-ipv4']),
  fallback: () => 'ipv4' as const,
  written: 'minimal',
  summary: 'The address families that clients of the load balancer can use.',
  sample: 'ipv4',
})

export const exposure = feature({
  name: 'exposure',
  settings: [scheme, ipAddressType],
  check: (values, context) =>
    valueOf(values, ipAddressType) === 'dualstack-without-public-ipv4' && valueOf(values, scheme) === 'internal'
      ? [
          context.on(ipAddressType, {
            code: 'IpAddressTypeInternal',
            message: 'an internal load balancer has no public addresses to leave out',
            fix: 'write "dualstack", or scheme: internet-facing',
          }),
        ]
      : [],
})
