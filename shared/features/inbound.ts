import { type Cidr, cidrs } from '../annotation/codecs/cidrs.ts'
import { feature, setting, type Values, valueOf } from '../annotation/setting.ts'
import { ipAddressType } from './exposure.ts'
import { listenPorts } from './listeners.ts'
import { securityGroups } from './security-groups.ts'

/** Who may connect to the load balancer. */
export const inboundCidrs = setting({
  key: 'inbound-cidrs',
  oldSpellings: ['security-group-inbound-cidrs'],
  oldSpellingTold: 'read as inbound-cidrs; aws-load-balancer-controller ignores it and opens to everyone',
  scope: 'port',
  merge: 'exclusive-per-port',
  codec: cidrs,
  emptyRefused: true,
  maximumLength: 16 * 1024,
  summary: 'CIDR blocks that may connect to the load balancer; everybody when left out.',
  sample: '10.0.0.0/8,2001:db8::/32',
})

/** Groups of somebody else are set, or meant to be: then nothing of the managed group counts. */
const isNamed = (values: Values): boolean => {
  const settled = values.get(securityGroups)
  return !settled.ok || settled.value !== undefined
}

/** The managed frontend security group. */
export const inbound = feature({
  name: 'inbound',
  settings: [inboundCidrs],
  check: (values, context) => {
    const blocks = valueOf(values, inboundCidrs)
    if (blocks === undefined) return []
    if (isNamed(values))
      return [
        context.on(inboundCidrs, {
          code: 'InboundIgnored',
          kind: 'notice',
          message: 'ignored, since security-groups is set',
        }),
      ]
    const ports = (valueOf(values, listenPorts) ?? []).length
    const count = (family: Cidr['family']): number => blocks.filter((block) => block.family === family).length * ports
    const limit = context.flags.quotas['rules-per-security-group']
    const dropped = valueOf(values, ipAddressType) === 'ipv4' ? blocks.filter(({ family }) => family === 'ipv6') : []
    const most = Math.max(count('ipv4'), dropped.length > 0 ? 0 : count('ipv6'))
    return [
      ...(most > limit
        ? [
            context.on(inboundCidrs, {
              code: 'SecurityGroupRulesTooMany',
              value: String(most),
              message: `must have at most ${limit} items (blocks on ${ports} listener${ports === 1 ? '' : 's'})`,
              fix: 'join neighbouring blocks or use fewer listeners',
            }),
          ]
        : []),
      ...(dropped.length > 0
        ? [
            context.on(inboundCidrs, {
              code: 'CidrFamily',
              kind: 'notice',
              message:
                dropped.length === blocks.length
                  ? 'holds IPv6 blocks only and the load balancer has IPv4 addresses only: nobody can connect'
                  : `${dropped.length} IPv6 block${dropped.length === 1 ? '' : 's'} without effect, the load balancer has IPv4 addresses only`,
            }),
          ]
        : []),
    ]
  },
})
