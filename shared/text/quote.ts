/** A text in double quotes as Kubernetes prints values: the escapes of Go's `%q` (Go package `strconv`, `Quote`). */
export const quote = (text: string): string => `"${text.toWellFormed().replaceAll(notAsItIs, escape)}"`

/** Texts in quotes, with commas between them: `"internal", "internet-facing"`. */
export const listOf = (texts: readonly string[]): string => texts.map(quote).join(', ')

const notAsItIs = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', String.raw`\"`],
  ['\\', '\\\\'],
  ['\u0007', String.raw`\a`],
  ['\b', String.raw`\b`],
  ['\f', String.raw`\f`],
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
  ['\t', String.raw`\t`],
  ['\v', String.raw`\v`],
])

const escape = (character: string): string => {
  const short = shortEscapes.get(character)
  if (short !== undefined) return short
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
}
