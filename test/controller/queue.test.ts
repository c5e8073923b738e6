import * as fc from 'fast-check'
import t from 'tap'

import { backOffMs, KeyedQueue } from '../../controller/queue.ts'
import type { Outcome, QueueOptions } from '../../controller/queue.ts'
import { FakeTiming, settle } from './fake-timing.ts'

const done: Outcome = { is: 'done' }
const backOff = { baseMs: 1000, maxMs: 300_000 }

const bench = (options: Partial<QueueOptions> = {}) => {
  const timing = new FakeTiming()
  const started: { readonly key: string; readonly at: number }[] = []
  const errors: unknown[] = []
  const queue = new KeyedQueue({
    timing,
    random: () => 1,
    concurrency: 1,
    backOff,
    onError: (_key, error) => errors.push(error),
    ...options,
    process: (key) => {
      started.push({ key, at: timing.now() })
      return options.process === undefined ? Promise.resolve(done) : options.process(key)
    },
  })
  return { timing, started, errors, queue, keys: () => started.map(({ key }) => key) }
}

void t.test('a key that is added twice before its turn is worked at once', async (t) => {
  const { queue, keys } = bench()
  queue.add('a')
  queue.add('a')
  queue.add('b')
  queue.start()
  await settle()
  t.same(keys(), ['a', 'b'])
})

void t.test('nothing runs before the start', async (t) => {
  const { queue, keys } = bench()
  queue.add('a')
  await settle()
  t.same(keys(), [])
  t.equal(queue.depth, 1)
})

void t.test(
  'a key that is added while it is worked at comes again afterwards, and never twice at a time',
  async (t) => {
    const gate = Promise.withResolvers<Outcome>()
    let calls = 0
    const { queue, keys } = bench({
      concurrency: 3,
      process: () => (++calls === 1 ? gate.promise : Promise.resolve(done)),
    })
    queue.start()
    queue.add('a')
    queue.add('a')
    queue.add('a')
    await settle()
    t.same(keys(), ['a'])
    gate.resolve(done)
    await settle()
    t.same(keys(), ['a', 'a'])
  },
)

void t.test('changed keys go before keys that are only looked at again', async (t) => {
  const { queue, keys } = bench()
  queue.add('old-1', { priority: 'resync' })
  queue.add('old-2', { priority: 'resync' })
  queue.add('new')
  queue.add('old-2')
  queue.start()
  await settle()
  t.same(keys(), ['new', 'old-2', 'old-1'])
})

void t.test('changes within the delay are gathered, and the delay does not move on', async (t) => {
  const { queue, started, timing } = bench()
  queue.start()
  queue.add('a', { afterMs: 200 })
  await timing.advance(150)
  queue.add('a', { afterMs: 200 })
  await timing.advance(1000)
  t.same(started, [{ key: 'a', at: 200 }])
})

void t.test('a failing key waits longer each time, and a change comes at once', async (t) => {
  const { queue, started, timing, errors } = bench({ process: () => Promise.reject(new Error('no')) })
  queue.start()
  queue.add('a')
  await timing.advance(8000)
  t.same(
    started.map(({ at }) => at),
    [0, 1000, 3000, 7000],
  )
  queue.add('a', { afterMs: 200 })
  await timing.advance(200)
  t.equal(started.at(-1)?.at, 8200)
  t.equal(errors.length, 5)
})

void t.test('a change that arrives while a key fails counts once, and then the key waits again', async (t) => {
  const { queue, started, timing } = bench({
    process: async () => {
      if (started.length === 1) queue.add('a')
      return { is: 'retry', backOff }
    },
  })
  queue.start()
  queue.add('a')
  await timing.advance(1999)
  t.same(
    started.map(({ at }) => at),
    [0, 0],
  )
  await timing.advance(1)
  t.equal(started.at(-1)?.at, 2000)
})

void t.test('a success forgets the failures', async (t) => {
  let fail = true
  const { queue, started, timing } = bench({
    process: () => Promise.resolve(fail ? { is: 'retry', backOff } : done),
  })
  queue.start()
  queue.add('a')
  await timing.advance(3500)
  fail = false
  await timing.advance(4000)
  fail = true
  queue.add('a')
  await timing.advance(1000)
  t.same(
    started.map(({ at }) => at),
    [0, 1000, 3000, 7000, 7500, 8500],
  )
})

