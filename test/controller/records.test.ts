import t from 'tap'
import { pausedAnnotation, Records } from '../../controller/records.ts'
import { recordName } from '../../shared/group/record.ts'
import type { GroupRecord } from '../../shared/group/record.ts'
import { FakeCluster } from './fake-cluster.ts'
import { FakeTiming } from './fake-timing.ts'

const record: GroupRecord = { version: 1, members: {}, digest: 'd1' }

const bench = () => {
  const cluster = new FakeCluster()
  const open = () =>
    new Records({ client: cluster, cache: cluster.caches.records, namespace: 'alb-ingress', timing: new FakeTiming() })
  return { cluster, open, records: open() }
}

void t.test('the name of a record is the same in every release', (t) => {
  t.equal(recordName('shop/web'), 'alb-ingress-group-97375646b1deb3d2')
  t.end()
})

void t.test('what is written is read again, by the next process too', async (t) => {
  const { records, open } = bench()
  t.equal(records.read('shop/web'), undefined)
  await records.write('shop/web', record)
  t.same(records.read('shop/web'), record)
  t.same(open().read('shop/web'), record)
})

void t.test('a record that says so already is not written', async (t) => {
  const { cluster, records } = bench()
  await records.write('shop/web', record)
  await records.write('shop/web', record)
  t.equal(cluster.writes.length, 1)
})

void t.test('our own write counts before the cache has heard of it', async (t) => {
  const { cluster, records } = bench()
  cluster.hold()
  await records.write('shop/web', record)
  await records.write('shop/web', { version: 1, members: {} })
  t.same(records.read('shop/web'), { version: 1, members: {} })
  cluster.letGo()
  t.same(records.read('shop/web'), { version: 1, members: {} })
  await records.remove('shop/web')
  t.equal(records.read('shop/web'), undefined)
  t.same(cluster.all('configmaps'), [])
})

void t.test('digests of targets stand beside the record and go with their binding', async (t) => {
  const { records, open } = bench()
  await records.writeTargets('shop/web', 'shop/b-1', 'x')
  t.same(records.targets('shop/web'), {}, 'there is no record that could hold it')
  await records.write('shop/web', record)
  await Promise.all([
    records.writeTargets('shop/web', 'shop/b-1', 'x'),
    records.writeTargets('shop/web', 'shop/b-2', 'y'),
    records.write('shop/web', { ...record, digest: 'd2' }),
  ])
  t.same(open().targets('shop/web'), { 'shop/b-1': 'x', 'shop/b-2': 'y' })
  t.equal(open().read('shop/web')?.digest, 'd2')
  await records.writeTargets('shop/web', 'shop/b-1', undefined)
  await records.writeTargets('shop/web', 'shop/b-2', undefined)
  t.same(open().targets('shop/web'), {})
  t.equal(open().read('shop/web')?.digest, 'd2')
})

void t.test('an operator pauses a group on its record, and writes of ours leave that alone', async (t) => {
  const { cluster, records } = bench()
  await records.write('shop/web', record)
  cluster.put('configmaps', {
    metadata: {
      namespace: 'alb-ingress',
      name: recordName('shop/web'),
      annotations: { [pausedAnnotation]: 'migration' },
    },
  })
  t.equal(records.paused('shop/web'), 'migration')
  await records.write('shop/web', { ...record, digest: 'd3' })
  t.equal(records.paused('shop/web'), 'migration')
})

void t.test('a record that was deleted behind our back is made again at the next attempt', async (t) => {
  const { cluster, records } = bench()
  await records.write('shop/web', record)
  cluster.hold()
  cluster.delete('configmaps', 'alb-ingress', recordName('shop/web'))
  await t.rejects(records.write('shop/web', { ...record, digest: 'd4' }))
  cluster.letGo()
  await records.write('shop/web', { ...record, digest: 'd4' })
  t.equal(records.read('shop/web')?.digest, 'd4')
})
