import t from 'tap'
import { AwsError } from '../../../shared/aws/errors.ts'
import type { Remedy } from '../../../shared/aws/errors.ts'
import { AwsFacts } from '../../../shared/aws/facts.ts'
import type { FactsSettings } from '../../../shared/aws/facts.ts'
import type { Need } from '../../../shared/ingress/facts.ts'
import { manualClock } from './manual-clock.ts'

const subnets: Need = { is: 'subnets' }
const one: Need = { is: 'subnet', id: 'subnet-1' }
const options = { budgetMs: 1500 }

const failure = (remedy: Remedy, code = 'SomeCode'): AwsError =>
  new AwsError({ service: 'ec2', action: 'DescribeSubnets', code, message: 'said AWS', remedy })

/** Facts over an AWS that answers `world`, after `delay` milliseconds, or fails with it. */
const withWorld = (settings: Partial<FactsSettings> = {}) => {
  const clock = manualClock()
  const state = {
    world: 'first' as unknown,
    delay: 0,
    asked: 0,
    running: 0,
    most: 0,
    failures: 0,
  }
  const facts = new AwsFacts(
    async () => {
      state.asked += 1
      state.running += 1
      state.most = Math.max(state.most, state.running)
      try {
        if (state.delay > 0) await clock.sleep(state.delay)
        if (state.world instanceof Error) throw state.world
        return state.world
      } finally {
        state.running -= 1
      }
    },
    { clock, refreshMs: 60_000, onFailure: () => (state.failures += 1), ...settings },
  )
  const ask = async (need: Need) => [...(await facts.answer([need], options)).values()][0]
  const confirm = async (need: Need) => [...(await facts.confirm([need], options)).values()][0]
  return { clock, state, facts, ask, confirm }
}

void t.test('one look-up serves all who ask, until it is time to refresh', async (t) => {
  const { clock, state, facts, ask } = withWorld()
  const both = await Promise.all([facts.answer([subnets, subnets], options), facts.answer([subnets], options)])
  for (const answer of both) t.same([...answer], [['subnets', { is: 'present', value: 'first' }]])
  t.equal(state.asked, 1)
  state.world = 'second'
  await clock.advance(59_000)
  t.same(await ask(subnets), { is: 'present', value: 'first' })
  await clock.advance(1000)
  t.same(await ask(subnets), { is: 'present', value: 'second' })
  t.equal(state.asked, 2)
})

void t.test('the answers at hand are those that need no look-up', async (t) => {
  const { clock, state, facts, ask } = withWorld()
  t.same([...facts.known()], [])
  await ask(subnets)
  t.same([...facts.known()], [['subnets', { is: 'present', value: 'first' }]])
  await clock.advance(60_000)
  t.same([...facts.known()], [], 'an answer that is due is asked for')
  state.world = failure('unavailable')
  await ask(subnets)
  t.same([...facts.known()], [['subnets', { is: 'present', value: 'first' }]], 'but not while AWS fails')
  await ask(one)
  t.match(facts.known().get('subnet/subnet-1'), { is: 'unknown' })
  t.equal(state.asked, 3)
  facts.used([{ is: 'routes' }])
  t.equal(facts.known().size, 2, 'what was never asked is not made up by its use')
})

void t.test('an answer that is used stays fresh', async (t) => {
  const { clock, state, facts, ask } = withWorld({ keepMs: 100_000 })
  await ask(subnets)
  const end = new AbortController()
  const warming = facts.warm([], end.signal)
  for (let minutes = 0; minutes < 4; minutes += 1) {
    await clock.advance(60_000)
    facts.used([subnets])
  }
  const asked = state.asked
  t.ok(asked >= 4)
  await clock.advance(100_000)
  const last = state.asked
  await clock.advance(200_000)
  t.equal(state.asked, last, 'one that nobody uses is let go')
  end.abort()
  await warming
})

void t.test('out of budget is unknown, and the look-up goes on for the next who asks', async (t) => {
  const { clock, state, ask } = withWorld()
  state.delay = 2000
  const first = ask(subnets)
  await clock.advance(1500)
  t.same(await first, { is: 'unknown', why: 'EC2 gave no answer in 1.5 s' })
  await clock.advance(500)
  t.same(await ask(subnets), { is: 'present', value: 'first' })
  t.equal(state.asked, 1)
})

