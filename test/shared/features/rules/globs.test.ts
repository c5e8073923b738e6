import * as fc from 'fast-check'
import t from 'tap'
import { globMatches, globsInclude, globsIntersect } from '../../../../shared/features/rules/globs.ts'

/** Every text of up to `length` characters over the alphabet; `x` stands for a character that no pattern names. */
const words = (length: number): readonly string[] =>
  length === 0 ? [''] : ['', ...words(length - 1).flatMap((word) => ['a', 'b', 'x'].map((c) => c + word))]

const shortWords = [...new Set(words(6))]

const toRegExp = (pattern: string): RegExp => new RegExp(`^${pattern.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`)

const judge = (pattern: string): ReadonlySet<string> => {
  const expression = toRegExp(pattern)
  return new Set(shortWords.filter((word) => expression.test(word)))
}

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 })

void t.test('a pattern matches what a regular expression of it matches', async () => {
  fc.assert(
    fc.property(pattern, (glob) => {
      const matched = judge(glob)
      return shortWords.every((word) => globMatches(glob, word) === matched.has(word))
    }),
    { numRuns: 100 },
  )
})

void t.test('two patterns meet if and only if a word matches both', async () => {
  fc.assert(
    fc.property(pattern, pattern, (a, b) => {
      const matched = judge(a)
      return globsIntersect(a, b) === [...judge(b)].some((word) => matched.has(word))
    }),
    { numRuns: 300 },
  )
})

void t.test('patterns include another if and only if every word of it matches one of them', async () => {
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 1, maxLength: 3 }), pattern, (outer, inner) => {
      const matched = outer.map(judge)
      const all = [...judge(inner)].every((word) => matched.some((set) => set.has(word)))
      return globsInclude(outer, inner) === all
    }),
    { numRuns: 300 },
  )
})

const inclusions = [
  { outer: ['/*'], inner: '/admin', want: true },
  { outer: ['/a', '/a/*'], inner: '/a/*', want: true },
  { outer: ['/a', '/a/*'], inner: '/a*', want: false },
  { outer: ['/a', '/a?*'], inner: '/a*', want: true },
  { outer: ['?*'], inner: '*x', want: true },
  { outer: ['*?cd*'], inner: '*cdc*d', want: false },
  { outer: ['*.example.com'], inner: '*.a.example.com', want: true },
  { outer: ['*.a.example.com'], inner: '*.example.com', want: false },
]
for (const { outer, inner, want } of inclusions) {
  void t.test(`${outer.join(' and ')} ${want ? 'include' : 'do not include'} ${inner}`, async (t) =>
    t.equal(globsInclude(outer, inner), want),
  )
}

void t.test('the longest patterns with the most wildcards are compared fast', async (t) => {
  const start = process.cpuUsage()
  for (const a of [long('*a'), long('*?'), long('*a?b'), `*${long('?').slice(1)}`]) {
    for (const b of [long('*b'), long('a*?'), long('*aa'), long('*')]) {
      globsIntersect(a, b)
      globsInclude([a], b)
    }
  }
  t.ok(process.cpuUsage(start).user < 1_500_000)
})

const long = (unit: string): string => unit.repeat(128).slice(0, 128)
