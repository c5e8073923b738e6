import { decoded, refused, shownText, type Codec, type Problem } from './codec.ts'

/**
 * Pairs `key=value` between commas, as aws-load-balancer-controller reads them: a comma ends a pair only while a `=` is
 * still to come; `\` takes the next character as it is, before pairs are split at their first `=` and trimmed. The path
 * of a problem with one key is `.key`. `example` is what a message tells to write instead.
 */
export const stringMap = ({ example }: { readonly example: string }): Codec<Readonly<Record<string, string>>> => ({
  decode: (text) => {
    const malformed = (message: string) =>
      refused({ code: 'MapSyntax', value: shownText(text), message, fix: `write "${example}"` })
    const split = splitPairs(text)
    if ('problem' in split) return malformed(split.problem)
    const entries = new Map<string, string>()
    const twice = new Map<string, Problem>()
    for (const [index, pair] of split.pairs.entries()) {
      const equals = pair.indexOf('=')
      if (equals < 0) return malformed(`pair ${index + 1} is ${pair.trim() === '' ? 'empty' : 'without "="'}`)
      const key = pair.slice(0, equals).trim()
      if (key === '') return malformed(`pair ${index + 1} has no key before "="`)
      if (entries.has(key)) twice.set(key, keyTwice(key))
      entries.set(key, pair.slice(equals + 1).trim())
    }
    const value = Object.fromEntries(entries)
    return twice.size > 0 ? { ok: false, problems: [...twice.values()], rest: value } : decoded(value)
  },
  encode: (value) =>
    Object.entries(value)
      .map(([key, entry]) => `${escape(key)}=${escape(entry)}`)
      .join(','),
})

const keyTwice = (key: string): Problem => ({
  code: 'MapKeyTwice',
  path: `.${key}`,
  value: shownText(key),
  message: 'the key is written twice',
  fix: 'keep one of the two',
})

const escape = (text: string): string => text.replaceAll(/[\\,]/g, String.raw`\$&`)

/** Raw pairs with their escapes resolved. */
const splitPairs = (text: string): { readonly pairs: readonly string[] } | { readonly problem: string } => {
  const lastEquals = text.lastIndexOf('=')
  const pairs: string[] = []
  let pair = ''
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index)
    if (character === '\\' && index + 1 < text.length) {
      index += 1
      pair += text.charAt(index)
    } else if (character === ',' && index < lastEquals) {
      pairs.push(pair)
      pair = ''
    } else if (character === ',' && text.slice(index + 1).trim() !== '') {
      return { problem: `the text after the last pair has no "="` }
    } else {
      pair += character
    }
  }
  return { pairs: [...pairs, pair] }
}
