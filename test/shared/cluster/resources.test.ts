import t from 'tap'
import type { Test } from 'tap'
import { createClusterClient } from '../../../shared/cluster/client.ts'
import type { ClusterClient } from '../../../shared/cluster/client.ts'
import { hasRemedy, isNamespaceTerminating } from '../../../shared/cluster/errors.ts'
import { createEvent, patchEvent } from '../../../shared/cluster/events.ts'
import { createLease, getLease, microTime, updateLease } from '../../../shared/cluster/leases.ts'
import { listPath, objectPath } from '../../../shared/cluster/paths.ts'
import { createRecord, replaceRecordData } from '../../../shared/cluster/records.ts'
import {
  createTargetGroupBinding,
  deleteObject,
  getIngress,
  getTargetGroupBinding,
  patchFinalizers,
  patchIngressStatus,
  patchTargetGroupBindingStatus,
  replaceTargetGroupBinding,
} from '../../../shared/cluster/resources.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { readIngress } from '../../../shared/kubernetes/read.ts'
import { keptLog } from '../kept-log.ts'
import { startApiServer } from './api-server.ts'
import type { ApiServer } from './api-server.ts'

const setUp = async (t: Test): Promise<{ server: ApiServer; client: ClusterClient; ingress: Ingress }> => {
  const server = await startApiServer()
  const client = createClusterClient({ kubeconfig: server.kubeconfig, log: keptLog().log })
  t.teardown(async () => {
    await client.close()
    await server.close()
  })
  const raw = server.store.create(listPath('ingresses', 'shop'), { metadata: { name: 'web', namespace: 'shop' } })
  return { server, client, ingress: readIngress(raw) }
}

const conflict = async (t: Test, work: Promise<unknown>): Promise<void> => {
  await t.rejects(work, { name: 'ClusterError', remedy: 'conflict' })
}

void t.test('paths escape names', async (t) => {
  t.equal(objectPath('nodes', { namespace: '', name: 'a/b?c' }), '/api/v1/nodes/a%2Fb%3Fc')
  t.equal(
    objectPath('ingresses', { namespace: 'shop', name: 'web' }, 'status'),
    '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web/status',
  )
})

void t.test('finalizers are set only on the object as it was read', async (t) => {
  const { client, ingress } = await setUp(t)
  const after = readIngress(await patchFinalizers(client, 'ingresses', ingress, ['ingress.k8s.aws/resources']))
  t.same(after.finalizers, ['ingress.k8s.aws/resources'])
  await conflict(t, patchFinalizers(client, 'ingresses', ingress, []))
  t.same((await getIngress(client, ingress))?.finalizers, ['ingress.k8s.aws/resources'])
  await patchFinalizers(client, 'ingresses', after, [])
  t.same((await getIngress(client, ingress))?.finalizers, [])
})

void t.test('a status is written and cleared again', async (t) => {
  const { client, ingress } = await setUp(t)
  const status = {
    hostname: 'k8s.elb.amazonaws.com',
    ports: [{ port: 80 }, { port: 443, error: 'ingress.k8s.aws/SetAside' }],
  }
  const written = await patchIngressStatus(client, ingress, status)
  t.same(written.status, status)
  t.same((await patchIngressStatus(client, written, { ports: [] })).status, { ports: [] })
  await conflict(t, patchIngressStatus(client, written, status))
})

void t.test('an Ingress that is not there is undefined', async (t) => {
  const { client } = await setUp(t)
  t.equal(await getIngress(client, { namespace: 'shop', name: 'none' }), undefined)
})

void t.test('a TargetGroupBinding is created, replaced whole, told of and deleted', async (t) => {
  const { client } = await setUp(t)
  const spec = { targetGroupARN: 'arn:1', targetType: 'instance', serviceRef: { name: 'web', port: 80 } }
  const labels = { 'ingress.k8s.aws/stack': 'g' }
  const binding = {
    namespace: 'shop',
    name: 'k8s-b',
    labels,
    finalizers: ['elbv2.k8s.aws/resources'],
    spec: { ...spec, vpcID: 'vpc-1' },
  }
  const created = await createTargetGroupBinding(client, binding)
  t.match(created, binding)
  t.ok(hasRemedy(await createTargetGroupBinding(client, binding).catch((error: unknown) => error), 'already-exists'))

  const replaced = await replaceTargetGroupBinding(client, created, { labels, spec })
  t.same(replaced.spec, spec)
  t.same(replaced.finalizers, binding.finalizers)
  await conflict(t, replaceTargetGroupBinding(client, created, { labels, spec }))

  const told = await patchTargetGroupBindingStatus(client, replaced, { observedGeneration: 4 })
  t.equal(told.observedGeneration, 4)
  await deleteObject(client, 'targetgroupbindings', { ...told, uid: 'another' })
  t.ok(await getTargetGroupBinding(client, told))
  await deleteObject(client, 'targetgroupbindings', told)
  t.equal(await getTargetGroupBinding(client, told), undefined)
  await deleteObject(client, 'targetgroupbindings', told)
})

