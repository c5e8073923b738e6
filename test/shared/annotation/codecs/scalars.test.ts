import * as fc from 'fast-check'
import t from 'tap'
import type { Decoded } from '../../../../shared/annotation/codecs/codec.ts'
import { bool, oneOf, wholeNumber } from '../../../../shared/annotation/codecs/scalars.ts'

const interval = wholeNumber(5, 300, { suggest: 15 })
const scheme = oneOf('SchemeUnknown', ['internal', 'internet-facing'])

/** What a denial would show of a refused value. */
const said = (decoded: Decoded<unknown>): string | undefined => {
  if (decoded.ok) return undefined
  return decoded.problems.map(({ code, value, message, fix }) => `${value}: ${message}; ${fix} [${code}]`).join('\n')
}

const numbers = [
  { text: '1', want: '"1": must be 5 to 300; write "15" [OutOfRange]' },
  { text: '301', want: '"301": must be 5 to 300; write "15" [OutOfRange]' },
  { text: '-15', want: '"-15": must be 5 to 300; write "15" [OutOfRange]' },
  { text: '30s', want: '"30s": must be a whole number, 5 to 300; write "30" [NotANumber]' },
  { text: ' 30', want: '" 30": must be a whole number, 5 to 300; write "30" [NotANumber]' },
  { text: '30.5', want: '"30.5": must be a whole number, 5 to 300; write "30" [NotANumber]' },
  { text: '0x1e', want: '"0x1e": must be a whole number, 5 to 300; write "15" [NotANumber]' },
  { text: 'many', want: '"many": must be a whole number, 5 to 300; write "15" [NotANumber]' },
  { text: '999999999999999999999', want: '"999999999999999999999": must be 5 to 300; write "15" [OutOfRange]' },
]
for (const { text, want } of numbers) {
  void t.test(`the number ${text} is refused with one that is taken`, async (t) =>
    t.equal(said(interval.decode(text)), want),
  )
}

void t.test('a number may have a sign and leading zeros', async (t) => {
  for (const text of ['15', '+15', '015']) t.same(interval.decode(text), { ok: true, value: 15 })
  t.same(wholeNumber(-10, 10, { suggest: 0 }).decode('-0'), { ok: true, value: 0 })
})

void t.test('a number reads back as it was written', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 300 }), (value) => {
      const decoded = interval.decode(interval.encode(value))
      return decoded.ok && decoded.value === value
    }),
  )
})

const words = [
  {
    text: 'public',
    want: '"public": supported values: "internal", "internet-facing"; did you mean "internet-facing"? [SchemeUnknown]',
  },
  {
    text: 'intern',
    want: '"intern": supported values: "internal", "internet-facing"; did you mean "internal"? [SchemeUnknown]',
  },
  {
    text: 'Internal',
    want: '"Internal": supported values: "internal", "internet-facing"; did you mean "internal"? [SchemeUnknown]',
  },
  {
    text: ' internal ',
    want: '" internal ": supported values: "internal", "internet-facing"; did you mean "internal"? [SchemeUnknown]',
  },
  { text: 'blue', want: '"blue": supported values: "internal", "internet-facing"; undefined [SchemeUnknown]' },
]
for (const { text, want } of words) {
  void t.test(`the word ${JSON.stringify(text)} is refused with the right one where there is one`, async (t) =>
    t.equal(said(scheme.decode(text)), want),
  )
}

void t.test('exactly the listed words are taken', async (t) => {
  for (const value of ['internal', 'internet-facing'] as const) {
    t.same(scheme.decode(scheme.encode(value)), { ok: true, value })
  }
})

void t.test('the spellings of true and false are those of Go', async (t) => {
  for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) t.same(bool.decode(text), { ok: true, value: true }, text)
  for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False'])
    t.same(bool.decode(text), { ok: true, value: false }, text)
  t.equal(said(bool.decode('yes')), '"yes": must be true or false; write "true" [BoolSyntax]')
  t.equal(said(bool.decode('off')), '"off": must be true or false; write "false" [BoolSyntax]')
  t.equal(said(bool.decode(' true')), '" true": must be true or false; write "true" [BoolSyntax]')
  for (const value of [true, false]) t.same(bool.decode(bool.encode(value)), { ok: true, value })
})
