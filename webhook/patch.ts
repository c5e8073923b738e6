import type { AnnotationEdits } from '../shared/features/defaulting.ts'

/** One operation of RFC 6902. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

const map = '/metadata/annotations'

/** JSON Pointer (RFC 6901) of an annotation. */
const pointer = (key: string): string => `${map}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

/**
 * The JSON patch that makes the edits; empty when nothing changes.
 *
 * @param annotations the raw value of `metadata.annotations`: a map, or `undefined` or `null` where there is none
 */
export const annotationPatch = (annotations: unknown, edits: AnnotationEdits): readonly PatchOperation[] => {
  const absent = annotations === undefined || annotations === null
  if (!absent && (typeof annotations !== 'object' || Array.isArray(annotations))) return []
  const present = new Map<string, unknown>(absent ? [] : Object.entries(annotations))
  const writes = Object.entries(edits.set)
    .filter(([key, value]) => present.get(key) !== value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]): PatchOperation => ({ op: present.has(key) ? 'replace' : 'add', path: pointer(key), value }))
  const removals = edits.remove
    .filter((key) => present.has(key) && !Object.hasOwn(edits.set, key))
    .toSorted()
    .map((key): PatchOperation => ({ op: 'remove', path: pointer(key) }))
  return absent && writes.length > 0 ? [{ op: 'add', path: map, value: {} }, ...writes] : [...writes, ...removals]
}
