/**
 * Annotations that aws-load-balancer-controller knows and this release does not build. Those that touch exposure,
 * authentication, routing or identity are refused, since leaving them out silently would open a door or strip a live
 * load balancer; the others are told and left without effect.
 */
export interface LaterKey {
  /** Without prefix; a trailing `.*` stands for a family of keys. */
  readonly key: string
  readonly is: 'refused' | 'harmless'
  /** Values that ask for nothing and so are no reason to refuse. */
  readonly noOp: readonly string[]
  /** An empty value is refused too: the silent default would open the load balancer. */
  readonly emptyRefused: boolean
}

const refused = (key: string, noOp: readonly string[] = [], emptyRefused = false): LaterKey => ({
  key,
  is: 'refused',
  noOp,
  emptyRefused,
})

const harmless = (key: string): LaterKey => ({ key, is: 'harmless', noOp: [], emptyRefused: false })

export const laterKeys: readonly LaterKey[] = [
  refused('group.name'),
  refused('group.order'),
  refused('load-balancer-name'),
  refused('customer-owned-ipv4-pool'),
  refused('ipam-ipv4-pool-id'),
  refused('security-groups', [], true),
  refused('inbound-cidrs', [], true),
  refused('security-group-inbound-cidrs', [], true),
  refused('security-group-prefix-lists', [], true),
  refused('wafv2-acl-arn', [], true),
  refused('wafv2-acl-name'),
  refused('waf-acl-id'),
  refused('web-acl-id'),
  refused('certificate-arn'),
  refused('create-acm-cert', ['false']),
  refused('ssl-policy'),
  refused('ssl-redirect'),
  refused('mutual-authentication'),
  refused('auth-type', ['none']),
  refused('auth-idp-oidc'),
  refused('auth-idp-cognito'),
  refused('auth-on-unauthenticated-request'),
  refused('auth-scope'),
  refused('auth-session-cookie'),
  refused('auth-session-timeout'),
  refused('jwt-validation'),
  refused('actions.*'),
  refused('conditions.*'),
  refused('transforms.*'),
  refused('use-regex-path-match', ['false']),
  refused('rule-order'),
  refused('target-node-labels'),
  refused('multi-cluster-target-group', ['false']),
  refused('target-control-port.*'),
  refused('enable-frontend-nlb', ['false']),
  harmless('load-balancer-attributes'),
  harmless('attributes'),
  harmless('connection-idle-timeout'),
  harmless('target-group-attributes'),
  harmless('listener-attributes.*'),
  harmless('minimum-load-balancer-capacity'),
  harmless('manage-backend-security-group-rules'),
  harmless('shield-advanced-protection'),
  harmless('acm-pca-arn'),
  ...[
    'scheme',
    'subnets',
    'security-groups',
    'listener-port-mapping',
    'eip-allocations',
    'healthcheck-port',
    'healthcheck-protocol',
    'healthcheck-path',
    'healthcheck-interval-seconds',
    'healthcheck-timeout-seconds',
    'healthcheck-healthy-threshold-count',
    'healthcheck-unhealthy-threshold-count',
    'healthcheck-success-codes',
    'attributes',
    'tags',
  ].map((name) => harmless(`frontend-nlb-${name}`)),
]

/** Keys of the controller of 2017 without an equal, and the modern form of what they asked for. */
export const refusedSpellings: ReadonlyMap<string, (value: string) => string> = new Map([
  ['port', (value: string) => `write listen-ports: '${listenPortsFor(value)}'`],
  ['ignore-host-header', () => 'remove the key, and leave host empty in rules that shall take any host'],
])

const listenPortsFor = (value: string): string => {
  const ports = value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => /^[1-9][0-9]{0,4}$/.test(entry) && Number(entry) <= 65535)
  return `[${(ports.length === 0 ? ['80'] : [...new Set(ports)]).map((entry) => `{"HTTP":${entry}}`).join(',')}]`
}

/** Written by other controllers; neither told nor used. */
export const ignoredKeys: readonly string[] = ['dry-run-plan']
