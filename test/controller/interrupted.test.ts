import t from 'tap'
import type { Test } from 'tap'
import type { AwsCall } from '../../shared/aws/client.ts'
import { startAccount } from './account.ts'
import { startController, until } from './bench.ts'
import type { FakeCluster } from './fake-cluster.ts'
import { ingress } from './objects.ts'

const writesOfCreation = 9
const writesOfDeletion = 6

/** Ends a controller as a kill does, when its Nth write has been executed: nothing of what it does later arrives. */
const afterWrite = (count: number) => {
  const killed = new AbortController()
  let writes = 0
  const onCall = (call: AwsCall): void => {
    if (call.write && call.code === undefined && ++writes === count) killed.abort(new Error('killed'))
  }
  return { killed, onCall }
}

void t.test('a controller that ends after any single write is continued by the next', async (t) => {
  const account = await startAccount(t)
  const { emulator, fixture } = account

  /** With the same UID of the Service each time, so that names are the same. */
  const newCluster = (): FakeCluster => {
    const cluster = account.newCluster()
    cluster.put('services', { metadata: { namespace: 'shop', name: 'web', uid: 'uid-of-web' } })
    return cluster
  }

  /** Everything of AWS but for what differs from one creation to the next. */
  const picture = async (): Promise<string> => {
    const text = JSON.stringify(await emulator.snapshot())
    return text
      .replaceAll(
        /(loadbalancer\/app\/[^/"]+|targetgroup\/[^/"]+|listener\/app\/[^/"]+|listener-rule\/app\/[^/"]+)(\/[0-9a-f]+)+/g,
        '$1',
      )
      .replaceAll(/-\d+\.ap-northeast-1\.elb/g, '.elb')
      .replaceAll(/sg-[0-9a-f]+/g, 'sg')
  }

  const settled = async (cluster: FakeCluster, wanted: 'published' | 'gone'): Promise<void> => {
    const next = startController(cluster, account)
    try {
      await until(wanted, () => {
        const found = cluster.caches.ingresses.get('shop/web')
        return wanted === 'gone' ? found === undefined : found?.status.hostname !== undefined
      })
      await until('idle', () => Object.values(next.lanes).every(({ queue }) => queue.depth + queue.running === 0))
    } finally {
      await next.stop()
    }
  }

  const killedAfter = async (cluster: FakeCluster, count: number): Promise<void> => {
    const { killed, onCall } = afterWrite(count)
    const first = startController(cluster, { aws: account.client({ onCall }), fixture }, [], killed.signal)
    await until(`write ${count}`, () => killed.signal.aborted)
    await first.stop()
  }

  const before = await picture()
  const whole = newCluster()
  whole.put('ingresses', ingress())
  await settled(whole, 'published')
  const built = await picture()
  whole.delete('ingresses', 'shop', 'web')
  await settled(whole, 'gone')
  t.equal(await picture(), before)

  const nothingIsLeft = async (t: Test, cluster: FakeCluster): Promise<void> => {
    t.equal(await picture(), before, 'AWS is as it was')
    t.same([...cluster.all('targetgroupbindings'), ...cluster.all('configmaps')], [], 'no object of ours is left')
  }

  const lostAnswer = async (cluster: FakeCluster, count: number, wanted: 'published' | 'gone'): Promise<void> => {
    await emulator.fault({ kind: 'answer-lost', action: 'write:*', at: count })
    await settled(cluster, wanted)
    await emulator.clearFaults()
  }

  for (let count = 1; count <= writesOfCreation; count += 1) {
    const ofDeletion = Math.min(count, writesOfDeletion)
    // oxlint-disable no-await-in-loop -- one account for all
    await t.test(`ended after write ${count} of the creation and write ${ofDeletion} of the deletion`, async (t) => {
      const cluster = newCluster()
      cluster.put('ingresses', ingress())
      await killedAfter(cluster, count)
      await settled(cluster, 'published')
      t.equal(await picture(), built, 'AWS is as without the end')
      cluster.delete('ingresses', 'shop', 'web')
      await killedAfter(cluster, ofDeletion)
      await settled(cluster, 'gone')
      await nothingIsLeft(t, cluster)
    })

    await t.test(`answer lost of write ${count} of the creation and write ${ofDeletion} of the deletion`, async (t) => {
      const cluster = newCluster()
      cluster.put('ingresses', ingress())
      await lostAnswer(cluster, count, 'published')
      t.equal(await picture(), built, 'AWS is as with the answer')
      cluster.delete('ingresses', 'shop', 'web')
      await lostAnswer(cluster, ofDeletion, 'gone')
      await nothingIsLeft(t, cluster)
    })
    // oxlint-enable no-await-in-loop
  }
})
