/** Deepest nesting of a review that is read. An AdmissionReview of an Ingress reaches about 12. */
export const deepestNesting = 64

/** Most brackets, braces, commas and colons of a review that is read. */
export const mostTokens = 500_000

const quote = 0x22
const backslash = 0x5c
const opening = 1
const closing = 2
const separating = 3

const structural = new Uint8Array(256)
for (const [character, meaning] of [
  ['{', opening],
  ['[', opening],
  ['}', closing],
  [']', closing],
  [',', separating],
  [':', separating],
] as const)
  structural[character.charCodeAt(0)] = meaning

export type ScanResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly what: 'nesting' | 'tokens'; readonly at: number }

/**
 * Looks at JSON before it is parsed, in one pass over its bytes: `JSON.parse` takes a million nested arrays, but whatever
 * then walks them dies. `at` is the byte at which the limit is passed.
 */
export const scan = (bytes: Uint8Array): ScanResult => {
  let depth = 0
  let tokens = 0
  let inText = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (inText) {
      if (byte === backslash) at += 1
      else if (byte === quote) inText = false
      continue
    }
    if (byte === quote) {
      inText = true
      continue
    }
    const meaning = structural[byte]
    if (meaning === 0) continue
    tokens += 1
    if (tokens > mostTokens) return { ok: false, what: 'tokens', at }
    if (meaning === opening) depth += 1
    else if (meaning === closing) depth -= 1
    if (depth > deepestNesting) return { ok: false, what: 'nesting', at }
  }
  return { ok: true }
}
