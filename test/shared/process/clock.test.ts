import t from 'tap'
import { abortAfter } from '../../../shared/process/clock.ts'

void t.test('a deadline may fall between two milliseconds, or lie behind', async (t) => {
  for (const milliseconds of [0.4, 1.5, -3]) {
    const signal = abortAfter(milliseconds)
    await new Promise((resolve) => setTimeout(resolve, 20))
    t.ok(signal.aborted)
  }
})
