import type { Problem } from '../../annotation/codecs/codec.ts'
import {
  attributes,
  type AttributeTable,
  fitting,
  flag,
  number,
  type OtherResource,
  word,
} from '../../annotation/codecs/attributes.ts'
import { quote } from '../../text/quote.ts'

const dnsFailover = 'target_group_health.dns_failover.minimum_healthy_targets'
const unhealthyRouting = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets'
const many = [1, Infinity] as const
const percent = [1, 100] as const

/** A token of RFC 6265 that does not begin with a name that load balancers use themselves. */
const cookieName = fitting(
  undefined,
  (value) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,4096}$/.test(value) && !value.startsWith('AWSALB'),
  'must be the name of a cookie that does not begin with AWSALB, which load balancers use themselves',
  (value) =>
    value.startsWith('AWSALB') ? `APP${value.slice('AWSALB'.length).replaceAll(/[^0-9A-Za-z]/g, '')}` : 'SESSION',
)

const ofNetwork: OtherResource = { name: 'target groups of network load balancers' }
const loadBalancers: OtherResource = { name: 'load balancers', key: 'load-balancer-attributes of the Ingress' }

const table: AttributeTable = {
  known: {
    'deregistration_delay.timeout_seconds': number('300', [0, 3600]),
    'stickiness.enabled': flag('false'),
    'stickiness.type': word('lb_cookie', 'app_cookie'),
    'stickiness.lb_cookie.duration_seconds': number('86400', [1, 604_800]),
    'stickiness.app_cookie.cookie_name': cookieName,
    'stickiness.app_cookie.duration_seconds': number('86400', [1, 604_800]),
    'load_balancing.algorithm.type': word('round_robin', 'least_outstanding_requests', 'weighted_random'),
    'load_balancing.algorithm.anomaly_mitigation': word('off', 'on'),
    'slow_start.duration_seconds': number('0', [30, 900], '0'),
    'load_balancing.cross_zone.enabled': word('use_load_balancer_configuration', 'true', 'false'),
    [`${dnsFailover}.count`]: number('1', many, 'off'),
    [`${dnsFailover}.percentage`]: number('off', percent, 'off'),
    [`${unhealthyRouting}.count`]: number('1', many),
    [`${unhealthyRouting}.percentage`]: number('off', percent, 'off'),
  },
  ofOthers: {
    'deregistration_delay.connection_termination.enabled': ofNetwork,
    'preserve_client_ip.enabled': ofNetwork,
    'proxy_protocol_v2.enabled': ofNetwork,
    'target_health_state.': ofNetwork,
    'target_failover.': { name: 'target groups of gateway load balancers' },
    'lambda.': { name: 'target groups of Lambda functions' },
    'access_logs.': loadBalancers,
    'connection_logs.': loadBalancers,
    'health_check_logs.': loadBalancers,
    'client_keep_alive.': loadBalancers,
    'deletion_protection.': loadBalancers,
    'idle_timeout.': loadBalancers,
    'routing.': loadBalancers,
    'waf.': loadBalancers,
    'zonal_shift.': loadBalancers,
  },
  example: 'deregistration_delay.timeout_seconds=30',
}

type Written = Readonly<Record<string, string>>

const keys = {
  stickiness: 'stickiness.enabled',
  type: 'stickiness.type',
  cookie: 'stickiness.app_cookie.cookie_name',
  algorithm: 'load_balancing.algorithm.type',
  mitigation: 'load_balancing.algorithm.anomaly_mitigation',
  slowStart: 'slow_start.duration_seconds',
  crossZone: 'load_balancing.cross_zone.enabled',
} as const

/** What a target group has while nobody set the attribute; undefined where there is no such value. */
export const targetGroupDefault = (key: string): string | undefined => table.known[key]?.fallback

const valueIn = (written: Written, key: string): string => written[key] ?? targetGroupDefault(key) ?? ''

/** Rules between attributes of one target group (ELBv2 user guide, "Edit target group attributes"). */
const between = (written: Written): readonly Problem[] => {
  const algorithm = valueIn(written, keys.algorithm)
  const problem = (key: string, message: string, fix: string): Problem => ({
    code: 'AttributeNeeds',
    path: `.${key}`,
    value: quote(valueIn(written, key)),
    message,
    fix,
  })
  const needsCookie = valueIn(written, keys.stickiness) === 'true' && valueIn(written, keys.type) === 'app_cookie'
  return [
    ...(needsCookie && written[keys.cookie] === undefined
      ? [problem(keys.type, `needs ${keys.cookie} beside it`, `add ${keys.cookie}=NAME with the name of your cookie`)]
      : []),
    ...(valueIn(written, keys.mitigation) === 'on' && algorithm !== 'weighted_random'
      ? [
          problem(
            keys.mitigation,
            `works with ${keys.algorithm}=weighted_random only, and that is ${algorithm}`,
            `add ${keys.algorithm}=weighted_random, or write ${keys.mitigation}=off`,
          ),
        ]
      : []),
    ...(valueIn(written, keys.slowStart) !== '0' && algorithm !== 'round_robin'
      ? [
          problem(
            keys.slowStart,
            `works with ${keys.algorithm}=round_robin only, and that is ${algorithm}`,
            `write ${keys.slowStart}=0, or ${keys.algorithm}=round_robin`,
          ),
        ]
      : []),
  ]
}

/** Attributes of an HTTP or HTTPS target group of instances or addresses (ELBv2 API, `TargetGroupAttribute`). */
export const targetGroupAttributesCodec = attributes(table, between)

/** What AWS takes and that most likely is not meant, by the key of an attribute. */
export const unusual = (written: Written): ReadonlyMap<string, string> => {
  const told = new Map<string, string>()
  if (valueIn(written, keys.crossZone) === 'false' && valueIn(written, keys.stickiness) === 'true')
    told.set(keys.crossZone, 'with stickiness on, a client whose target is in another zone loses its session')
  for (const kind of ['count', 'percentage']) {
    const routing = Number(valueIn(written, `${unhealthyRouting}.${kind}`))
    const failover = Number(valueIn(written, `${dnsFailover}.${kind}`))
    if (routing > failover)
      told.set(
        `${unhealthyRouting}.${kind}`,
        `${routing} is above the ${failover} of ${dnsFailover}.${kind}: requests go to unhealthy targets before DNS fails over`,
      )
  }
  return told
}
