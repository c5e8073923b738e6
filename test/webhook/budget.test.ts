import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { BodyBudget } from '../../webhook/budget.ts'
import { timeToAnswer } from '../../webhook/deadline.ts'

const taken = async (taking: Promise<(() => void) | undefined>): Promise<() => void> => {
  const giveBack = await taking
  if (giveBack === undefined) throw new Error('there was no room')
  return giveBack
}

void t.test('small bodies pass, large ones wait for their turn and give up in time', async (t) => {
  const budget = new BodyBudget(100, 10)
  const first = await taken(budget.take(80, 0))
  const small = await taken(budget.take(10, 0))
  t.equal(budget.used, 90)
  t.equal(await budget.take(30, 0), undefined, 'no wait, no room')
  t.equal(await budget.take(30, 5), undefined, 'the wait is over')
  const turns: string[] = []
  const second = taken(budget.take(60, 1_000))
  const third = taken(budget.take(60, 1_000))
  void second.then(() => turns.push('second'))
  void third.then(() => turns.push('third'))
  first()
  first()
  t.equal(budget.used, 70, 'what is given back twice counts once')
  await delay(5)
  t.same(turns, ['second'])
  const giveBack = await second
  giveBack()
  const last = await third
  last()
  small()
  t.same(turns, ['second', 'third'])
  t.equal(budget.used, 0)
})

void t.test('one that gives up lets those behind it pass', async (t) => {
  const budget = new BodyBudget(100, 10)
  const first = await taken(budget.take(50, 0))
  const large = budget.take(90, 5)
  const behind = taken(budget.take(40, 1_000))
  t.equal(await large, undefined)
  const giveBack = await behind
  giveBack()
  first()
  t.equal(budget.used, 0)
})

void t.test('the time to answer is what the API server waits, less a margin', async (t) => {
  const cases: readonly (readonly [unknown, number])[] = [
    ['5s', 4_700],
    ['2s', 1_700],
    ['1.5s', 1_200],
    ['1m', 29_700],
    ['500ms', 200],
    ['300ms', 0],
    ['100ms', 0],
    [undefined, 4_700],
    ['', 4_700],
    ['5', 4_700],
    ['-5s', 4_700],
    ['0s', 4_700],
    ['soon', 4_700],
    [['5s', '6s'], 4_700],
  ]
  for (const [timeout, milliseconds] of cases) t.equal(timeToAnswer(timeout), milliseconds, JSON.stringify(timeout))
})
