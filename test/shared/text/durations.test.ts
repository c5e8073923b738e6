import * as fc from 'fast-check'
import t from 'tap'
import { formatDuration, parseDuration } from '../../../shared/text/durations.ts'

for (const [text, milliseconds] of [
  ['0', 0],
  ['200ms', 200],
  ['1.5h', 5_400_000],
  ['1m30s', 90_000],
  ['16m40s', 1_000_000],
  ['10h0m0s', 36_000_000],
  ['250us', 0.25],
  ['1µs', 0.001],
  ['', undefined],
  ['5', undefined],
  ['-5s', undefined],
  ['1.s', undefined],
  ['s', undefined],
  ['1s ', undefined],
  ['1d', undefined],
  [`${'1'.repeat(70)}s`, undefined],
] as const) {
  void t.test(`${JSON.stringify(text)} is ${milliseconds} ms`, async (t) => t.equal(parseDuration(text), milliseconds))
}

void t.test('what is formatted is read back', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (milliseconds) => {
      const back = parseDuration(formatDuration(milliseconds))
      return back !== undefined && Math.abs(back - milliseconds) < 0.001
    }),
  )
  t.same([36_000_000, 1_000_000, 1_500, 200, 0, 60_000].map(formatDuration), [
    '10h',
    '16m40s',
    '1.5s',
    '200ms',
    '0s',
    '1m',
  ])
})
