import t from 'tap'

import { addFinalizer, removeFinalizer } from '../../controller/finalizers.ts'
import { Outdated } from '../../controller/write-fresh.ts'
import { FakeCluster } from './fake-cluster.ts'
import { ingress } from './objects.ts'

const finalizer = 'ingress.k8s.aws/resources'

const bench = (finalizers: readonly string[] = []) => {
  const cluster = new FakeCluster()
  cluster.put('ingresses', ingress({ finalizers }))
  const found = cluster.caches.ingresses.get('shop/web')
  if (found === undefined) throw new Error('the cache knows nothing')
  return { cluster, found, now: () => cluster.caches.ingresses.get('shop/web') }
}

void t.test('the finalizer is put beside those of others', async (t) => {
  const { cluster, found, now } = bench(['other.example.com/x'])
  const after = await addFinalizer(cluster, found, finalizer)
  t.same(after.finalizers, ['other.example.com/x', finalizer])
  t.same(now()?.finalizers, after.finalizers)
})

void t.test('an Ingress that holds it is not written', async (t) => {
  const { cluster, found } = bench([finalizer])
  await addFinalizer(cluster, found, finalizer)
  t.same(cluster.writes, [])
})

void t.test('a write of somebody else meanwhile is kept', async (t) => {
  const { cluster, found, now } = bench()
  cluster.put('ingresses', { metadata: { namespace: 'shop', name: 'web', finalizers: ['late.example.com/y'] } })
  await addFinalizer(cluster, found, finalizer)
  t.same(now()?.finalizers, ['late.example.com/y', finalizer])
})

void t.test('an Ingress that is being deleted gets none', async (t) => {
  const { cluster, found } = bench(['other.example.com/x'])
  cluster.delete('ingresses', 'shop', 'web')
  await t.rejects(addFinalizer(cluster, found, finalizer), Outdated)
})

void t.test('an Ingress that was deleted and made again is another one', async (t) => {
  const { cluster, found, now } = bench()
  cluster.delete('ingresses', 'shop', 'web')
  cluster.put('ingresses', ingress())
  await t.rejects(addFinalizer(cluster, found, finalizer), Outdated)
  t.same(now()?.finalizers, [])
})

void t.test('taking the finalizer lets the object go', async (t) => {
  const { cluster, found, now } = bench([finalizer])
  cluster.delete('ingresses', 'shop', 'web')
  await removeFinalizer(cluster, found, finalizer)
  t.equal(now(), undefined)
  await removeFinalizer(cluster, found, finalizer)
})

void t.test('the finalizer of a successor with the same name is left alone', async (t) => {
  const { cluster, found, now } = bench([finalizer])
  cluster.put('ingresses', { metadata: { namespace: 'shop', name: 'web', finalizers: [] } })
  cluster.delete('ingresses', 'shop', 'web')
  cluster.put('ingresses', ingress({ finalizers: [finalizer] }))
  await removeFinalizer(cluster, found, finalizer)
  t.same(now()?.finalizers, [finalizer])
})
