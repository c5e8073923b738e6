import t from 'tap'
import { clusterView, startCaches } from '../../../shared/cluster/caches.ts'
import { createClusterClient } from '../../../shared/cluster/client.ts'
import { listPath } from '../../../shared/cluster/paths.ts'
import { recordLabels, recordSelector } from '../../../shared/cluster/records.ts'
import { keptLog } from '../kept-log.ts'
import { startApiServer } from './api-server.ts'
import { eventually } from './eventually.ts'

void t.test('only the chosen kinds are asked for, and the view shows them', async (t) => {
  const server = await startApiServer()
  const { store } = server
  store.create(listPath('ingresses', 'shop'), { metadata: { name: 'web', namespace: 'shop' } })
  store.create(listPath('services', 'shop'), {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { type: 'NodePort' },
  })
  store.create(listPath('ingressclasses'), { metadata: { name: 'alb' }, spec: { controller: 'c' } })
  store.create(listPath('configmaps', 'alb-ingress'), {
    metadata: { name: 'r', namespace: 'alb-ingress', labels: recordLabels },
  })
  const { log } = keptLog()
  const client = createClusterClient({ kubeconfig: server.kubeconfig, log })
  const stop = new AbortController()
  const caches = startCaches({
    client,
    log,
    signal: stop.signal,
    kinds: ['ingresses', 'ingressClasses', 'services', 'records'],
    recordsNamespace: 'alb-ingress',
  })
  t.teardown(async () => {
    stop.abort()
    await caches.stopped()
    await client.close()
    await server.close()
  })
  t.equal(caches.ingresses.synced, false)
  await caches.synced()

  const view = clusterView({ ...caches, nodes: { list: () => [] } })
  t.equal(view.service('shop', 'web')?.type, 'NodePort')
  t.equal(view.service('shop', 'none'), undefined)
  t.equal(view.ingressClass('alb')?.controller, 'c')
  t.same(
    view.ingresses.map(({ name }) => name),
    ['web'],
  )
  t.same(
    caches.records.list().map(({ name }) => name),
    ['r'],
  )

  t.same([...new Set(server.seen.map(({ path }) => path))].toSorted(), [
    '/api/v1/namespaces/alb-ingress/configmaps',
    '/api/v1/services',
    '/apis/networking.k8s.io/v1/ingressclasses',
    '/apis/networking.k8s.io/v1/ingresses',
  ])
  t.equal(server.seen.find(({ path }) => path.endsWith('configmaps'))?.query['labelSelector'], recordSelector)

  await eventually('four watches', () => server.openWatches === 4)
  store.create(listPath('ingresses', 'shop'), { metadata: { name: 'late', namespace: 'shop' } })
  await eventually('the new Ingress', () => caches.ingresses.get('shop/late') !== undefined)
  t.same(
    view.ingresses.map(({ name }) => name),
    ['web'],
    'a view does not change under a decision',
  )
  t.same(
    caches.states().map(({ kind, synced, failures }) => ({ kind, synced, failures })),
    ['ingresses', 'ingressClasses', 'services', 'records'].map((kind) => ({ kind, synced: true, failures: 0 })),
  )
})

void t.test('waiting for caches ends with the signal', async (t) => {
  const server = await startApiServer()
  await server.close()
  const { log } = keptLog()
  const client = createClusterClient({ kubeconfig: '/nowhere/kubeconfig', log })
  const stop = new AbortController()
  const caches = startCaches({ client, log, signal: stop.signal, kinds: ['nodes'], recordsNamespace: 'x' })
  const waiting = caches.synced()
  stop.abort(new Error('told to stop'))
  await t.rejects(waiting, { message: 'told to stop' })
  await caches.stopped()
  await client.close()
})
