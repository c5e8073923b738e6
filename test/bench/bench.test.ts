import t from 'tap'
import { aimsOf } from './aims.ts'
import type { Figures } from './figures.ts'
import { paced } from './open-loop.ts'
import { printed } from './print.ts'
import { readSettings } from './settings.ts'
import { medianOf, timingsOf } from './timings.ts'

void t.test('arguments are read, and what is wrong with them is told', (t) => {
  t.same(readSettings([]), { only: ['calls', 'groups', 'webhook', 'latency'], groups: 100, seconds: 15 })
  t.same(readSettings(['--only', 'latency', '--only', 'calls', '--groups', '3', '--json', 'out.json']), {
    only: ['calls', 'latency'],
    groups: 3,
    seconds: 15,
    json: 'out.json',
  })
  t.equal(readSettings(['--only', 'all', '--help']), 'help')
  t.match(readSettings(['--only', 'all']), { wrong: /^--only: all is none of calls, groups, webhook, latency$/ })
  t.match(readSettings(['--seconds', '0']), { wrong: /^--seconds: 0 is no whole number above 0$/ })
  t.end()
})

void t.test('quantiles are values that were measured, and one disturbed run does not count', (t) => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  t.same(timingsOf(hundred), { count: 100, p50: 50, p90: 90, p99: 99, most: 100 })
  t.same(timingsOf([7]), { count: 1, p50: 7, p90: 7, p99: 7, most: 7 })
  t.same(medianOf([timingsOf([1]), timingsOf([900]), timingsOf([3])]), { count: 3, p50: 3, p90: 3, p99: 3, most: 3 })
  t.end()
})

void t.test('time that a request waits for its writer counts, and what fails is told', async (t) => {
  const pace = { perSecond: 100, seconds: 1, writers: 1 }
  const slow = await paced({ ...pace, perSecond: 20 }, async (index) => {
    if (index === 3) throw new Error('lost')
    await new Promise((resolve) => setTimeout(resolve, 100))
    return index
  })
  t.equal(slow.answers.length, 19)
  t.match(slow.errors, [{ message: 'lost' }])
  t.ok(slow.timings.most > 800, 'twenty answers of 100 ms do not fit into a second')
  const quick = await paced(pace, async (index) => index)
  t.equal(quick.timings.count, 100)
})

const step = (name: string, calls: number, writes: number) => ({
  step: name,
  calls,
  writes,
  byProcess: { webhook: {}, controller: { DescribeSubnets: calls } },
})
const timings = (p99: number) => ({ count: 1, p50: 1, p90: 2, p99, most: p99 })
const figures: Figures = {
  circumstances: {
    command: 'npm run bench',
    at: '2026-01-01T00:00:00Z',
    commit: '0a1b2c3',
    node: '26.10.0',
    processors: 2,
    processor: 'one',
    memoryGibibytes: 24,
    loadBefore: 0,
  },
  calls: { steps: [step('first load balancer', 21, 9)], resident: { webhook: 100, controller: 100 } },
  groups: {
    groups: 100,
    made: step('100 groups of HTTP and HTTPS made', 1000, 900),
    seconds: 40,
    restart: step('restart with 100 groups', 21, 0),
    rest: step('30 s at rest', 0, 0),
    resident: { webhook: 151, controller: 142 },
  },
  latency: {
    ingresses: 100,
    conditions: (['without webhooks', 'with both webhooks', 'with both, AWS down'] as const).map(
      (condition, index) => ({
        condition,
        timings: timings(4 * (index + 1)),
        p99OfRounds: [],
        statuses: { '201': 10, '422': index },
        errors: 0,
      }),
    ),
    resident: { webhook: 140, controller: 140 },
  },
}

void t.test('aims are held against what was measured', (t) => {
  const missed = aimsOf(figures).filter(({ atMost, measured }) => measured > atMost)
  t.same(
    missed.map(({ name }) => name),
    ['first load balancer', 'memory of the webhook with many groups'],
  )
  t.same(aimsOf({ circumstances: figures.circumstances }), [], 'what was not measured has no aim')
  t.end()
})

void t.test('the figures are printed beside those of the peer', (t) => {
  const text = printed(figures)
  for (const line of [
    /^npm run bench$/m,
    /^ {2}first load balancer +21 +9 +0 +21 +31, 9 writes$/m,
    /^ {2}restart with 100 groups +21 +0 +0 +21 +2200$/m,
    /^ {2}with both webhooks +1.0 ms +1.00 x +2.0 ms +8.0 ms +2.00 x +10 of 201, 1 of 422$/m,
    /^ {2}first load balancer +20 calls +21 calls {2}MISSED$/m,
  ])
    t.match(text, line)
  t.end()
})
