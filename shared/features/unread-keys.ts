import type { Finding, ObjectRef } from '../findings/finding.ts'
import type { AnySetting } from '../annotation/setting.ts'
import { settings } from './index.ts'
import { ignoredKeys, type LaterKey, laterKeys, refusedSpellings } from './later.ts'
import type { Flags } from '../ingress/flags.ts'
import { nearest } from '../text/nearest.ts'
import { annotationPath, prefix } from '../names/annotation-keys.ts'

/** What holds the annotations: the Ingress itself, or a Service behind one of its backends. */
export interface Holder {
  readonly member: string
  readonly object: ObjectRef
  readonly annotations: Readonly<Record<string, string>>
  /** Field path of the backend, for a Service's annotations. */
  readonly backendPath?: string
}

/** Every key and the key to write for it: an old spelling stands for its modern one. */
const modernKeys: ReadonlyMap<string, string> = new Map([
  ...settings.flatMap((setting) => [setting.key, ...setting.oldSpellings].map((name) => [name, setting.key] as const)),
  ...laterKeys.filter(({ key }) => !key.endsWith('.*')).map(({ key }) => [key, key] as const),
])

/** `actions` for the keys `actions.NAME`. */
const families: readonly string[] = laterKeys.flatMap(({ key }) => (key.endsWith('.*') ? [key.slice(0, -2)] : []))

const settingOf = (name: string): AnySetting | undefined =>
  settings.find((setting) => setting.key === name || setting.oldSpellings.includes(name))

/** Findings for keys with our prefix that no setting reads: not built yet, refused spellings, unknown ones. */
export const unreadKeys = (holder: Holder, flags: Flags): readonly Finding[] =>
  Object.entries(holder.annotations)
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value], index) => unreadKey(holder, key, value, flags, index < hintedKeys))

/** A hint costs a comparison with every known key, and nobody reads the hundredth warning. */
const hintedKeys = 100

const unreadKey = (holder: Holder, key: string, value: string, flags: Flags, isHinted: boolean): readonly Finding[] => {
  const name = key.slice(prefix.length)
  const onService = holder.object.kind === 'Service'
  if (ignoredKeys.includes(name)) return []
  const setting = settingOf(name)
  if (setting !== undefined) return onService && !setting.places.includes('service') ? [ingressOnly(holder, key)] : []
  const spelling = refusedSpellings.get(name)
  const later = laterKeys.find((candidate) => covers(candidate, name))
  if (spelling === undefined && later === undefined) return [unknownKey(holder, key, name, flags, isHinted)]
  if (onService && later?.ofService !== true) return [ingressOnly(holder, key)]
  if (value.trim() === '' && later?.emptyRefused !== true)
    return [finding(holder, key, { code: 'EmptyValue', kind: 'notice', message: 'empty, counts as absent' })]
  const instead = spelling?.(value)
  if (instead !== undefined)
    return [
      finding(holder, key, {
        code: 'SpellingRefused',
        kind: 'fault',
        message: 'is a key of 2017 that has no effect any more, and ignoring it would change who is served what',
        fix: instead,
      }),
    ]
  return later === undefined || later.noOp.includes(value) ? [] : [laterKey(holder, key, later)]
}

const covers = (later: LaterKey, name: string): boolean =>
  later.key.endsWith('.*') ? name.startsWith(later.key.slice(0, -1)) : later.key === name

const ingressOnly = (holder: Holder, key: string): Finding =>
  finding(holder, key, {
    code: 'KeyOfIngress',
    kind: 'notice',
    message: 'no effect on a Service; write it on the Ingress',
  })

const laterKey = (holder: Holder, key: string, later: LaterKey): Finding =>
  later.is === 'refused'
    ? finding(holder, key, {
        code: 'NotSupportedYet',
        kind: 'fault',
        message: 'is not supported yet',
        fix: 'remove the key',
      })
    : finding(holder, key, { code: 'NoEffectYet', kind: 'notice', message: 'not supported yet, ignored' })

const unknownKey = (holder: Holder, key: string, name: string, flags: Flags, isHinted: boolean): Finding => {
  const hint = isHinted ? nearestKey(name) : undefined
  const fix = hint === undefined ? {} : { fix: `did you mean ${hint}?` }
  return flags.denyUnknownAnnotations
    ? finding(holder, key, { code: 'UnknownKey', kind: 'fault', message: 'unknown key', fix: 'remove the key', ...fix })
    : finding(holder, key, { code: 'UnknownKey', kind: 'notice', message: 'unknown key, ignored', ...fix })
}

/**
 * The key that a misspelt one most likely means, or that goes on from one that stops in the middle; of a family of keys
 * the part in front of the name.
 */
const nearestKey = (name: string): string | undefined => {
  const exact = nearest(name, [...modernKeys.keys()], 'key', (key) => modernKeys.get(key) ?? key)
  if (exact !== undefined) return exact
  const [only, ...others] = [...modernKeys.keys()].filter((key) => key.startsWith(`${name}-`))
  if (only !== undefined && others.length === 0) return modernKeys.get(only)
  const dot = name.indexOf('.')
  if (dot < 0) return undefined
  const family = nearest(name.slice(0, dot), families)
  return family === undefined ? undefined : family + name.slice(dot)
}

const finding = (
  holder: Holder,
  key: string,
  rest: Pick<Finding, 'code' | 'kind' | 'message'> & Partial<Pick<Finding, 'fix'>>,
): Finding => {
  const ofService = holder.backendPath !== undefined
  return {
    member: holder.member,
    origin: { source: holder.object.kind === 'Service' ? 'service' : 'ingress', object: holder.object, key },
    path: ofService ? `${holder.backendPath}.service.name` : annotationPath(key),
    anchor: ofService ? `${holder.object.name} ${key}` : key,
    needs: ofService ? 'cluster' : 'object',
    tenancy: false,
    ...rest,
    message: ofService ? `annotation ${key} of Service "${holder.object.name}": ${rest.message}` : rest.message,
  }
}
