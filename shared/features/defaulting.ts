import { features, settings } from './index.ts'
import type { Flags } from '../ingress/flags.ts'
import type { Ingress, IngressClass } from '../kubernetes/objects.ts'
import { markerKey, prefix } from '../names/annotation-keys.ts'
import { fingerprint, setAnnotations, stillDefaults, writeMarker } from '../annotation/marker.ts'
import { settle } from '../annotation/settle.ts'
import type { AnySetting } from '../annotation/setting.ts'

/** Annotations to set and to remove, keys with prefix; both empty when the object holds its defaults already. */
export interface AnnotationEdits {
  readonly set: Readonly<Record<string, string>>
  readonly remove: readonly string[]
}

/**
 * The effective defaults of an Ingress of ours, as edits of its annotations (`behaviour.md` 0.3). A function of the
 * object, its class and the flags alone; idempotent; what a user wrote is never changed. The caller has made sure that
 * the Ingress is ours.
 */
export const defaultAnnotations = (
  ingress: Ingress,
  _class: IngressClass | undefined,
  flags: Flags,
): AnnotationEdits => {
  if (flags.defaulting === 'off') return { set: {}, remove: [] }
  const stale = stillDefaults(ingress)
  const wanted = wantedDefaults(ingress, flags)
  const marker = writeMarker(new Map([...wanted].map(([key, value]) => [key, fingerprint(value)])))
  const after = new Map([...wanted].map(([key, value]) => [prefix + key, value] as const))
  if (marker !== '') after.set(markerKey, marker)
  return {
    set: Object.fromEntries([...after].filter(([key, value]) => ingress.annotations[key] !== value)),
    remove: [...[...stale].map((key) => prefix + key), markerKey].filter(
      (key) => ingress.annotations[key] !== undefined && !after.has(key),
    ),
  }
}

/** Keys without prefix and values that defaulting writes, sorted by key. */
const wantedDefaults = (ingress: Ingress, flags: Flags): ReadonlyMap<string, string> => {
  const annotations = setAnnotations(ingress)
  const object = { kind: 'Ingress', namespace: ingress.namespace, name: ingress.name } as const
  const { values } = settle(features, [{ is: 'ingress', object, annotations }], flags, ingress.name)
  const entries = settings
    .filter((setting) => isWritten(setting, flags) && !isSpelt(setting, annotations))
    .flatMap((setting) => {
      const settled = values.get(setting)
      return settled.ok && settled.value !== undefined
        ? [[setting.key, setting.codec.encode(settled.value)] as const]
        : []
    })
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const isWritten = (setting: AnySetting, flags: Flags): boolean =>
  setting.written === 'minimal' || (setting.written === 'full' && flags.defaulting === 'full')

const isSpelt = (setting: AnySetting, annotations: Readonly<Record<string, string>>): boolean =>
  [setting.key, ...setting.oldSpellings].some((name) => annotations[prefix + name] !== undefined)
