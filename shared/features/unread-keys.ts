import type { Finding, ObjectRef } from '../findings/finding.ts'
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

const exactNames: readonly string[] = [
  ...settings.flatMap((setting) => [setting.key, ...setting.oldSpellings]),
  ...laterKeys.filter(({ key }) => !key.endsWith('.*')).map(({ key }) => key),
]

const known: ReadonlySet<string> = new Set([...settings.flatMap((s) => [s.key, ...s.oldSpellings]), ...ignoredKeys])

/** Findings for keys with our prefix that no setting reads: not built yet, refused spellings, unknown ones. */
export const unreadKeys = (holder: Holder, flags: Flags): readonly Finding[] =>
  Object.entries(holder.annotations)
    .filter(([key]) => key.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => unreadKey(holder, key, value, flags))

const unreadKey = (holder: Holder, key: string, value: string, flags: Flags): readonly Finding[] => {
  const name = key.slice(prefix.length)
  if (known.has(name)) return []
  const spelling = refusedSpellings.get(name)
  if (spelling !== undefined)
    return [
      finding(holder, key, {
        code: 'SpellingRefused',
        kind: 'fault',
        message: 'is a key of 2017 that has no effect any more, and ignoring it would change who is served what',
        fix: spelling(value),
      }),
    ]
  const later = laterKeys.find((candidate) => covers(candidate, name))
  if (later !== undefined) return laterKey(holder, key, value, later)
  return [unknownKey(holder, key, name, flags)]
}

const covers = (later: LaterKey, name: string): boolean =>
  later.key.endsWith('.*') ? name.startsWith(later.key.slice(0, -1)) : later.key === name

const laterKey = (holder: Holder, key: string, value: string, later: LaterKey): readonly Finding[] => {
  if (later.noOp.includes(value)) return []
  if (value.trim() === '' && !later.emptyRefused)
    return [finding(holder, key, { code: 'EmptyValue', kind: 'notice', message: 'empty, counts as absent' })]
  return later.is === 'refused'
    ? [
        finding(holder, key, {
          code: 'NotSupportedYet',
          kind: 'fault',
          message: 'is not supported yet',
          fix: 'remove the key',
        }),
      ]
    : [finding(holder, key, { code: 'NoEffectYet', kind: 'notice', message: 'not supported yet, ignored' })]
}

const unknownKey = (holder: Holder, key: string, name: string, flags: Flags): Finding => {
  const hint = nearest(name, exactNames)
  return finding(holder, key, {
    code: 'UnknownKey',
    kind: flags.denyUnknownAnnotations ? 'fault' : 'notice',
    message: flags.denyUnknownAnnotations ? 'unknown key' : 'unknown key, ignored',
    ...(hint === undefined ? {} : { fix: `did you mean ${hint}?` }),
  })
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
