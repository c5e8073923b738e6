import t from 'tap'
import { nearest, type WordKind } from '../../../shared/text/nearest.ts'

const keys = ['scheme', 'success-codes', 'healthy-threshold-count', 'unhealthy-threshold-count', 'subnets', 'tags']
const schemes = ['internal', 'internet-facing']

const cases: readonly {
  readonly name: string
  readonly word: string
  readonly known: readonly string[]
  readonly kind?: WordKind
  readonly want: string | undefined
}[] = [
  { name: 'a letter left out', word: 'sheme', known: keys, want: 'scheme' },
  { name: 'two letters swapped', word: 'shceme', known: keys, want: 'scheme' },
  { name: 'another case', word: 'Scheme', known: keys, want: 'scheme' },
  { name: 'an underscore for a hyphen', word: 'success_codes', known: keys, want: 'success-codes' },
  {
    name: 'a synonym among keys',
    word: 'healthcheck-healthy-threshold-count',
    known: keys,
    want: 'healthy-threshold-count',
  },
  { name: 'a key of 2017', word: 'successCodes', known: keys, want: 'success-codes' },
  { name: 'a word that is far from all', word: 'colour', known: keys, want: undefined },
  { name: 'a synonym among values', word: 'public', known: schemes, kind: 'value', want: 'internet-facing' },
  { name: 'another synonym among values', word: 'private', known: schemes, kind: 'value', want: 'internal' },
  { name: 'a synonym whose meaning is not known here', word: 'public', known: keys, want: undefined },
  { name: 'two letters left out of a long value', word: 'intern', known: schemes, kind: 'value', want: 'internal' },
  { name: 'two edits in a short value', word: 'inp', known: ['instance', 'i'], kind: 'value', want: undefined },
  { name: 'a class name with one letter too many', word: 'albb', known: ['alb', 'edge'], kind: 'value', want: 'alb' },
  { name: 'blanks at both ends', word: ' internal ', known: schemes, kind: 'value', want: 'internal' },
  { name: 'two words equally near', word: 'HTTPX', known: ['HTTP', 'HTTPS'], kind: 'value', want: undefined },
  { name: 'one known word given twice', word: 'htp', known: ['HTTP', 'HTTP'], kind: 'value', want: 'HTTP' },
  { name: 'no known words', word: 'x', known: [], want: undefined },
  { name: 'two letters swapped around a third', word: 'targtae-type', known: ['target-type'], want: 'target-type' },
]

for (const { name, word, known, kind, want } of cases) {
  void t.test(`${name}: ${word} gives ${want ?? 'no hint'}`, async (t) => t.equal(nearest(word, known, kind), want))
}

void t.test('a word of 256 KiB costs next to nothing', async (t) => {
  const start = process.cpuUsage()
  t.equal(nearest('a'.repeat(256 * 1024), keys), undefined)
  t.ok(process.cpuUsage(start).user < 100_000)
})

void t.test('a key gets the right hint for each letter left out, unless two keys are then equally near', async (t) => {
  t.equal(nearest('nhealthy-threshold-count', keys), undefined)
  for (const key of keys.filter((key) => key !== 'unhealthy-threshold-count')) {
    for (let index = 0; index < key.length; index += 1) {
      t.equal(nearest(key.slice(0, index) + key.slice(index + 1), keys), key)
    }
  }
})

const modernKey = (key: string): string => (key === 'successCodes' ? 'success-codes' : key)

void t.test('two spellings of one word are no tie, and the one in use is the hint', async (t) => {
  t.equal(nearest('success-code', ['success-codes', 'successCodes'], 'key', modernKey), 'success-codes')
})
