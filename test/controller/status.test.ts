import t from 'tap'

import { clearStatus, publishStatus, setAsideError, wantedStatus } from '../../controller/status.ts'
import { FakeCluster } from './fake-cluster.ts'
import { ingress } from './objects.ts'

const bench = () => {
  const cluster = new FakeCluster()
  cluster.put('ingresses', ingress())
  const now = () => {
    const found = cluster.caches.ingresses.get('shop/web')
    if (found === undefined) throw new Error('the cache knows nothing')
    return found
  }
  return { cluster, now }
}

const status = wantedStatus({ dnsName: 'K8S-Shop.Example.COM', ports: [443, 80, 80], setAside: false })

void t.test('host name in lower case, ports ascending', (t) => {
  t.same(status, { hostname: 'k8s-shop.example.com', ports: [{ port: 80 }, { port: 443 }] })
  t.end()
})

void t.test('a status is written once and then left alone', async (t) => {
  const { cluster, now } = bench()
  t.equal(await publishStatus(cluster, now(), status), true)
  t.same(now().status, status)
  t.equal(await publishStatus(cluster, now(), status), false)
  t.equal(cluster.writes.length, 1)
})

void t.test('a member that is set aside says so on its ports, and no longer when it is well', async (t) => {
  const { cluster, now } = bench()
  await publishStatus(cluster, now(), wantedStatus({ dnsName: 'x.example.com', ports: [80], setAside: true }))
  t.same(now().status.ports, [{ port: 80, error: setAsideError }])
  await publishStatus(cluster, now(), wantedStatus({ dnsName: 'x.example.com', ports: [80], setAside: false }))
  t.same(now().status.ports, [{ port: 80 }])
})

void t.test('a stale cache does not lose the status', async (t) => {
  const { cluster, now } = bench()
  const stale = now()
  cluster.put('ingresses', { metadata: { namespace: 'shop', name: 'web', labels: { a: 'b' } } })
  await publishStatus(cluster, stale, status)
  t.same(now().status, status)
  t.same(now().labels, { a: 'b' })
})

void t.test('an address of ours is cleared, that of somebody else stays', async (t) => {
  const { cluster, now } = bench()
  await publishStatus(cluster, now(), status)
  t.equal(await clearStatus(cluster, now(), ['other.example.com']), false)
  t.equal(await clearStatus(cluster, now(), ['K8S-shop.example.com']), true)
  t.same(now().status, { ports: [] })
})

void t.test('an Ingress that is gone needs no status', async (t) => {
  const { cluster, now } = bench()
  const gone = now()
  cluster.delete('ingresses', 'shop', 'web')
  await publishStatus(cluster, gone, status)
  t.equal(await clearStatus(cluster, gone, ['x']), false)
})
