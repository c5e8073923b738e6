import { EventEmitter } from 'node:events'
import t from 'tap'
import { systemClock } from '../../../shared/process/clock.ts'
import { stopSignal } from '../../../shared/process/signals.ts'
import { keptLog } from '../kept-log.ts'

const setUp = () => {
  const process = new EventEmitter()
  const codes: number[] = []
  const kept = keptLog()
  const signal = stopSignal({ log: kept.log, process, exit: (code) => codes.push(code) })
  return { process, codes, signal, entries: kept.entries }
}

void t.test('the first SIGTERM or SIGINT aborts, the second ends the process', async (t) => {
  for (const first of ['SIGTERM', 'SIGINT']) {
    const { process, codes, signal } = setUp()
    process.emit(first, first)
    t.ok(signal.aborted)
    t.match(signal.reason, { message: `stopped by ${first}` })
    t.same(codes, [])
    process.emit('SIGTERM')
    t.same(codes, [1])
  }
})

void t.test('an error that nobody caught is logged and ends the process', async (t) => {
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    const { process, codes, entries, signal } = setUp()
    process.emit(event, new Error('lost'))
    t.same(codes, [1])
    t.match(entries, [{ level: 'error', event, err: { message: 'lost' } }])
    t.notOk(signal.aborted)
  }
})

void t.test('a sleep ends early with the reason of its signal', async (t) => {
  const stop = new AbortController()
  const start = performance.now()
  const sleeping = systemClock.sleep(60_000, stop.signal)
  stop.abort(new Error('woken'))
  await t.rejects(sleeping, { message: 'woken' })
  await t.rejects(systemClock.sleep(60_000, stop.signal), { message: 'woken' })
  await systemClock.sleep(1)
  t.ok(performance.now() - start < 5_000)
})