void t.test('an aborted request is answered at once', async (t) => {
  const { clock, state, facts } = withWorld()
  state.delay = 1000
  const controller = new AbortController()
  const answer = facts.answer([subnets], { ...options, signal: controller.signal })
  await clock.advance(10)
  controller.abort()
  t.match((await answer).get('subnets'), { is: 'unknown' })
})

void t.test('while AWS fails, the last good answer serves for 15 minutes and nobody waits', async (t) => {
  const { clock, state, ask } = withWorld()
  await ask(subnets)
  state.world = failure('denied', 'UnauthorizedOperation')
  await clock.advance(60_000)
  t.same(await ask(subnets), { is: 'present', value: 'first' })
  t.equal(state.asked, 2)
  await ask(subnets)
  t.equal(state.asked, 2, 'a failure is not repeated for 15 s')
  await clock.advance(15_000)
  await ask(subnets)
  t.equal(state.asked, 3)
  await clock.advance(14 * 60_000)
  t.same(await ask(subnets), { is: 'unknown', why: 'EC2 refused ec2:DescribeSubnets' })
  t.equal(state.failures, 3)
  state.world = 'back'
  await clock.advance(15_000)
  t.same(await ask(subnets), { is: 'present', value: 'back' })
})

void t.test('a service that is away is tried by one look-up at a time, for which nobody waits', async (t) => {
  const { clock, state, facts, ask } = withWorld()
  const many = Array.from({ length: 10 }, (_, index): Need => ({ is: 'subnet', id: `subnet-${index}` }))
  const askMany = async () => [...(await facts.answer(many, options)).values()]
  const away = { is: 'unknown', why: 'EC2 gave no answer' }
  state.world = failure('unavailable')
  t.same(new Set((await askMany()).map((fact) => JSON.stringify(fact))), new Set([JSON.stringify(away)]))
  t.ok(state.asked < 10, `${state.asked} look-ups tell that it is away`)
  const asked = state.asked
  t.same(await ask(subnets), away)
  t.equal(state.asked, asked, 'what was not asked yet is not either')
  await clock.advance(15_000)
  state.delay = 60_000
  t.same((await askMany())[0], away, 'while it is tried again')
  t.equal(state.asked, asked + 1)
  await clock.advance(60_000)
  state.delay = 0
  state.world = 'back'
  await clock.advance(15_000)
  await askMany()
  await clock.advance(0)
  await clock.advance(15_000)
  t.same(new Set((await askMany()).map(({ is }) => is)), new Set(['present']))
})

void t.test('who can wait has the first answer of a service that is back', async (t) => {
  const { clock, state, facts } = withWorld({ waitForReturn: true })
  const many = Array.from({ length: 4 }, (_, index): Need => ({ is: 'subnet', id: `subnet-${index}` }))
  state.world = failure('unavailable')
  await facts.answer(many, options)
  state.world = 'back'
  await clock.advance(15_000)
  t.same((await facts.answer(many.slice(0, 1), options)).get('subnet/subnet-0'), { is: 'present', value: 'back' })
})

void t.test('a service that answers something, and one failure alone, are no outage', async (t) => {
  const { state, facts } = withWorld()
  const many = Array.from({ length: 10 }, (_, index): Need => ({ is: 'subnet', id: `subnet-${index}` }))
  state.world = failure('denied')
  await facts.answer(many, options)
  t.equal(state.asked, 10)
})

void t.test('each reason not to know has its words', async (t) => {
  const cases: readonly (readonly [Error, string])[] = [
    [failure('denied'), 'EC2 refused ec2:DescribeSubnets'],
    [failure('throttled'), 'EC2 throttled ec2:DescribeSubnets'],
    [failure('unavailable'), 'EC2 gave no answer'],
    [failure('denied', 'CredentialsProviderError'), 'no AWS credentials'],
    [failure('invalid', 'InvalidParameterValue'), 'ec2:DescribeSubnets failed: InvalidParameterValue'],
    [new TypeError('a bug'), 'the look-up failed'],
  ]
  for (const [error, why] of cases) {
    const { state, ask } = withWorld()
    state.world = error
    t.same(await ask(subnets), { is: 'unknown', why })
  }
})

