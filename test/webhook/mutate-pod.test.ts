import t from 'tap'
import { answer, endpoints } from '../../webhook/answer.ts'
import { readReview } from '../../webhook/review.ts'
import { binding, service } from '../shared/plan/cluster.ts'
import { review, rig } from './rig.ts'

const endpoint = endpoints.find(({ path }) => path === '/mutate/pod')
const pod = (spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'web-', labels: { app: 'web' } },
  spec: { containers: [], ...spec },
})

/** The patch for a Pod of the namespace `shop`; undefined where there is none. */
const patched = async (request: object): Promise<unknown> => {
  const { io } = rig()
  const web = service('web', { selector: { app: 'web' } })
  const read = readReview(
    Buffer.from(
      JSON.stringify(review({ kind: { group: '', version: 'v1', kind: 'Pod' }, namespace: 'shop', ...request })),
    ),
  )
  if (!read.ok || endpoint === undefined) throw new Error('no review')
  const { response } = await answer(
    {
      ...io,
      bindings: () => [binding('tgb', { targetType: 'ip' })],
      cluster: () => ({ ...io.cluster(), service: () => web }),
    },
    endpoint,
    read.request,
    io.monotonic() + 1000,
  )
  if (!response.allowed) throw new Error('a Pod is never refused')
  return response.patch === undefined ? undefined : JSON.parse(Buffer.from(response.patch, 'base64').toString())
}

const gate = { conditionType: 'target-health.elbv2.k8s.aws/tgb' }

void t.test('a new Pod gets the gate, by the namespace of the request', async (t) => {
  t.same(await patched({ object: pod() }), [{ op: 'add', path: '/spec/readinessGates', value: [gate] }])
})

void t.test('a list that is there is replaced, null too', async (t) => {
  const mine = { conditionType: 'mine' }
  t.same(await patched({ object: pod({ readinessGates: [mine] }) }), [
    { op: 'replace', path: '/spec/readinessGates', value: [mine, gate] },
  ])
  t.same(await patched({ object: pod({ readinessGates: null }) }), [
    { op: 'replace', path: '/spec/readinessGates', value: [gate] },
  ])
})

void t.test('what is no Pod, has no spec or is updated stays as it is', async (t) => {
  for (const request of [
    { object: pod(), oldObject: pod(), operation: 'UPDATE' },
    { object: { ...pod(), spec: null } },
    { object: { ...pod(), spec: [] } },
    { object: { ...pod(), metadata: null } },
    { object: [] },
    { object: pod(), namespace: 'other' },
  ])
    t.equal(await patched(request), undefined, JSON.stringify(request))
})
