import t from 'tap'

import { Lease, LeaseLost } from '../../controller/lease.ts'
import type { LeaseApi } from '../../controller/lease.ts'
import type { Lease as LeaseObject, LeaseSpec } from '../../shared/cluster/leases.ts'
import { FakeTiming, settle } from './fake-timing.ts'
import { recordingLog } from './recording-log.ts'

/** One Lease of an API server, with its optimistic lock and the faults that a test asks for. */
class Store {
  lease: LeaseObject | undefined
  #version = 0
  down = false
  /** Writes that are done and whose answer is lost. */
  loseAnswers = 0
  writes = 0

  readonly api: LeaseApi = {
    get: () => this.#answer(() => this.lease),
    create: (spec) => this.#answer(() => (this.lease === undefined ? this.put(spec) : undefined)),
    update: (lease, spec) =>
      this.#answer(() => (this.lease?.resourceVersion === lease.resourceVersion ? this.put(spec) : undefined)),
  }

  put(spec: LeaseSpec): LeaseObject {
    this.writes += 1
    this.lease = {
      namespace: 'kube-system',
      name: 'leader',
      uid: 'u',
      resourceVersion: String(++this.#version),
      creationTimestamp: '',
      labels: {},
      annotations: {},
      finalizers: [],
      spec,
    }
    if (this.loseAnswers > 0) {
      this.loseAnswers -= 1
      throw new Error('connection reset')
    }
    return this.lease
  }

  steal(holder: string): void {
    if (this.lease !== undefined) this.put({ ...this.lease.spec, holderIdentity: holder })
  }

  async #answer<T>(work: () => T): Promise<T> {
    await Promise.resolve()
    if (this.down) throw new Error('503')
    return work()
  }
}

const bench = () => {
  const store = new Store()
  const timing = new FakeTiming()
  const { log, told } = recordingLog()
  const lease = (identity: string) =>
    new Lease({
      api: store.api,
      identity,
      durationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2000,
      timing,
      random: () => 0,
      wallClock: () => 0,
      log,
    })
  return { store, timing, lease, told }
}

const forever = new AbortController().signal

void t.test('a Lease that does not exist is made and renewed every two seconds', async (t) => {
  const { store, timing, lease, told } = bench()
  const one = lease('one')
  await one.acquire(forever)
  t.equal(one.held, true)
  t.same(store.lease?.spec, {
    holderIdentity: 'one',
    leaseDurationSeconds: 15,
    acquireTime: '1970-01-01T00:00:00.000000Z',
    renewTime: '1970-01-01T00:00:00.000000Z',
    leaseTransitions: 0,
  })
  await timing.advance(10_000)
  t.equal(store.writes, 6)
  t.equal(one.lost.aborted, false)
  t.same(told('became leader'), [{ identity: 'one', previous: '' }])
})

void t.test('a second process waits while the first renews, and says once who holds the Lease', async (t) => {
  const { timing, lease, told } = bench()
  const one = lease('one')
  const two = lease('two')
  await one.acquire(forever)
  void two.acquire(forever)
  await timing.advance(60_000)
  t.equal(one.held, true)
  t.equal(two.held, false)
  t.same(told('waiting for the lease'), [{ holder: 'one', 'duration-seconds': 15 }])
})

void t.test('a released Lease is taken over within a retry period', async (t) => {
  const { timing, lease } = bench()
  const one = lease('one')
  const two = lease('two')
  await one.acquire(forever)
  void two.acquire(forever)
  await timing.advance(5000)
  await one.release()
  t.equal(one.held, false)
  await timing.advance(2100)
  t.equal(two.held, true)
  t.equal(one.lost.aborted, false)
})

