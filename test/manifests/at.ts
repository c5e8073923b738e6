import type { Json, JsonObject } from '../../manifests/render/objects.ts'

/** The value at a path of keys and indexes; a path that leads nowhere is an error of the test. */
export function at(value: Json, ...path: readonly string[]): Json {
  let here: Json | undefined = value
  for (const key of path) {
    here = isList(here) ? here[Number(key)] : isObject(here) ? here[key] : undefined
    if (here === undefined) throw new Error(`nothing at ${path.join('.')}`)
  }
  return here
}

/** The text at a path. */
export function textAt(value: Json, ...path: readonly string[]): string {
  const found = at(value, ...path)
  if (typeof found !== 'string') throw new Error(`no text at ${path.join('.')}`)
  return found
}

/** The objects in the list at a path. */
export function items(value: Json, ...path: readonly string[]): readonly JsonObject[] {
  const found = at(value, ...path)
  if (!isList(found) || !found.every(isObject)) throw new Error(`no list of objects at ${path.join('.')}`)
  return found
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** A scalar as text; anything else as JSON. */
export function said(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
