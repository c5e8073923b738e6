import { attributes as codec } from '../../annotation/codecs/attributes.ts'
import { wholeNumber } from '../../annotation/codecs/scalars.ts'
import { type AnySetting, type CheckContext, feature, setting, type Values, valueOf } from '../../annotation/setting.ts'
import type { Finding } from '../../findings/finding.ts'
import type { Flags } from '../../ingress/flags.ts'
import { settle, type Source } from '../../annotation/settle.ts'
import { prefix } from '../../names/annotation-keys.ts'
import { quote } from '../../text/quote.ts'
import { scheme } from '../exposure.ts'
import { loadBalancerTable, logs } from './load-balancer-table.ts'

/** Attributes of the load balancer; only those that are named are managed. */
export const loadBalancerAttributes = setting({
  key: 'load-balancer-attributes',
  scope: 'group',
  merge: 'merged',
  codec: codec(loadBalancerTable),
  summary: 'Attributes of the load balancer; one that is not named stays as it is.',
  sample: 'idle_timeout.timeout_seconds=120,routing.http2.enabled=true',
})

/** The name that the controller of 2018 had for `load-balancer-attributes`. */
export const oldAttributes = setting({
  key: 'attributes',
  scope: 'group',
  merge: 'merged',
  codec: codec(loadBalancerTable),
  summary: `Old spelling of ${loadBalancerAttributes.key}; both are merged.`,
  sample: 'idle_timeout.timeout_seconds=120',
})

/** What the controller of 2017 had for one attribute. */
export const connectionIdleTimeout = setting({
  key: 'connection-idle-timeout',
  scope: 'group',
  merge: 'merged',
  codec: wholeNumber(1, 4000, { suggest: 60 }),
  summary: `Old spelling of idle_timeout.timeout_seconds in ${loadBalancerAttributes.key}.`,
  sample: '120',
})

const idleTimeout = 'idle_timeout.timeout_seconds'
const deletionProtection = 'deletion_protection.enabled'

type Attributes = Readonly<Record<string, string>>

/** The attributes that an Ingress asks for by any of the spellings. */
export const wantedAttributes = (values: Values): Attributes => {
  const seconds = valueOf(values, connectionIdleTimeout)
  return {
    ...(seconds === undefined ? {} : { [idleTimeout]: String(seconds) }),
    ...valueOf(values, oldAttributes),
    ...valueOf(values, loadBalancerAttributes),
  }
}

const spellings: readonly AnySetting[] = [loadBalancerAttributes, oldAttributes, connectionIdleTimeout]

export const loadBalancerAttributesFeature = feature({
  name: 'load-balancer-attributes',
  settings: spellings,
  check: (values, context) => [
    ...oldSpellings(values, context),
    ...(isFaulty(values) ? [] : [...logsWithoutBucket(values, context), ...unusual(values, context)]),
  ],
})

/** Whether some spelling is at fault, so that it is not known which attributes are wanted. */
const isFaulty = (values: Values): boolean => spellings.some((definition) => !values.get(definition).ok)

/** Whether an object with these annotations keeps its load balancer when it goes; undefined where they are at fault. */
export const protectsFromDeletion = (source: Source, flags: Flags): boolean | undefined => {
  const { values } = settle([loadBalancerAttributesFeature], [source], flags, '')
  return isFaulty(values) ? undefined : protects(wantedAttributes(values))
}

/** Whether the attributes keep the load balancer. */
export const protects = (attributes: Attributes): boolean => attributes[deletionProtection] === 'true'

const oldSpellings = (values: Values, context: CheckContext): readonly Finding[] => {
  const modern = valueOf(values, loadBalancerAttributes) ?? {}
  const old = valueOf(values, oldAttributes)
  const seconds = valueOf(values, connectionIdleTimeout)
  const ofSeconds = seconds === undefined ? undefined : { [idleTimeout]: String(seconds) }
  return [
    ...spelling(context, oldAttributes, old, [[loadBalancerAttributes, modern]]),
    ...spelling(context, connectionIdleTimeout, ofSeconds, [
      [loadBalancerAttributes, modern],
      [oldAttributes, old ?? {}],
    ]),
  ]
}

const spelling = (
  context: CheckContext,
  definition: AnySetting,
  written: Attributes | undefined,
  others: readonly (readonly [AnySetting, Attributes])[],
): readonly Finding[] => {
  if (written === undefined) return []
  const disagreeing = others.flatMap(([other, attributes]) =>
    Object.keys(written)
      .filter((key) => attributes[key] !== undefined && attributes[key] !== written[key])
      .map((key) =>
        context.on(definition, {
          code: 'SpellingsDisagree',
          message: `${prefix}${other.key} has ${key}=${attributes[key]}, and both spell ${loadBalancerAttributes.key}`,
          fix: `remove ${prefix}${definition.key}`,
        }),
      ),
  )
  const notice = context.on(definition, {
    code: 'OldSpelling',
    kind: 'notice',
    message: `old spelling, read as ${loadBalancerAttributes.key}`,
  })
  return [...disagreeing, notice]
}

/** The spelling that an attribute is written in. */
const holderOf = (values: Values, key: string): AnySetting =>
  valueOf(values, loadBalancerAttributes)?.[key] === undefined && valueOf(values, oldAttributes)?.[key] !== undefined
    ? oldAttributes
    : loadBalancerAttributes

const logsWithoutBucket = (values: Values, context: CheckContext): readonly Finding[] => {
  const wanted = wantedAttributes(values)
  return logs
    .filter((log) => wanted[`${log}.enabled`] === 'true' && wanted[`${log}.bucket`] === undefined)
    .map((log) =>
      context.on(holderOf(values, `${log}.enabled`), {
        code: 'AttributeNeeds',
        path: `.${log}.enabled`,
        value: quote('true'),
        message: `needs ${log}.bucket beside it`,
        fix: `add ${log}.bucket=NAME with the name of your bucket, or write ${log}.enabled=false`,
      }),
    )
}

const unusual = (values: Values, context: CheckContext): readonly Finding[] => {
  const wanted = wantedAttributes(values)
  const notice = (key: string, message: string): Finding =>
    context.on(holderOf(values, key), {
      code: 'AttributeUnusual',
      kind: 'notice',
      path: `.${key}`,
      value: quote(wanted[key] ?? ''),
      message,
    })
  const prefixes = logs.map((log) => `${log}.prefix`).filter((key) => /^\/|\/$/.test(wanted[key] ?? ''))
  const denial = 'ipv6.deny_all_igw_traffic'
  return [
    ...prefixes.map((key) => notice(key, 'begins or ends with "/", which AWS advises against')),
    ...(wanted[denial] === 'false' && valueOf(values, scheme) === 'internal'
      ? [notice(denial, 'an internal load balancer can then be reached over IPv6 through an internet gateway')]
      : []),
  ]
}
