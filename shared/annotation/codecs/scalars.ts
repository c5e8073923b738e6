import type { Code } from '../../findings/codes.ts'
import { nearest } from '../../text/nearest.ts'
import { listOf, quote } from '../../text/quote.ts'
import { decoded, refused, shownText, type Codec } from './codec.ts'

/** Any text, as it is. */
export const string: Codec<string> = { decode: decoded, encode: (value) => value }

/** What reads as false. */
export const falseSpellings: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False']

/** The spellings of Go's `strconv.ParseBool`. */
export const bool: Codec<boolean> = {
  decode: (text) => {
    if (trueSpellings.has(text)) return decoded(true)
    if (falseSpellings.includes(text)) return decoded(false)
    return refused({
      code: 'BoolSyntax',
      value: shownText(text),
      message: 'must be true or false',
      fix: `write "${meansTrue.has(text.trim().toLowerCase())}"`,
    })
  },
  encode: String,
}

const trueSpellings = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const meansTrue = new Set(['1', 't', 'true', 'y', 'yes', 'on', 'enabled'])

/** A whole number in decimal digits, with or without a sign. `suggest` is what a message tells to write instead. */
export const wholeNumber = (min: number, max: number, { suggest }: { readonly suggest: number }): Codec<number> => ({
  decode: (text) => {
    const value = shownText(text)
    if (!/^[+-]?[0-9]+$/.test(text)) {
      const meant = Number(/^\s*([+-]?[0-9]{1,9})(?![0-9])/.exec(text)?.[1] ?? Number.NaN)
      const fix = `write "${meant >= min && meant <= max ? meant : suggest}"`
      return refused({ code: 'NotANumber', value, message: `must be a whole number, ${min} to ${max}`, fix })
    }
    const number = Number(text)
    if (number >= min && number <= max) return decoded(number === 0 ? 0 : number)
    return refused({ code: 'OutOfRange', value, message: `must be ${min} to ${max}`, fix: `write "${suggest}"` })
  },
  encode: String,
})

/** Exactly one of some words; `code` is that of the setting. */
export const oneOf = <const T extends string>(code: Code, values: readonly T[]): Codec<T> => ({
  decode: (text) => {
    const known = values.find((value) => value === text)
    if (known !== undefined) return decoded(known)
    const hint = nearest(text, values, 'value')
    return refused({
      code,
      value: shownText(text),
      message: `supported values: ${listOf(values)}`,
      ...(hint === undefined ? {} : { fix: `did you mean ${quote(hint)}?` }),
    })
  },
  encode: (value) => value,
})
