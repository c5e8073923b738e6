import { Counter } from 'prom-client'
import t from 'tap'
import { request } from 'undici'
import { readAddress } from '../../../shared/process/address.ts'
import { startHealth } from '../../../shared/process/health.ts'
import { createRegistry } from '../../../shared/process/metrics.ts'
import { keptLog } from '../kept-log.ts'

const get = async (port: number | undefined, path: string, method: 'GET' | 'POST' = 'GET') => {
  const response = await request(`http://127.0.0.1:${port}${path}`, { method })
  return { status: response.statusCode, text: await response.body.text(), headers: response.headers }
}

for (const [name, healthAddress, metricsAddress] of [
  ['one port', '127.0.0.1:0', '127.0.0.1:0'],
  ['two ports', '127.0.0.1:0', 'localhost:0'],
] as const) {
  void t.test(`health and metrics on ${name}`, async (t) => {
    let missing: readonly string[] = ['caches not synced: ingresses', 'no certificate']
    const registry = createRegistry()
    new Counter({ name: 'test_total', help: 'A test.', registers: [registry] }).inc(3)
    const servers = await startHealth({
      healthAddress,
      metricsAddress,
      notReady: () => missing,
      registry,
      log: keptLog().log,
    })
    t.teardown(() => servers.close())
    t.equal(servers.healthPort === servers.metricsPort, healthAddress === metricsAddress)
    t.match(await get(servers.healthPort, '/healthz'), { status: 200, text: 'ok\n' })
    t.match(await get(servers.healthPort, '/readyz'), {
      status: 503,
      text: 'not ready: caches not synced: ingresses; no certificate\n',
    })
    missing = []
    t.match(await get(servers.healthPort, '/readyz?verbose'), { status: 200, text: 'ok\n' })
    const metrics = await get(servers.metricsPort, '/metrics')
    t.match(metrics.text, /^test_total 3$/m)
    t.match(metrics.text, /nodejs_eventloop_lag/)
    t.equal((await get(servers.healthPort, '/other')).status, 404)
    t.equal((await get(servers.healthPort, '/__proto__')).status, 404)
    t.match(await get(servers.healthPort, '/healthz', 'POST'), { status: 405, headers: { allow: 'GET, HEAD' } })
  })
}

void t.test('a readiness check that throws is a 500 and a log entry, not the end of the process', async (t) => {
  const kept = keptLog()
  const servers = await startHealth({
    healthAddress: '127.0.0.1:0',
    metricsAddress: '0',
    notReady: () => {
      throw new Error('a bug')
    },
    registry: createRegistry(),
    log: kept.log,
  })
  t.teardown(() => servers.close())
  t.equal(servers.metricsPort, undefined)
  t.equal((await get(servers.healthPort, '/readyz')).status, 500)
  t.match(kept.entries, [{ level: 'error', err: { message: 'a bug' }, path: '/readyz' }])
})

void t.test('a port that is taken is an error of the start', async (t) => {
  const options = { metricsAddress: '0', notReady: () => [], registry: createRegistry(), log: keptLog().log }
  const first = await startHealth({ ...options, healthAddress: '127.0.0.1:0' })
  t.teardown(() => first.close())
  await t.rejects(startHealth({ ...options, healthAddress: `127.0.0.1:${first.healthPort}` }), { code: 'EADDRINUSE' })
})

void t.test('addresses', async (t) => {
  t.same(readAddress(':61779'), { host: undefined, port: 61_779 })
  t.same(readAddress('127.0.0.1:0'), { host: '127.0.0.1', port: 0 })
  t.same(readAddress('[::1]:80'), { host: '::1', port: 80 })
  for (const wrong of ['', '80', 'a:b', ':70000', '::1:80']) t.equal(readAddress(wrong), undefined, wrong)
})