void t.test('the data of a record is replaced whole; what an operator put beside it stays', async (t) => {
  const { client, server } = await setUp(t)
  const record = await createRecord(client, {
    namespace: 'alb-ingress',
    name: 'group-1',
    annotations: { 'ingress.k8s.aws/paused': 'true' },
    data: { old: '1', both: '1' },
  })
  t.equal(record.labels['app.kubernetes.io/component'], 'group-record')
  const after = await replaceRecordData(client, record, { both: '2', new: '3' })
  t.same({ ...after.data }, { both: '2', new: '3' })
  t.equal(after.annotations['ingress.k8s.aws/paused'], 'true')
  await conflict(t, replaceRecordData(client, record, {}))
  const revision = server.store.revision
  await replaceRecordData(client, after, { both: '2', new: '3' })
  t.equal(server.store.revision, revision)
})

void t.test('of two holders that saw the same Lease only one writes it', async (t) => {
  const { client } = await setUp(t)
  const name = { namespace: 'kube-system', name: 'leader' }
  t.equal(await getLease(client, name), undefined)
  const spec = { holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0, renewTime: microTime(0) }
  const lease = await createLease(client, name, spec)
  t.same(lease.spec, spec)
  await t.rejects(createLease(client, name, spec), { name: 'ClusterError', remedy: 'already-exists' })
  t.equal((await updateLease(client, lease, { ...spec, holderIdentity: 'b' })).spec.holderIdentity, 'b')
  await conflict(t, updateLease(client, lease, { ...spec, holderIdentity: 'c' }))
  t.equal((await getLease(client, name))?.spec.holderIdentity, 'b')
})

void t.test('a MicroTime has six digits of a second', async (t) => {
  t.equal(microTime(Date.UTC(2026, 0, 2, 3, 4, 5, 6)), '2026-01-02T03:04:05.006000Z')
})

void t.test('an event is created and counted on', async (t) => {
  const { client, server, ingress } = await setUp(t)
  const subject = { ...ingress, apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }
  const at = Date.UTC(2026, 0, 2)
  await createEvent(client, {
    name: 'web.1',
    subject,
    type: 'Warning',
    reason: 'FailedBuildModel',
    message: 'm',
    component: 'ingress',
    at,
  })
  await patchEvent(client, { name: 'web.1', subject }, { count: 2, at: at + 60_000 })
  const event = server.store.get(objectPath('events', { namespace: 'shop', name: 'web.1' }))
  t.match(event, {
    involvedObject: {
      kind: 'Ingress',
      namespace: 'shop',
      name: 'web',
      uid: ingress.uid,
      apiVersion: 'networking.k8s.io/v1',
    },
    source: { component: 'ingress' },
    firstTimestamp: '2026-01-02T00:00:00Z',
    lastTimestamp: '2026-01-02T00:01:00Z',
    count: 2,
  })
  t.same(Object.keys(Object(event['involvedObject'])).toSorted(), [
    'apiVersion',
    'kind',
    'name',
    'namespace',
    'resourceVersion',
    'uid',
  ])
  await t.rejects(patchEvent(client, { name: 'gone', subject }, { count: 2, at }), {
    name: 'ClusterError',
    remedy: 'not-found',
  })
})

void t.test('a create in a namespace that is going is told from other refusals', async (t) => {
  const { client, server } = await setUp(t)
  server.fail({
    matches: ({ method }) => method === 'POST',
    answer: (response) => {
      response.writeHead(403)
      response.end(JSON.stringify({ reason: 'Forbidden', details: { causes: [{ reason: 'NamespaceTerminating' }] } }))
    },
  })
  const spec = { targetGroupARN: 'a', serviceRef: { name: 'n', port: 80 } }
  const error: unknown = await createTargetGroupBinding(client, {
    namespace: 's',
    name: 'b',
    labels: {},
    finalizers: [],
    spec,
  }).catch((e: unknown) => e)
  t.ok(isNamespaceTerminating(error))
  t.ok(hasRemedy(error, 'forbidden'))
})
