import fc from 'fast-check'

/** What a text is spoilt with: grammar of the values, Unicode that misleads, names of the language, numbers at the edge. */
const pieces = [
  ...Array.from('[]{}",:=/\\-.*% \t\n\r'),
  '\u0000',
  '\u001b[31m',
  '\u0085',
  '\u2028',
  '\u202e',
  '\u200b',
  '\ufeff',
  '\ud800',
  '\udfff',
  '\u0661',
  '\uff11',
  'e\u0301',
  '\u{1f642}',
  '0',
  '-1',
  '1e2',
  '443.0',
  '65536',
  '9007199254740993',
  'null',
  'true',
  '""',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '"__proto__":',
  '"HTTP":80',
  'arn:aws:',
  'arn:aws-cn:acm:cn-north-1:1:certificate/x',
  '0.0.0.0/0',
  '::ffff:10.0.0.0/104',
  '10.0.0.1/33',
  'subnet-0a',
  'sg-0a',
  'aws:x=y',
  '%00',
  '\\u0000',
] as const

/** One way to spoil a text. `at` and `to` are places in it, from 0 to 1. */
const mutation = fc.record({
  how: fc.constantFrom('insert', 'replace', 'cut', 'repeat', 'wrap', 'swap', 'upper', 'enlarge' as const),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  piece: fc.constantFrom(...pieces),
  times: fc.oneof({ weight: 19, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(3_000) }),
})

type Mutation = typeof mutation extends fc.Arbitrary<infer One> ? One : never

/** Longest text that a mutation makes, in characters: as much as all annotations of an object may have. */
const longest = 256 * 1024

const mutated = (text: string, { how, at, to, piece, times }: Mutation): string => {
  const [from, end] = [at, to].map((place) => Math.floor(place * text.length)).toSorted((a, b) => a - b)
  const [head, part, tail] = [text.slice(0, from), text.slice(from, end), text.slice(end)]
  switch (how) {
    case 'insert':
      return head + piece + part + tail
    case 'replace':
      return head + piece + tail
    case 'cut':
      return head + tail
    case 'repeat':
      return head + part.repeat(1 + (times % 40)) + tail
    case 'wrap':
      return '['.repeat(times) + text + ']'.repeat(times)
    case 'swap':
      return head + tail + part
    case 'upper':
      return head + part.toUpperCase() + tail
    case 'enlarge':
      return head + (part + piece).repeat(times) + tail
    default:
      return how satisfies never
  }
}

/** Texts near to one of the samples. */
export const nearTo = (samples: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(samples, fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([sample, all]) => all.reduce((text, one) => mutated(text, one).slice(0, longest), sample))

/** Bytes near to a text: some are lost, changed, doubled or put in. */
export const bytesNearTo = (texts: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      texts,
      fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), size: fc.nat(3), byte: fc.nat(255) }), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([text, changes]) =>
      changes.reduce((bytes, { at, size, byte }) => {
        const place = Math.floor(at * bytes.length)
        return Buffer.concat([
          bytes.subarray(0, place),
          Buffer.alloc(size, byte),
          bytes.subarray(place + (byte % 3) * size),
        ])
      }, Buffer.from(text)),
    )

/** A value in whose place nobody expects it. */
const oddities: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, '', [], {}, [[]], { '': '' }),
  fc.constantFrom(...pieces),
  fc.jsonValue({ maxDepth: 3 }),
  fc.nat(80).map((depth) => JSON.parse('['.repeat(depth + 1) + ']'.repeat(depth + 1)) as unknown),
  fc.nat(20_000).map((size) => 'x'.repeat(size)),
  fc.nat(3_000).map((size) => Array.from({ length: size }, () => ({ path: '/', host: 'a' }))),
  fc.nat(2_000).map((size) => Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}/n`, 'v']))),
)

/** Objects of which parts are gone, doubled, or something else. */
export const objectsNearTo = (objects: fc.Arbitrary<object>): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      objects,
      fc.array(fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), value: oddities, how: fc.nat(3) }), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([object, changes]) =>
      changes.reduce<unknown>((tree, { at, value, how }) => {
        const places = placesOf(tree)
        const place = places[Math.floor(at * places.length)]
        return place === undefined
          ? tree
          : changed(tree, place, (old) => (how === 0 ? undefined : how === 1 ? [old, old] : value))
      }, object),
    )

type Place = readonly string[]

const placesOf = (value: unknown, place: Place = []): readonly Place[] =>
  typeof value !== 'object' || value === null || place.length > 12
    ? []
    : Object.entries(value)
        .slice(0, 50)
        .flatMap(([key, child]) => [[...place, key], ...placesOf(child, [...place, key])])

/** A copy with another value in one place; undefined takes it away. */
const changed = (value: unknown, [key, ...rest]: Place, edit: (old: unknown) => unknown): unknown => {
  if (key === undefined) return edit(value)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, child]: [string, unknown]) => {
    const now = name === key ? changed(child, rest, edit) : child
    return now === undefined ? [] : [[name, now] as const]
  })
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries)
}