void t.test('an attempt may ask to come again at the latest after some time', async (t) => {
  const { queue, started, timing } = bench({
    process: () => Promise.resolve({ is: 'retry', backOff: { baseMs: 60_000, maxMs: 60_000 }, atMostMs: 5000 }),
  })
  queue.start()
  queue.add('a')
  await timing.advance(5000)
  t.same(
    started.map(({ at }) => at),
    [0, 5000],
  )
})

void t.test('drain waits for the attempt under way and starts no other', async (t) => {
  const gate = Promise.withResolvers<Outcome>()
  const { queue, keys, timing } = bench({ process: () => gate.promise })
  queue.start()
  queue.add('a')
  queue.add('b')
  queue.add('c', { afterMs: 10 })
  let drained = false
  void queue.drain().then(() => (drained = true))
  await settle()
  t.equal(drained, false)
  gate.resolve({ is: 'retry', backOff })
  await timing.advance(10_000)
  t.equal(drained, true)
  t.same(keys(), ['a'])
})

void t.test('back-off doubles up to its limit, and chance takes at most half of it', (t) => {
  fc.assert(
    fc.property(fc.nat(200), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
      const wait = backOffMs(backOff, failures + 1, random)
      const full = Math.min(300_000, 1000 * 2 ** failures)
      return wait >= full / 2 && wait <= full
    }),
  )
  t.end()
})

type Op =
  | { readonly is: 'add'; readonly key: string; readonly afterMs: number; readonly priority: 'changed' | 'resync' }
  | { readonly is: 'advance'; readonly ms: number }

const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({
    is: fc.constant('add' as const),
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    afterMs: fc.constantFrom(0, 0, 50, 200),
    priority: fc.constantFrom('changed' as const, 'resync' as const),
  }),
  fc.record({ is: fc.constant('advance' as const), ms: fc.nat(300) }),
)

void t.test(
  'whatever happens, no change is lost or worked at twice, no key runs twice at a time, and the workers keep their number',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(op, { maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.tuple(fc.nat(120), fc.constantFrom('done', 'retry', 'throw')), { minLength: 1, maxLength: 8 }),
        async (ops, concurrency, attempts) => {
          const running = new Set<string>()
          const lastAdd = new Map<string, number>()
          const lastStart = new Map<string, number>()
          let sequence = 0
          let starts = 0
          let retries = 0
          let attempt = 0
          let broken = ''
          const timing = new FakeTiming()
          const queue = new KeyedQueue({
            timing,
            random: () => 0.5,
            concurrency,
            backOff: { baseMs: 100, maxMs: 400 },
            onError: () => undefined,
            process: async (key) => {
              if (running.has(key)) broken = `${key} twice at a time`
              running.add(key)
              if (running.size > concurrency) broken = 'too many workers'
              lastStart.set(key, ++sequence)
              starts += 1
              const [ms, end] = attempts[attempt++ % attempts.length] ?? [0, 'done']
              await new Promise<void>((resolve) => timing.after(ms, resolve))
              running.delete(key)
              const isRetry = attempt < 100 && end !== 'done'
              if (isRetry) retries += 1
              if (isRetry && end === 'throw') throw new Error('thrown')
              return isRetry ? { is: 'retry', backOff: { baseMs: 100, maxMs: 400 } } : done
            },
          })
          queue.start()
          for (const step of ops) {
            if (step.is === 'advance') {
              // oxlint-disable-next-line no-await-in-loop -- the operations are a sequence
              await timing.advance(step.ms)
            } else {
              lastAdd.set(step.key, ++sequence)
              queue.add(step.key, { afterMs: step.afterMs, priority: step.priority })
            }
          }
          await timing.advance(5000)
          for (const [key, at] of lastAdd) {
            if ((lastStart.get(key) ?? 0) < at) broken = `${key} was added and never worked at`
          }
          const adds = ops.filter(({ is }) => is === 'add').length
          if (starts > adds + retries) broken = `${starts} attempts for ${adds} changes and ${retries} retries`
          if (broken !== '') throw new Error(broken)
        },
      ),
      { numRuns: 60 },
    )
  },
)
