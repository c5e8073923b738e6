import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { Agent } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { systemClock } from '../../shared/process/clock.ts'
import { createLog } from '../../shared/process/log.ts'
import { buildApp, createBodyBudget } from '../../webhook/app.ts'
import { drain } from '../../webhook/shutdown.ts'
import { review, rig } from './rig.ts'
import { post, startServing } from './serving.ts'

interface Plain {
  readonly port: number
  readonly open: () => Socket
}

/** The application over plain HTTP, with limits in milliseconds where a test cannot wait for the real ones. */
const plain = async (
  t: { teardown: (end: () => Promise<void>) => void },
  limits: { headersTimeout?: number; requestTimeout?: number } = {},
  budget = createBodyBudget(),
): Promise<Plain> => {
  const { io } = rig()
  const app = buildApp({ io, budget })
  Object.assign(app.server, limits)
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  const { port } = address
  return { port, open: () => connect({ port, host: '127.0.0.1' }) }
}

/** All that the server says until it closes the connection. */
const said = async (socket: Socket): Promise<string> => {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)))
  await new Promise<void>((resolve) => {
    socket.on('close', () => resolve())
    socket.on('error', () => undefined)
  })
  return Buffer.concat(chunks).toString()
}

const head = (length: number, more = ''): string =>
  `POST /validate/ingress HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${more}\r\n`

void t.test('a slow sender is told 408', async (t) => {
  const server = await plain(t, { headersTimeout: 200, requestTimeout: 200 })
  const slowHead = server.open()
  slowHead.write('POST /validate/ingress HTTP/1.1\r\nhost: x\r\n')
  const slowBody = server.open()
  slowBody.write(`${head(100)}{`)
  const replies = await Promise.all([said(slowHead), said(slowBody)])
  for (const reply of replies) t.match(reply, /^HTTP\/1\.1 408 /)
})

void t.test('a head that is too large is told 431, one that is no HTTP 400', async (t) => {
  const server = await plain(t)
  const large = server.open()
  large.write(head(0, `x: ${'a'.repeat(70_000)}\r\n`))
  t.match(await said(large), /^HTTP\/1\.1 431 /)
  const url = server.open()
  url.write(`POST /validate/ingress?${'a'.repeat(70_000)} HTTP/1.1\r\nhost: x\r\n\r\n`)
  t.match(await said(url), /^HTTP\/1\.1 431 /)
  const noise = server.open()
  noise.write('\u0016\u0003\u0001 hello\r\n\r\n')
  t.match(await said(noise), /^HTTP\/1\.1 400 /)
})

void t.test('a sender that hangs up in the middle of a body costs nothing', async (t) => {
  const budget = createBodyBudget()
  const server = await plain(t, {}, budget)
  for (let round = 0; round < 5; round += 1) {
    const socket = server.open()
    socket.write(`${head(5_000_000)}{"a":`)
    const patience = performance.now() + 2_000
    while (budget.used === 0 && performance.now() < patience) await delay(2)
    t.equal(budget.used, 5_000_000)
    socket.destroy()
    while (budget.used !== 0 && performance.now() < patience) await delay(2)
    t.equal(budget.used, 0)
  }
})

void t.test('large bodies above the budget are told 429, small ones pass meanwhile', async (t) => {
  const server = await plain(t)
  const first = server.open()
  first.write(`${head(6_000_000)}{`)
  await delay(50)
  const second = server.open()
  second.write(`${head(6_000_000, 'connection: close\r\n')}${' '.repeat(6_000_000)}`)
  const small = server.open()
  const body = JSON.stringify(review())
  small.write(`${head(Buffer.byteLength(body), 'connection: close\r\n')}${body}`)
  t.match(await said(small), /^HTTP\/1\.1 200 [^]*"allowed":true/)
  t.match(await said(second), /^HTTP\/1\.1 429 [^]*too many large requests at once/)
  first.destroy()
})

void t.test('a body in chunks, whose length nobody told, is read like any other', async (t) => {
  const server = await plain(t)
  const body = JSON.stringify(review())
  const socket = server.open()
  socket.write(
    'POST /validate/ingress HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n',
  )
  for (const part of [body.slice(0, 7), body.slice(7)]) socket.write(`${part.length.toString(16)}\r\n${part}\r\n`)
  socket.write('0\r\n\r\n')
  t.match(await said(socket), /^HTTP\/1\.1 200 [^]*"allowed":true/)
})

void t.test('connections are kept longer than the API server keeps them', async (t) => {
  const { io } = rig()
  const { server } = buildApp({ io })
  t.ok(server.keepAliveTimeout > 90_000)
  t.equal(server.headersTimeout, 5_000)
  t.equal(server.requestTimeout, 10_000)
})

void t.test('a stopping server serves on, has connections closed, and loses no request', async (t) => {
  const serving = await startServing()
  t.teardown(serving.close)
  const kept = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => kept.destroy())
  t.equal((await post(serving, kept)).connection, 'keep-alive')
  const log = createLog({ level: 'error', write: () => undefined })
  serving.stop()
  const draining = drain({ app: serving.app, server: serving.server, delayMs: 300, clock: systemClock, log })
  t.equal((await post(serving, kept)).connection, 'close', 'the open connection is asked to close')
  let answered = 0
  let refused = false
  while (!refused) {
    try {
      t.equal((await post(serving)).status, 200)
      answered += 1
    } catch (error) {
      refused = true
      t.match(error, { code: 'ECONNREFUSED' }, 'no request is cut off')
    }
    await delay(10)
  }
  await draining
  t.ok(answered > 3, `${answered} answered while stopping`)
  await t.rejects(post(serving), { code: 'ECONNREFUSED' })
})
