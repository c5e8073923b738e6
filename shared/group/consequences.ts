import { stillDefaults } from '../annotation/marker.ts'
import { loadBalancerAttributes } from '../features/attributes/load-balancer.ts'
import { loadBalancerDefault } from '../features/attributes/load-balancer-table.ts'
import { targetGroupAttributes } from '../features/attributes/target-group.ts'
import { targetGroupDefault } from '../features/attributes/target-group-table.ts'
import { backendProtocol, backendProtocolVersion, targetType } from '../features/backends.ts'
import { scheme } from '../features/exposure.ts'
import { inboundCidrs } from '../features/inbound.ts'
import { listenPorts } from '../features/listeners.ts'
import type { Finding } from '../findings/finding.ts'
import { ingressRef } from '../findings/on-spec.ts'
import type { Flags } from '../ingress/flags.ts'
import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import type { Attributes, DesiredListener, DesiredModel, DesiredTargetGroup } from '../model/model.ts'
import { annotationPath, prefix } from '../names/annotation-keys.ts'
import { loadBalancerOfHostname } from '../names/names.ts'
import { schemeChangeText } from './scheme.ts'
import { isDualStack } from './address-type.ts'
import { defaultsOfListeners, movedDefaultCertificates } from './default-certificate.ts'

/** An Ingress and the model of its group with it. */
export interface Side {
  readonly ingress: Ingress
  readonly model: DesiredModel
}

/** What a change takes away or moves, told on every write: listeners and rules that go, defaults that move. */
export const consequences = (before: Side, after: Side, flags: Flags): readonly Finding[] => [
  ...replacedLoadBalancer(before, after, flags),
  ...lostListeners(listenersOf(before.model), listenersOf(after.model), after.ingress),
  ...movedDefaults(before.ingress, after.ingress),
  ...movedDefaultCertificates(
    after.ingress,
    defaultsOfListeners(listenersOf(before.model) ?? []),
    defaultsOfListeners(listenersOf(after.model) ?? []),
  ),
  ...opened(before.model, after.model, after.ingress),
  ...replacedTargetGroups(before.model, after.model, after.ingress),
  ...keptAttributes(before.model, after.model, after.ingress),
]

/** The load balancer is named as the status shows it: a listing of AWS may not have it yet. */
const replacedLoadBalancer = (before: Side, after: Side, flags: Flags): readonly Finding[] => {
  const live = loadBalancerOfHostname(before.ingress.status.hostname ?? '')
  if (live === undefined || before.model.is !== 'stack' || after.model.is !== 'stack') return []
  return before.model.stack.loadBalancer.scheme === after.model.stack.loadBalancer.scheme
    ? []
    : [told(after.ingress, 'SchemeChange', schemeChangeText(live, flags), scheme.key)]
}

const listenersOf = (model: DesiredModel): readonly DesiredListener[] | undefined =>
  model.is === 'stack' ? model.stack.listeners : undefined

const lostListeners = (
  before: readonly DesiredListener[] | undefined,
  after: readonly DesiredListener[] | undefined,
  ingress: Ingress,
): readonly Finding[] => {
  if (before === undefined || after === undefined) return []
  const gone = before.filter(({ port }) => !after.some((listener) => listener.port === port))
  const changed = before.flatMap((listener) => {
    const now = after.find(({ port, protocol }) => port === listener.port && protocol !== listener.protocol)
    return now === undefined ? [] : [{ from: listener, to: now }]
  })
  const total = before.reduce((sum, { rules }) => sum + rules.length, 0)
  const kept = new Set(after.flatMap(({ port, rules }) => rules.map((rule) => ruleKey(port, rule))))
  const lost = before
    .filter((listener) => !gone.includes(listener))
    .flatMap(({ port, rules }) => rules.filter((rule) => !kept.has(ruleKey(port, rule)))).length
  return [
    ...gone.map(({ port, protocol, rules }) =>
      told(
        ingress,
        'ListenerRemoved',
        `listen-ports: listener ${protocol}:${port}${andRules(rules.length)} will be removed`,
      ),
    ),
    ...changed.map(({ from, to }) =>
      told(ingress, 'ListenerRemoved', `listen-ports: port ${to.port} changes from ${from.protocol} to ${to.protocol}`),
    ),
    ...(lost > 1 && lost * 2 > total
      ? [told(ingress, 'RulesRemoved', `rules: ${lost} of ${total} rules will be removed or changed`)]
      : []),
  ]
}

const ruleKey = (port: number, { conditions }: DesiredListener['rules'][number]): string =>
  `${port} ${JSON.stringify(conditions)}`

const andRules = (count: number): string => {
  if (count === 0) return ''
  return ` and its ${count} rule${count === 1 ? '' : 's'}`
}

/** The blocks that are everybody. */
const everybody: readonly string[] = ['0.0.0.0/0', '::/0']

