import t from 'tap'

import { Events } from '../../controller/events.ts'
import type { EventEntry } from '../../controller/events.ts'
import type { NewEvent } from '../../shared/cluster/events.ts'
import { ClusterError } from '../../shared/cluster/errors.ts'
import type { ClusterRemedy } from '../../shared/cluster/errors.ts'
import { FakeTiming } from './fake-timing.ts'
import { recordingLog } from './recording-log.ts'

const subject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  namespace: 'shop',
  name: 'web',
  uid: 'u-1',
  resourceVersion: '7',
} as const

const warning = (message: string): EventEntry => ({ subject, type: 'Warning', reason: 'FailedBuildModel', message })
const normal: EventEntry = {
  subject,
  type: 'Normal',
  reason: 'SuccessfullyReconciled',
  message: 'Successfully reconciled',
}

const refusal = (remedy: ClusterRemedy, causes: readonly string[] = []) =>
  new ClusterError({ call: 'POST', status: 0, reason: '', message: remedy, remedy, causes })

const bench = () => {
  const stored = new Map<string, NewEvent & { readonly count: number; readonly last: number }>()
  const refusals: ClusterError[] = []
  const timing = new FakeTiming()
  const { log, lines } = recordingLog()
  const refuse = () => {
    const next = refusals.shift()
    if (next !== undefined) throw next
  }
  const events = new Events({
    writer: {
      create: async (event) => {
        await Promise.resolve()
        refuse()
        stored.set(event.name, { ...event, count: 1, last: event.at })
      },
      repeat: async ({ name }, { count, at }) => {
        await Promise.resolve()
        refuse()
        const found = stored.get(name)
        if (found === undefined) throw refusal('not-found')
        stored.set(name, { ...found, count, last: at })
      },
    },
    timing,
    wallClock: timing.now,
    log,
    repeatPeriodMs: 300_000,
  })
  return { events, timing, stored, refusals, lines, all: () => [...stored.values()] }
}

void t.test('an event carries object, component and times', async (t) => {
  const { events, all } = bench()
  events.tell(normal)
  await events.flush()
  t.match(all(), [
    {
      component: 'ingress',
      type: 'Normal',
      message: 'Successfully reconciled',
      count: 1,
      at: 0,
      subject: { name: 'web', uid: 'u-1' },
    },
  ])
  t.match(all()[0]?.name, /^web\.[0-9a-f]+$/)
})

void t.test('the same warning is told once per period, and then counts up the event that is there', async (t) => {
  const { events, timing, all } = bench()
  events.tell(warning('a'))
  events.tell(warning('a'))
  await timing.advance(299_000)
  events.tell(warning('a'))
  await events.flush()
  t.equal(all().length, 1)
  t.equal(all()[0]?.count, 1)
  await timing.advance(1000)
  events.tell(warning('a'))
  await events.flush()
  t.equal(all().length, 1)
  t.match(all()[0], { count: 2, at: 0, last: 300_000 })
})

void t.test('another text is told at once', async (t) => {
  const { events, all } = bench()
  events.tell(warning('a'))
  events.tell(warning('b'))
  await events.flush()
  t.same(
    all().map(({ message }) => message),
    ['a', 'b'],
  )
})

void t.test('each success after a change counts', async (t) => {
  const { events, all } = bench()
  events.tell(normal)
  events.tell(normal)
  await events.flush()
  t.equal(all().length, 1)
  t.equal(all()[0]?.count, 2)
})

void t.test('an event that the API server has forgotten is made anew', async (t) => {
  const { events, stored, all } = bench()
  events.tell(normal)
  await events.flush()
  stored.clear()
  events.tell(normal)
  await events.flush()
  t.equal(all()[0]?.count, 1)
})

void t.test('in a namespace that is being deleted an event is left out without a warning', async (t) => {
  const { events, refusals, lines, all } = bench()
  refusals.push(refusal('forbidden', ['NamespaceTerminating']))
  events.tell(normal)
  await events.flush()
  t.same(all(), [])
  t.same(
    lines.map(({ level }) => level),
    ['debug'],
  )
})

void t.test('an API server that is away for a moment does not lose an event', async (t) => {
  const { events, timing, refusals, all } = bench()
  refusals.push(refusal('unavailable'), refusal('unavailable'))
  events.tell(normal)
  await timing.advance(10_000)
  await events.flush()
  t.equal(all().length, 1)
})

void t.test('a refusal that does not pass is logged and nothing is thrown', async (t) => {
  const { events, refusals, lines } = bench()
  refusals.push(refusal('invalid'))
  events.tell(normal)
  await events.flush()
  t.match(lines, [{ level: 'warn', message: 'event not written' }])
})

void t.test('one object gets 25 events at once and then one every five minutes', async (t) => {
  const { events, timing, all } = bench()
  for (let index = 0; index < 40; index += 1) events.tell(warning(`fault ${index}`))
  await timing.advance(300_000)
  events.tell(warning('later'))
  await events.flush()
  t.equal(all().length, 26)
})

void t.test('a message longer than the API server takes is cut', async (t) => {
  const { events, all } = bench()
  events.tell(warning('x'.repeat(2000)))
  await events.flush()
  t.equal(all()[0]?.message.length, 1024)
})
