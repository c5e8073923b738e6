import t from 'tap'
import type { Test } from 'tap'
import { ObjectCache } from '../../../shared/cluster/cache.ts'
import type { Change } from '../../../shared/cluster/cache.ts'
import { createClusterClient } from '../../../shared/cluster/client.ts'
import { Reflector } from '../../../shared/cluster/reflector.ts'
import type { ReflectorSettings } from '../../../shared/cluster/reflector.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { readIngress } from '../../../shared/kubernetes/read.ts'
import { keptLog } from '../kept-log.ts'
import { reset, startApiServer, status } from './api-server.ts'
import type { ApiServer } from './api-server.ts'
import { eventually } from './eventually.ts'

const all = '/apis/networking.k8s.io/v1/ingresses'
const shop = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses'

interface SetUp {
  readonly server: ApiServer
  readonly cache: ObjectCache<Ingress>
  readonly reflector: Reflector<Ingress>
  readonly changes: string[]
  readonly errors: unknown[]
  readonly log: readonly Record<string, unknown>[]
  readonly stop: () => Promise<void>
}

const shown = ({ before, after }: Change<Ingress>): string =>
  `${before === undefined ? '' : `-${before.name}/${before.uid}`}${after === undefined ? '' : `+${after.name}/${after.uid}`}`

const setUp = async (
  t: Test,
  settings: Partial<ReflectorSettings> = {},
  prepare: (server: ApiServer) => void = () => undefined,
): Promise<SetUp> => {
  const server = await startApiServer()
  prepare(server)
  const kept = keptLog()
  const client = createClusterClient({ kubeconfig: server.kubeconfig, log: kept.log })
  const errors: unknown[] = []
  const cache = new ObjectCache<Ingress>((error) => errors.push(error))
  const changes: string[] = []
  cache.onChange((change) => changes.push(shown(change)))
  const reflector = new Reflector<Ingress>({
    client,
    path: all,
    read: readIngress,
    cache,
    log: kept.log,
    settings: { backoff: { baseMs: 5, maxMs: 20 }, ...settings },
  })
  const stopped = new AbortController()
  const done = reflector.run(stopped.signal)
  const stop = async (): Promise<void> => {
    stopped.abort(new Error('end of the test'))
    await done
    await client.close()
  }
  t.teardown(async () => {
    await stop()
    await server.close()
  })
  return { server, cache, reflector, changes, errors, log: kept.entries, stop }
}

const ingress = (name: string, annotations: Record<string, string> = {}) => ({
  metadata: { name, namespace: 'shop', annotations },
})
const touch = (server: ApiServer, name: string, value: string): void => {
  server.store.change(`${shop}/${name}`, (object) => ({ ...object, spec: { ingressClassName: value } }))
}
const listsOf = (server: ApiServer) => server.seen.filter(({ query }) => query['watch'] === undefined)
const watchesOf = (server: ApiServer) => server.seen.filter(({ query }) => query['watch'] === '1')
const names = (cache: ObjectCache<Ingress>) =>
  cache
    .list()
    .map(({ name }) => name)
    .toSorted()

const versions = (objects: readonly Ingress[]): string =>
  objects
    .map(({ name, uid, resourceVersion }) => `${name} ${uid} ${resourceVersion}`)
    .toSorted()
    .join()

/** The cache holds what the server holds. */
const agrees = ({ server, cache }: SetUp): boolean =>
  versions(server.store.list(all).map(({ object }) => readIngress(object))) === versions(cache.list())

void t.test('a list of many pages is read whole before anybody is told', async (t) => {
  const { cache, server, changes } = await setUp(t, { pageSize: 3 }, ({ store }) => {
    for (let index = 0; index < 10; index += 1) store.create(shop, ingress(`i${index}`))
  })
  await cache.whenSynced()
  t.equal(cache.list().length, 10)
  t.equal(changes.length, 10)
  t.equal(listsOf(server).length, 4)
  t.ok(listsOf(server).every(({ query }) => query['limit'] === '3'))
  t.equal(cache.get('shop/i3')?.name, 'i3')
})