/** Ports that only some could reach and that everybody can after the change. */
const opened = (before: DesiredModel, after: DesiredModel, ingress: Ingress): readonly Finding[] => {
  if (before.is !== 'stack' || after.is !== 'stack') return []
  const open = (side: typeof before, port: number): readonly string[] => {
    const { securityGroups } = side.stack
    if (securityGroups.is !== 'managed') return []
    return everybody.filter((block) =>
      securityGroups.frontend.inbound.some((rule) => rule.port === port && rule.cidr === block),
    )
  }
  // A load balancer that gets its first IPv6 addresses was not narrowed before.
  const couldNarrow = isDualStack(before.stack.loadBalancer.ipAddressType) ? everybody : everybody.slice(0, 1)
  return after.stack.listeners
    .filter(({ port }) => before.stack.listeners.some((listener) => listener.port === port))
    .flatMap(({ port }) => {
      const [was, now] = [open(before, port), open(after, port)]
      if (!now.some((block) => couldNarrow.includes(block) && !was.includes(block))) return []
      const warning = `inbound-cidrs: port ${port} is open to ${now.join(' and ')}`
      return [told(ingress, 'InboundOpens', warning, inboundCidrs.key)]
    })
}

/** Target groups of a kind that cannot change in place: a new one takes over. */
const replacedTargetGroups = (before: DesiredModel, after: DesiredModel, ingress: Ingress): readonly Finding[] => {
  if (before.is !== 'stack' || after.is !== 'stack') return []
  return before.stack.targetGroups.flatMap((old) => {
    const now = after.stack.targetGroups.find(({ resourceId }) => resourceId === old.resourceId)
    const changes = now === undefined ? [] : kindChanges(old, now)
    const [first] = changes
    if (first === undefined) return []
    const { service, port } = old.binding
    const what = changes.map(({ key, from, to }) => `${key} ${from} -> ${to}`).join(', ')
    return [told(ingress, 'TargetGroupReplaced', `new target group for ${service}:${port}: ${what}`, first.key)]
  })
}

/** What of two kinds of one target group differs, by annotation. */
const kindChanges = (from: DesiredTargetGroup, to: DesiredTargetGroup) =>
  [
    { key: targetType.key, from: from.targetType, to: to.targetType },
    { key: backendProtocol.key, from: from.protocol, to: to.protocol },
    { key: backendProtocolVersion.key, from: from.protocolVersion, to: to.protocolVersion },
  ].filter((change) => change.from !== change.to)

/** Attributes that are not named any more: AWS keeps their last value, which only a written default changes. */
const keptAttributes = (before: DesiredModel, after: DesiredModel, ingress: Ingress): readonly Finding[] => {
  if (before.is !== 'stack' || after.is !== 'stack') return []
  const { scheme, attributes } = after.stack.loadBalancer
  const ofLoadBalancer = unnamed(before.stack.loadBalancer.attributes, attributes).map(([key, value]) =>
    kept(ingress, loadBalancerAttributes.key, [key, value], loadBalancerDefault(key, scheme)),
  )
  const ofTargetGroups = before.stack.targetGroups.flatMap((old) => {
    const now = after.stack.targetGroups.find(({ resourceId }) => resourceId === old.resourceId)
    return now === undefined ? [] : unnamed(old.attributes, now.attributes)
  })
  const each = new Map(ofTargetGroups.map((pair) => [JSON.stringify(pair), pair]))
  return [
    ...ofLoadBalancer,
    ...[...each.values()].map((pair) => kept(ingress, targetGroupAttributes.key, pair, targetGroupDefault(pair[0]))),
  ]
}

type Pair = readonly [key: string, value: string]

const unnamed = (before: Attributes, after: Attributes): readonly Pair[] =>
  Object.entries(before).filter(([key]) => after[key] === undefined)

/** As much as a warning shows (Kubernetes, "Response warnings"). */
const maximumWarning = 120

const kept = (ingress: Ingress, setting: string, [key, value]: Pair, fallback: string | undefined): Finding => {
  const stays = `attribute ${key} stays ${value}`
  const whole = `${stays}; write ${key}=${fallback} to reset it`
  const short = whole.length > maximumWarning ? `${stays}; write =${fallback} to reset it` : whole
  return told(ingress, 'AttributeKept', fallback === undefined || fallback === value ? stays : short, setting)
}

const movedDefaults = (before: Ingress, after: Ingress): readonly Finding[] => {
  const now = stillDefaults(after)
  return [...stillDefaults(before)]
    .filter((key) => now.has(key))
    .flatMap((key) => {
      const from = before.annotations[prefix + key]
      const to = after.annotations[prefix + key]
      return from === to ? [] : [told(after, 'DefaultMoves', `${key}: default changes from ${from} to ${to}`, key)]
    })
}

const told = (
  ingress: Ingress,
  code:
    | 'SchemeChange'
    | 'ListenerRemoved'
    | 'RulesRemoved'
    | 'DefaultMoves'
    | 'InboundOpens'
    | 'AttributeKept'
    | 'TargetGroupReplaced',
  warning: string,
  key: string = listenPorts.key,
): Finding => ({
  code,
  kind: 'notice',
  member: nameOf(ingress),
  origin: { source: 'ingress', object: ingressRef(ingress), key: prefix + key },
  path: annotationPath(prefix + key),
  anchor: warning,
  message: warning,
  warning,
  needs: 'object',
  tenancy: false,
})
