import { sha256Hex } from './sha256.ts'

/** A value that JSON can hold; a property that is `undefined` counts as absent. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/** JSON text without blanks, keys of objects in UTF-16 order: equal values give equal texts. */
export const canonicalJson = (value: Json): string => {
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.keys(value)
    .toSorted()
    .flatMap((key) => {
      const member = value[key]
      return member === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(member)}`]
    })
  return `{${members.join(',')}}`
}

/** SHA-256 of the canonical JSON of a value, in lower-case hex digits. */
export const digest = (value: Json): string => sha256Hex(canonicalJson(value))

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