void t.test('a holder that is gone is waited for as long as its Lease says, by our own clock', async (t) => {
  const { store, timing, lease } = bench()
  store.put({ holderIdentity: 'gone', leaseDurationSeconds: 15, leaseTransitions: 4 })
  const one = lease('one')
  void one.acquire(forever)
  await timing.advance(15_000)
  t.equal(one.held, false)
  await timing.advance(2000)
  t.equal(one.held, true)
  t.match(store.lease?.spec, { holderIdentity: 'one', leaseTransitions: 5 })
})

void t.test('of two that find an expired Lease only one gets it', async (t) => {
  const { timing, lease } = bench()
  const one = lease('one')
  const two = lease('two')
  void one.acquire(forever)
  void two.acquire(forever)
  await timing.advance(10_000)
  t.equal([one, two].filter(({ held }) => held).length, 1)
})

void t.test('a holder that cannot renew gives up at the renew deadline, before another may act', async (t) => {
  const { store, timing, lease } = bench()
  const one = lease('one')
  await one.acquire(forever)
  await timing.advance(2000)
  store.down = true
  await timing.advance(9000)
  t.equal(one.lost.aborted, false)
  await timing.advance(1000)
  t.equal(one.lost.aborted, true)
  t.equal(one.held, false)
  await t.rejects(one.confirmedWithin(2000), LeaseLost)
})

void t.test('a short outage of the API server costs nothing', async (t) => {
  const { store, timing, lease } = bench()
  const one = lease('one')
  await one.acquire(forever)
  store.down = true
  await timing.advance(7000)
  store.down = false
  await timing.advance(30_000)
  t.equal(one.held, true)
})

void t.test('a process that stood still for longer than the deadline does not act when it wakes', async (t) => {
  const { timing, lease } = bench()
  const one = lease('one')
  const two = lease('two')
  await one.acquire(forever)
  timing.stall(20_000)
  await t.rejects(one.confirmedWithin(2000), LeaseLost)
  t.equal(one.lost.aborted, true)
  void two.acquire(forever)
  await timing.advance(20_000)
  t.equal(two.held, true)
})

void t.test('a fresh confirmation costs no write, an old one is renewed first', async (t) => {
  const { store, timing, lease } = bench()
  const one = lease('one')
  await one.acquire(forever)
  await one.confirmedWithin(2000)
  t.equal(store.writes, 1)
  timing.stall(3000)
  await one.confirmedWithin(2000)
  t.equal(store.writes, 2)
})

void t.test('a renewal whose answer was lost is recognised as our own', async (t) => {
  const { store, timing, lease } = bench()
  const one = lease('one')
  await one.acquire(forever)
  store.loseAnswers = 1
  await timing.advance(2000)
  timing.stall(1000)
  await one.confirmedWithin(500)
  await timing.advance(20_000)
  t.equal(one.held, true)
})

void t.test('an answer that was lost while acquiring ends in leadership', async (t) => {
  const { store, timing, lease } = bench()
  store.loseAnswers = 1
  const one = lease('one')
  void one.acquire(forever)
  await timing.advance(2100)
  t.equal(one.held, true)
})

void t.test('a Lease that another took is lost at the next renewal', async (t) => {
  const { store, timing, lease, told } = bench()
  const one = lease('one')
  await one.acquire(forever)
  store.steal('thief')
  await timing.advance(2000)
  t.equal(one.lost.aborted, true)
  t.same(told('lost the lease'), [{ why: 'the lease is held by "thief"' }])
})

void t.test('a Lease that was deleted is lost', async (t) => {
  const { store, timing, lease } = bench()
  const one = lease('one')
  await one.acquire(forever)
  store.lease = undefined
  await timing.advance(2000)
  t.equal(one.lost.aborted, true)
})

void t.test('waiting ends with the signal', async (t) => {
  const { store, timing, lease } = bench()
  await lease('one').acquire(forever)
  const stop = new AbortController()
  const two = lease('two')
  const waiting = two.acquire(stop.signal)
  await timing.advance(3000)
  stop.abort()
  await waiting
  t.equal(two.held, false)
  await settle()
  t.equal(store.lease?.spec.holderIdentity, 'one')
})
