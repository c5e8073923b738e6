import { decoded, refused, shownText, type Codec } from './codec.ts'

/** Entries between commas: each is trimmed, empty ones are dropped, the order is kept. At least one must be left. */
export const list: Codec<readonly string[]> = {
  decode: (text) => {
    const entries = text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
    if (entries.length > 0) return decoded(entries)
    return refused({
      code: 'ListSyntax',
      value: shownText(text),
      message: 'no entry between the commas',
      fix: 'write a value or remove the key',
    })
  },
  encode: (value) => value.join(','),
}