void t.test('events change the cache; bookmarks are asked for', async (t) => {
  const { cache, server, changes } = await setUp(t)
  await eventually('a watch is open', () => server.openWatches === 1)
  server.store.create(shop, ingress('a'))
  touch(server, 'a', 'alb')
  server.store.delete(`${shop}/a`)
  await eventually('three changes', () => changes.length === 3)
  t.same(changes, ['+a/uid-1', '-a/uid-1+a/uid-1', '-a/uid-1'])
  t.same(cache.list(), [])
  const [watch] = watchesOf(server)
  t.equal(watch?.query['allowWatchBookmarks'], 'true')
  const seconds = Number(watch?.query['timeoutSeconds'])
  t.ok(seconds >= 300 && seconds <= 600)
})

void t.test('a reset watch goes on from where it was, without a list', async (t) => {
  const it = await setUp(t)
  const { server, cache } = it
  await eventually('a watch is open', () => server.openWatches === 1)
  server.store.create(shop, ingress('a'))
  await eventually('a arrives', () => cache.list().length === 1)
  server.resetWatches()
  server.store.create(shop, ingress('b'))
  await eventually('b arrives', () => agrees(it))
  t.equal(listsOf(server).length, 1)
  t.equal(watchesOf(server).at(-1)?.query['resourceVersion'], '101')
})

void t.test('a bookmark moves the place from which a watch goes on', async (t) => {
  const { server } = await setUp(t)
  await eventually('a watch is open', () => server.openWatches === 1)
  server.sayToWatches(`${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '777' } } })}\n`)
  await new Promise((resolve) => setTimeout(resolve, 50))
  server.resetWatches()
  await eventually('a second watch', () => watchesOf(server).length === 2)
  t.equal(watchesOf(server)[1]?.query['resourceVersion'], '777')
})

void t.test('a history that was compacted away is listed again', async (t) => {
  const it = await setUp(t)
  const { server } = it
  await eventually('a watch is open', () => server.openWatches === 1)
  server.resetWatches()
  server.store.create(shop, ingress('a'))
  server.store.create(shop, ingress('b'))
  server.store.compact()
  await eventually('the cache agrees', () => agrees(it) && server.openWatches === 1)
  t.equal(listsOf(server).length, 2)
})

