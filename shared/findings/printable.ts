/** Longest piece of a user's input that a message repeats. */
const echoLimit = 64

/** Unicode controls, format characters (the bidirectional marks among them), line and paragraph separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const escape = (character: string): string => {
  const known = escapes[character]
  if (known !== undefined) return known
  const digits = (character.codePointAt(0) ?? 0).toString(16)
  return digits.length > 4 ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`
}

/** The text with every character escaped that a terminal, a log or an HTTP header must not meet. Idempotent. */
export const printable = (text: string): string => text.toWellFormed().replace(unprintable, escape)

/** Length of the escape sequence or character that begins at `at`; an escape or a surrogate pair is never cut in two. */
const unitLength = (text: string, at: number): number => {
  if (text[at] !== '\\') return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  switch (text[at + 1]) {
    case 'x':
      return 4
    case 'u':
      return 6
    case 'U':
      return 10
    default:
      return 2
  }
}

const headOf = (text: string, limit: number): string => {
  let end = 0
  while (end < text.length) {
    const next = end + unitLength(text, end)
    if (next > limit) break
    end = next
  }
  return text.slice(0, end)
}

/** At most `limit` characters of a printable text; what is cut shows as `...`. */
export const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${headOf(text, limit - 3)}...`

/** An ARN's last 8 characters tell it from its neighbours, its head tells service, region and account. */
const cutArn = (arn: string): string => {
  const head = arn.slice(0, Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1)
  return `${headOf(head, echoLimit - 11)}...${arn.slice(-8)}`
}

/**
 * A value as a message repeats it: at most 64 characters of it, 61 and `...` where it is longer, an ARN by its head and
 * its last 8 characters. `printed` is the value as the finding holds it, text with its quotes.
 */
export const echo = (printed: string): string => {
  const text = printable(printed)
  const quoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"')
  const inner = quoted ? text.slice(1, -1) : text
  if (inner.length <= echoLimit) return text
  const short = inner.startsWith('arn:') ? cutArn(inner) : cut(inner, echoLimit)
  return quoted ? `"${short}"` : short
}
