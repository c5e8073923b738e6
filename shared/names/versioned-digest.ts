import { canonicalJson } from './digest.ts'
import type { Json } from './digest.ts'
import { sha256Hex } from './sha256.ts'

/** Text of a plain value that does not depend on the order of its keys; a property that is undefined counts as absent. */
export const canonicalText = (value: object): string => {
  const plain: Json = JSON.parse(JSON.stringify(value))
  return canonicalJson(plain)
}

/** Digest of a plain value, with the version of how it is made, for what is kept beyond the life of a process. */
export const versionedDigest = (value: object): string => `1:${sha256Hex(canonicalText(value))}`
