import { sha256Hex } from '../names/sha256.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import { markerKey, prefix } from '../names/annotation-keys.ts'

/** The first 8 hex digits of SHA-256 of a value that defaulting wrote. */
export const fingerprint = (value: string): string => sha256Hex(value).slice(0, 8)

/** Keys without prefix and the fingerprints recorded for them; what is malformed is not an entry. */
export const readMarker = (text: string | undefined): ReadonlyMap<string, string> =>
  new Map(
    (text ?? '')
      .split(',')
      .map((entry) => /^([a-z0-9.-]+)=([0-9a-f]{8})$/.exec(entry.trim()))
      .flatMap((match) => (match?.[1] !== undefined && match[2] !== undefined ? [[match[1], match[2]] as const] : [])),
  )

/** The annotation text for keys and fingerprints, sorted by key. */
export const writeMarker = (entries: ReadonlyMap<string, string>): string =>
  [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, print]) => `${key}=${print}`)
    .join(',')

/**
 * Keys (without prefix) whose value is one that defaulting wrote: recorded in the marker, unchanged since, and not known
 * to have been set by a user.
 */
export const stillDefaults = (ingress: Ingress): ReadonlySet<string> => {
  const chosen = new Set(ingress.chosenKeys)
  const kept = [...readMarker(ingress.annotations[markerKey])].filter(([key, print]) => {
    const value = ingress.annotations[prefix + key]
    return value !== undefined && fingerprint(value) === print && !chosen.has(prefix + key)
  })
  return new Set(kept.map(([key]) => key))
}

/** The annotations that somebody set: those of the object without what is still a default, and without the marker. */
export const setAnnotations = (ingress: Ingress): Readonly<Record<string, string>> => {
  const defaults = stillDefaults(ingress)
  return Object.fromEntries(
    Object.entries(ingress.annotations).filter(
      ([key]) => key !== markerKey && !(key.startsWith(prefix) && defaults.has(key.slice(prefix.length))),
    ),
  )
}