void t.test('an absence is believed for 15 s, but denies only for 5 s', async (t) => {
  const { clock, state, ask, confirm } = withWorld()
  state.world = undefined
  t.same(await ask(one), { is: 'absent' })
  await clock.advance(5000)
  t.same(await confirm(one), { is: 'absent' })
  t.equal(state.asked, 1, 'evidence of 5 s is fresh enough')
  await clock.advance(1000)
  state.world = 'made meanwhile'
  t.same(await ask(one), { is: 'absent' })
  t.same(await confirm(one), { is: 'present', value: 'made meanwhile' })
  t.equal(state.asked, 2)
})

void t.test('an absence is asked again after 15 s', async (t) => {
  const { clock, state, ask } = withWorld()
  state.world = undefined
  await ask(one)
  state.world = 'made'
  await clock.advance(14_000)
  t.same(await ask(one), { is: 'absent' })
  await clock.advance(1000)
  t.same(await ask(one), { is: 'present', value: 'made' })
})

void t.test('evidence that cannot be had afresh does not deny', async (t) => {
  const { clock, state, ask, confirm } = withWorld()
  state.world = undefined
  await ask(one)
  await clock.advance(6000)
  state.world = failure('throttled')
  t.same(await confirm(one), { is: 'unknown', why: 'EC2 throttled ec2:DescribeSubnets' })
  state.world = undefined
  state.delay = 5000
  const late = confirm(one)
  await clock.advance(1500)
  t.same(await late, { is: 'unknown', why: 'EC2 gave no answer in 1.5 s' })
})

void t.test('at most 4 look-ups run at once', async (t) => {
  const { clock, state, facts } = withWorld()
  state.delay = 100
  const needs = Array.from({ length: 10 }, (_, index): Need => ({ is: 'subnet', id: `subnet-${index}` }))
  const answer = facts.answer(needs, options)
  await clock.advance(300)
  t.equal([...(await answer).values()].filter((fact) => fact.is === 'present').length, 10)
  t.equal(state.most, 4)
})

void t.test('answers beyond the capacity go, those used longest ago first', async (t) => {
  const { state, ask } = withWorld({ capacity: 2 })
  for (const id of ['a', 'b', 'a', 'c']) await ask({ is: 'subnet', id })
  t.equal(state.asked, 3)
  await ask({ is: 'subnet', id: 'a' })
  t.equal(state.asked, 3)
  await ask({ is: 'subnet', id: 'b' })
  t.equal(state.asked, 4)
})

void t.test('warm answers are refreshed before anybody waits for them', async (t) => {
  const { clock, state, facts, ask } = withWorld()
  const controller = new AbortController()
  const warming = facts.warm([subnets], controller.signal)
  await clock.advance(0)
  t.equal(state.asked, 1)
  for (let minute = 0; minute < 5; minute += 1) {
    await clock.advance(60_000)
    const before = state.asked
    await ask(subnets)
    t.equal(state.asked, before, 'nobody waits')
  }
  t.ok(state.asked >= 5)
  t.ok((facts.oldestMs ?? Infinity) <= 60_000)
  controller.abort()
  await warming
})

void t.test(
  'the age of the oldest answer grows while AWS fails, and not by answers that nobody asks for',
  async (t) => {
    const { clock, state, facts, ask } = withWorld({ keepMs: 300_000 })
    const controller = new AbortController()
    const warming = facts.warm([], controller.signal)
    t.equal(facts.oldestMs, undefined)
    await ask(subnets)
    state.world = failure('unavailable')
    for (let minute = 1; minute <= 4; minute += 1) {
      await clock.advance(60_000)
      t.equal(facts.oldestMs, minute * 60_000)
    }
    await clock.advance(60_000)
    t.equal(facts.oldestMs, undefined, 'nobody asked for five minutes')
    controller.abort()
    await warming
  },
)
