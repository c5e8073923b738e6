import t from 'tap'
import type { Test } from 'tap'
import { ClusterError, createClusterClient } from '../../../shared/cluster/client.ts'
import type { ClusterClient } from '../../../shared/cluster/client.ts'
import { keptLog } from '../kept-log.ts'
import { reset, startApiServer, status } from './api-server.ts'
import type { ApiServer } from './api-server.ts'

const ingresses = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses'

const setUp = async (t: Test): Promise<{ server: ApiServer; client: ClusterClient }> => {
  const server = await startApiServer()
  const client = createClusterClient({ kubeconfig: server.kubeconfig, log: keptLog().log })
  t.teardown(async () => {
    await client.close()
    await server.close()
  })
  return { server, client }
}

const failure = async (work: Promise<unknown>): Promise<ClusterError> => {
  try {
    await work
  } catch (error) {
    if (error instanceof ClusterError) return error
    throw error
  }
  throw new Error('the call did not fail')
}

const get = (client: ClusterClient) => client.request({ method: 'GET', path: ingresses })
const create = (client: ClusterClient, name: string) =>
  client.request({ method: 'POST', path: ingresses, body: { metadata: { name, namespace: 'shop' } } })

void t.test(
  'a pool of at most two connections serves fifty calls one after another, and says who we are',
  async (t) => {
    const { server, client } = await setUp(t)
    for (let call = 0; call < 50; call += 1) await get(client)
    t.ok(server.connections <= 2, `${server.connections} connections for 50 calls`)
    t.equal(server.seen[0]?.headers['user-agent'], 'alb-ingress-controller')
    t.equal(server.seen[0]?.headers.authorization, 'Bearer first')
  },
)

for (const [code, reason, remedy] of [
  [400, 'BadRequest', 'invalid'],
  [403, 'Forbidden', 'forbidden'],
  [404, 'NotFound', 'not-found'],
  [409, 'Conflict', 'conflict'],
  [409, 'AlreadyExists', 'already-exists'],
  [410, 'Expired', 'gone'],
  [422, 'Invalid', 'invalid'],
  [500, 'InternalError', 'unavailable'],
  [503, 'ServiceUnavailable', 'unavailable'],
  [504, 'Timeout', 'uncertain'],
] as const) {
  void t.test(`a create answered ${code} ${reason} is ${remedy}`, async (t) => {
    const { server, client } = await setUp(t)
    server.fail({ matches: () => true, answer: status(code, {}, reason) })
    const error = await failure(create(client, 'a'))
    t.match(error, { status: code, reason, remedy, name: 'ClusterError' })
    t.equal(error.message, `POST ${ingresses}: ${code} ${reason} told to answer ${code}`)
  })
}

void t.test('a create whose connection breaks is uncertain, a read is unavailable', async (t) => {
  const { server, client } = await setUp(t)
  server.fail({ matches: () => true, answer: reset }, { matches: () => true, answer: reset })
  t.equal((await failure(create(client, 'a'))).remedy, 'uncertain')
  t.equal((await failure(get(client))).remedy, 'unavailable')
})

void t.test('a create that reaches nobody is unavailable: nothing can have been written', async (t) => {
  const { server, client } = await setUp(t)
  await get(client)
  await server.close()
  t.match(await failure(create(client, 'a')), { remedy: 'unavailable', reason: 'ECONNREFUSED' })
})

void t.test('an answer that never comes ends at the deadline of the call', async (t) => {
  const { server, client } = await setUp(t)
  server.fail({ matches: () => true, answer: () => undefined })
  const start = performance.now()
  const error = await failure(client.request({ method: 'GET', path: ingresses, timeoutMs: 100 }))
  t.equal(error.remedy, 'unavailable')
  t.ok(performance.now() - start < 1_500)
})

void t.test('headers and then silence end at the deadline too', async (t) => {
  const { server, client } = await setUp(t)
  server.fail({ matches: () => true, answer: (response) => void response.writeHead(200).write('{"items":') })
  const error = await failure(client.request({ method: 'GET', path: ingresses, timeoutMs: 100 }))
  t.equal(error.remedy, 'unavailable')
})

void t.test("the caller's signal ends a call with its own reason", async (t) => {
  const { server, client } = await setUp(t)
  server.fail({ matches: () => true, answer: () => undefined })
  const stop = new AbortController()
  const call = client.request({ method: 'GET', path: ingresses, signal: stop.signal })
  setTimeout(() => stop.abort(new Error('told to stop')), 20)
  await t.rejects(call, { message: 'told to stop' })
})

void t.test('a throttled call is sent again after the time that the server names', async (t) => {
  const { server, client } = await setUp(t)
  server.fail({ matches: () => true, answer: status(429, { 'retry-after': '1' }) })
  const start = performance.now()
  await get(client)
  t.ok(performance.now() - start >= 1_000)
  t.equal(server.seen.length, 2)
})

void t.test('a wait that does not fit into the call is left to the caller', async (t) => {
  const { server, client } = await setUp(t)
  server.fail({ matches: () => true, answer: status(429, { 'retry-after': '7' }) })
  const error = await failure(client.request({ method: 'GET', path: ingresses, timeoutMs: 2_000 }))
  t.match(error, { remedy: 'throttled', retryAfterMs: 7_000 })
  t.equal(server.seen.length, 1)
})

void t.test('a rotated token is read again, once for all calls that were refused', async (t) => {
  const { server, client } = await setUp(t)
  await get(client)
  server.requireToken('second')
  await server.writeKubeconfig('second')
  await Promise.all([get(client), get(client), get(client)])
  t.equal(server.seen.at(-1)?.headers.authorization, 'Bearer second')
  const before = server.seen.length
  await get(client)
  t.equal(server.seen.length, before + 1)
})

void t.test('a token that stays wrong is told as unauthorized after one more try', async (t) => {
  const { server, client } = await setUp(t)
  server.requireToken('another')
  t.equal((await failure(get(client))).remedy, 'unauthorized')
  t.equal(server.seen.length, 2)
})

void t.test('a kubeconfig that is not there is told, and read when it is', async (t) => {
  const client = createClusterClient({ kubeconfig: `${t.testdirName}/none`, log: keptLog().log })
  t.teardown(() => client.close())
  await t.rejects(get(client), { code: 'ENOENT' })
})

void t.test('a watch hands out whole lines, also those that arrive in pieces', async (t) => {
  const { server, client } = await setUp(t)
  server.fail({
    matches: ({ query }) => query['watch'] === '1',
    answer: (response) => {
      response.writeHead(200)
      const bytes = Buffer.from('{"a":"ü"}\n{"b":2}\n\n{"half":')
      response.write(bytes.subarray(0, 7))
      setTimeout(() => response.end(bytes.subarray(7)), 20)
    },
  })
  const lines: string[] = []
  await client.watch(ingresses, {}, new AbortController().signal, (line) => void lines.push(line))
  t.same(lines, ['{"a":"ü"}', '{"b":2}', '{"half":'])
})

void t.test('what a line handler throws comes out of the watch as it is', async (t) => {
  const { server, client } = await setUp(t)
  const broken = new Error('cannot use this line')
  const watch = client.watch(
    ingresses,
    { resourceVersion: '100', timeoutSeconds: '60' },
    new AbortController().signal,
    () => {
      throw broken
    },
  )
  server.store.create(ingresses, { metadata: { name: 'a', namespace: 'shop' } })
  await t.rejects(watch, broken)
})
