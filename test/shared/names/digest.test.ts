import * as fc from 'fast-check'
import t from 'tap'
import { canonicalJson, digest, type Json } from '../../../shared/names/digest.ts'
import { sha256Hex } from '../../../shared/names/sha256.ts'

void t.test('canonical JSON has sorted keys and no blanks', async (t) => {
  const value = { b: [1, { d: null, c: 'x' }], a: true }
  t.equal(canonicalJson(value), '{"a":true,"b":[1,{"c":"x","d":null}]}')
  t.equal(digest(value), sha256Hex('{"a":true,"b":[1,{"c":"x","d":null}]}'))
})

void t.test('a property that is undefined counts as absent', async (t) => {
  t.equal(digest({ a: 1, b: undefined }), digest({ a: 1 }))
})

void t.test('the order of a list counts', async (t) => {
  t.not(digest(['a', 'b']), digest(['b', 'a']))
})

void t.test('the order of keys does not count, and the text reads back as the value', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const json: Json = JSON.parse(JSON.stringify(value))
      t.equal(canonicalJson(json), canonicalJson(reversed(json)))
      t.same(JSON.parse(canonicalJson(json)), json)
    }),
    { numRuns: 50 },
  )
})

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

const reversed = (value: Json): Json => {
  if (isList(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, member]) => [key, reversed(member ?? null)] as const)
  return Object.fromEntries(entries.toReversed())
}
