import { markerKey } from '../names/annotation-keys.ts'
import { at, field, listOf, objectOf } from './raw.ts'

/** Annotation in which `kubectl apply` keeps what it applied last. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

const lastAppliedKeys = (annotations: unknown): readonly string[] => {
  const text = field(annotations, lastApplied)
  if (typeof text !== 'string') return []
  try {
    const applied: unknown = JSON.parse(text)
    return Object.keys(objectOf(at(applied, 'metadata', 'annotations')))
  } catch {
    return [] // a text that is no JSON is evidence of nothing
  }
}

/** Annotation keys that one entry of `managedFields` owns (Kubernetes, "Server-Side Apply", format `FieldsV1`). */
const managedKeys = (entry: unknown): readonly string[] =>
  Object.keys(objectOf(at(entry, 'fieldsV1', 'f:metadata', 'f:annotations'))).flatMap((key) =>
    key.startsWith('f:') ? [key.slice(2)] : [],
  )

/**
 * The annotation keys of an object that a user is known to have set: those that `last-applied-configuration` or one
 * entry of `managedFields` holds without the marker. Who wrote the marker too has copied the whole object and chose
 * nothing. Sorted, each once, and only keys that the object has.
 */
export const chosenKeysOf = (raw: unknown): readonly string[] => {
  const annotations = objectOf(at(raw, 'metadata', 'annotations'))
  const holders = [lastAppliedKeys(annotations), ...listOf(at(raw, 'metadata', 'managedFields')).map(managedKeys)]
  const chosen = new Set(holders.filter((keys) => !keys.includes(markerKey)).flat())
  chosen.delete(lastApplied)
  return [...chosen].filter((key) => Object.hasOwn(annotations, key)).toSorted()
}
