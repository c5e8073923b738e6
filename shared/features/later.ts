import { portsMeant } from '../annotation/codecs/listen-ports.ts'
import { falseSpellings } from '../annotation/codecs/scalars.ts'

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
  /** A Service may carry the key for its backends; on any other key of a Service nobody acts. */
  readonly ofService: boolean
}

type Details = Partial<Pick<LaterKey, 'noOp' | 'emptyRefused' | 'ofService'>>

const refused = (key: string, { noOp = [], emptyRefused = false, ofService = false }: Details = {}): LaterKey => ({
  key,
  is: 'refused',
  noOp,
  emptyRefused,
  ofService,
})

const harmless = (key: string, { ofService = false }: Details = {}): LaterKey => ({
  key,
  is: 'harmless',
  noOp: [],
  emptyRefused: false,
  ofService,
})

const off = { noOp: falseSpellings } as const
const opens = { emptyRefused: true } as const
const ofService = { ofService: true } as const

export const laterKeys: readonly LaterKey[] = [
  refused('group.name'),
  refused('group.order'),
  refused('customer-owned-ipv4-pool'),
  refused('ipam-ipv4-pool-id'),
  refused('security-group-prefix-lists', opens),
  refused('wafv2-acl-arn', opens),
  refused('wafv2-acl-name'),
  refused('waf-acl-id'),
  refused('web-acl-id'),
  refused('create-acm-cert', off),
  refused('mutual-authentication'),
  refused('auth-type', { noOp: ['none'], ...ofService }),
  refused('auth-idp-oidc', ofService),
  refused('auth-idp-cognito', ofService),
  refused('auth-on-unauthenticated-request', ofService),
  refused('auth-scope', ofService),
  refused('auth-session-cookie', ofService),
  refused('auth-session-timeout', ofService),
  refused('jwt-validation'),
  refused('actions.*'),
  refused('conditions.*'),
  refused('transforms.*'),
  refused('use-regex-path-match', off),
  refused('rule-order'),
  refused('target-node-labels', ofService),
  refused('multi-cluster-target-group', { ...off, ...ofService }),
  refused('target-control-port.*', ofService),
  refused('enable-frontend-nlb', off),
  harmless('listener-attributes.*'),
  harmless('minimum-load-balancer-capacity'),
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

/**
 * Keys of the controller of 2017 without an equal, and what to write for what a value asked for; undefined for a value
 * that asked for nothing.
 */
export const refusedSpellings: ReadonlyMap<string, (value: string) => string | undefined> = new Map<
  string,
  (value: string) => string | undefined
>([
  ['port', (value: string) => `write listen-ports: '${portsMeant(value)}' instead`],
  [
    'ignore-host-header',
    (value: string) =>
      falseSpellings.includes(value)
        ? undefined
        : 'remove the key, and leave host empty in rules that shall take any host',
  ],
])

/** Written by other controllers; neither told nor used. */
export const ignoredKeys: readonly string[] = ['dry-run-plan']