void t.test('an error event 410 inside the stream is listed again too', async (t) => {
  const { server } = await setUp(t)
  await eventually('a watch is open', () => server.openWatches === 1)
  server.sayToWatches(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'old' } })}\n`)
  await eventually('a second list', () => listsOf(server).length === 2)
})

void t.test('delete and create between two lists is told as gone and added', async (t) => {
  const it = await setUp(t, {}, ({ store }) => {
    store.create(shop, ingress('a'))
    store.create(shop, ingress('keep'))
  })
  const { server, changes } = it
  await eventually('a watch is open', () => server.openWatches === 1)
  changes.length = 0
  server.fail({ matches: ({ query }) => query['watch'] === '1', answer: status(410) })
  server.resetWatches()
  server.store.delete(`${shop}/a`)
  server.store.create(shop, ingress('a'))
  await eventually('the cache agrees', () => agrees(it))
  t.same(changes, ['-a/uid-1', '+a/uid-3'])
})

for (const [name, text] of [
  ['half a line', '{"type":"MODIFIED","object":{"metad\n'],
  ['an event without a resourceVersion', '{"type":"ADDED","object":{}}\n'],
  ['an event of an unknown type', '{"type":"SURPRISE","object":{"metadata":{"resourceVersion":"1"}}}\n'],
  ['null', 'null\n'],
] as const) {
  void t.test(`${name} in the stream forces a list`, async (t) => {
    const it = await setUp(t)
    const { server, log } = it
    await eventually('a watch is open', () => server.openWatches === 1)
    server.sayToWatches(text)
    server.store.create(shop, ingress('a'))
    await eventually('the cache agrees', () => agrees(it) && listsOf(server).length === 2)
    t.equal(log[0]?.['msg'], 'watch interrupted')
  })
}

for (const [name, answer] of [
  ['403', status(403)],
  ['500', status(500)],
  ['429 for longer than we wait', status(429, { 'retry-after': '60' })],
  ['a reset', reset],
] as const) {
  void t.test(`${name} at the first list and at a watch delays, and never ends, the reflector`, async (t) => {
    const it = await setUp(t, {}, (server) => {
      server.store.create(shop, ingress('a'))
      server.fail(
        { matches: ({ query }) => query['watch'] === undefined, answer },
        { matches: ({ query }) => query['watch'] === '1', answer },
      )
    })
    await eventually('the cache agrees', () => agrees(it) && it.server.openWatches === 1)
    t.same(names(it.cache), ['a'])
    t.equal(it.reflector.counts.failures, 2)
  })
}

void t.test('page 2 that fails leaves the old objects in place', async (t) => {
  const it = await setUp(t, { pageSize: 1, relistMs: 0, watchSeconds: { from: 0.05, to: 0.05 } }, ({ store }) => {
    for (const name of ['a', 'b', 'c']) store.create(shop, ingress(name))
  })
  await it.cache.whenSynced()
  it.server.fail({ matches: ({ query }) => query['continue'] === '2', answer: status(500) })
  await eventually('the failure', () => it.reflector.counts.failures >= 1)
  t.same(names(it.cache), ['a', 'b', 'c'])
  t.notOk(it.changes.some((change) => change.startsWith('-')))
})

void t.test('a watch without a word is opened anew', async (t) => {
  const { server, reflector } = await setUp(t, { silenceMs: 40 })
  await eventually('three watches', () => watchesOf(server).length >= 3)
  t.equal(listsOf(server).length, 1)
  t.equal(reflector.counts.failures, 0)
  t.ok(reflector.staleness >= 80)
})

void t.test('a server that closes each watch at once is not asked in a tight loop', async (t) => {
  const { server } = await setUp(t, { backoff: { baseMs: 100, maxMs: 1_000 } }, (server) => {
    const closing = { matches: () => true, answer: status(200) }
    server.fail(
      ...Array.from({ length: 200 }, () => ({
        ...closing,
        matches: ({ query }: { query: object }) => 'watch' in query,
      })),
    )
  })
  await eventually('a second watch', () => watchesOf(server).length >= 2)
  await new Promise((resolve) => setTimeout(resolve, 200))
  t.ok(watchesOf(server).length <= 5, `${watchesOf(server).length} watches`)
})

void t.test('a handler that throws is counted and hides nothing from the others', async (t) => {
  const it = await setUp(t, {}, ({ store }) => {
    store.create(shop, ingress('a'))
  })
  const late: string[] = []
  it.cache.onChange(() => {
    throw new Error('a bug in a handler')
  })
  it.cache.onChange((change) => late.push(shown(change)))
  await eventually('a watch is open', () => it.server.openWatches === 1)
  it.server.store.create(shop, ingress('b'))
  await eventually('b is told', () => late.includes('+b/uid-2'))
  t.ok(it.errors.length >= 1)
  t.ok(agrees(it))
})

void t.test(
  'a random walk of writes, resets, 410s and broken lines ends with the cache equal to the server',
  async (t) => {
    const it = await setUp(t, { pageSize: 2, silenceMs: 60 })
    const { server } = it
    let seed = 4711
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % below
    }
    for (let step = 0; step < 300; step += 1) {
      const name = `i${random(6)}`
      const exists = server.store.list(all).some(({ path }) => path === `${shop}/${name}`)
      switch (random(9)) {
        case 0:
          server.resetWatches()
          break
        case 1:
          server.store.compact()
          break
        case 2:
          server.sayToWatches('{"type":"MODI\n')
          break
        case 3:
          server.fail({ matches: () => true, answer: random(2) === 0 ? reset : status(500) })
          break
        case 4:
        case 5:
          if (exists) server.store.delete(`${shop}/${name}`)
          break
        default:
          if (exists) touch(server, name, `c${step}`)
          else server.store.create(shop, ingress(name))
      }
      if (step % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 3))
    }
    await eventually('the cache agrees', () => agrees(it) && server.openWatches === 1)
    t.ok(it.reflector.counts.lists > 1)
    t.ok(it.cache.synced)
  },
)

void t.test('the reflector stops when it is told to', async (t) => {
  const it = await setUp(t)
  await eventually('a watch is open', () => it.server.openWatches === 1)
  await it.stop()
  await eventually('no watch is open', () => it.server.openWatches === 0)
})
