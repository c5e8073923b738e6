import { writeFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import t from 'tap'
import { parsePair } from '../../webhook/tls.ts'
import { createCertificateAuthority, createServingCertificate, issueServingCertificate } from '../local/certificates.ts'
import type { Serving } from './serving.ts'
import { post, startServing } from './serving.ts'

const hour = 3_600_000

const serving = async (t: { teardown: (end: () => Promise<void>) => void }): Promise<Serving> => {
  const started = await startServing()
  t.teardown(started.close)
  return started
}

const until = async (holds: () => boolean): Promise<void> => {
  const patience = performance.now() + 5_000
  while (!holds()) {
    if (performance.now() > patience) throw new Error('it did not happen')
    await delay(5)
  }
}

void t.test('a pair is taken only if key and certificate match and it is valid now', async (t) => {
  const ca = createCertificateAuthority('test')
  const issue = (notAfter?: Date) =>
    createServingCertificate(ca, ['webhook.alb-ingress.svc'], notAfter === undefined ? {} : { notAfter })
  const good = issue()
  const [certificate, key] = [Buffer.from(good.certificate), Buffer.from(good.key)]
  const now = Date.now()
  const pair = parsePair(certificate, key, now)
  t.ok(pair.notAfter > now && pair.notBefore <= now)
  t.ok(pair.names('webhook.alb-ingress.svc'))
  t.notOk(pair.names('webhook.other.svc'))
  t.throws(() => parsePair(certificate, Buffer.from(issue().key), now), /does not belong/)
  t.throws(() => parsePair(certificate, key, pair.notAfter), /expired/)
  t.throws(() => parsePair(certificate, key, pair.notBefore - 1), /not valid yet/)
  t.throws(() => parsePair(certificate.subarray(0, 100), key, now))
  t.throws(() => parsePair(Buffer.alloc(0), Buffer.alloc(0), now))
})

const handshake = async ({ port, ca }: Serving, options: ConnectionOptions): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca: ca.certificate, ...options }, () => {
      resolve(`${socket.getProtocol()} ${String(socket.alpnProtocol)}`)
      socket.destroy()
    })
    socket.on('error', (error) => {
      resolve(`refused: ${'code' in error ? String(error.code) : error.message}`)
      socket.destroy()
    })
  })

void t.test('TLS 1.3 and 1.2 with forward secrecy are spoken, and HTTP/1.1 alone', async (t) => {
  const server = await serving(t)
  t.equal(await handshake(server, { ALPNProtocols: ['h2', 'http/1.1'] }), 'TLSv1.3 http/1.1')
  t.equal(await handshake(server, { maxVersion: 'TLSv1.2' }), 'TLSv1.2 false')
  t.match(await handshake(server, { ALPNProtocols: ['h2'] }), /^refused: ERR_SSL_.*NO_APPLICATION_PROTOCOL/)
  t.match(
    await handshake(server, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    /^refused: /,
  )
  t.match(await handshake(server, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA' }), /^refused: /)
})

void t.test('a broken pair keeps the old one, whatever is wrong with it', async (t) => {
  const server = await serving(t)
  const { certificate, directory, lines, ca } = server
  const first = certificate.pair
  const lastLine = (...texts: readonly string[]): Promise<void> =>
    until(() => texts.every((text) => lines.at(-1)?.includes(text) === true))
  await writeFile(join(directory, 'tls.crt'), createServingCertificate(ca, ['localhost']).certificate)
  await lastLine('certificate not loaded', 'does not belong')
  await writeFile(join(directory, 'tls.crt'), 'half a certif')
  await lastLine('certificate not loaded', 'PEM')
  await issueServingCertificate(ca, ['localhost'], { directory, notAfter: new Date(Date.now() - hour) })
  await lastLine('certificate not loaded', 'expired')
  t.equal(certificate.pair, first)
  t.equal((await post(server)).status, 200)
  await issueServingCertificate(ca, ['localhost', '127.0.0.1'], { directory })
  await until(() => certificate.pair !== first)
  t.equal((await post(server)).status, 200)
})

void t.test('renewed again and again under load, no request fails and open connections go on', async (t) => {
  const server = await serving(t)
  const { ca, directory } = server
  const kept = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => kept.destroy())
  const first = await post(server, kept)
  const serials = new Set<string>()
  const renewed = new AbortController()
  let answered = 0
  const load = async (agent?: Agent): Promise<void> => {
    while (!renewed.signal.aborted) {
      const { status, serial } = await post(server, agent)
      if (status !== 200) throw new Error(`status ${status}`)
      answered += 1
      if (agent === undefined) serials.add(serial)
      else if (serial !== first.serial) throw new Error('the open connection did not go on')
    }
  }
  const loads = [load(), load(), load(kept)]
  const renew = async (): Promise<void> => {
    for (let round = 0; round < 5; round += 1) {
      const before = server.certificate.pair
      await issueServingCertificate(ca, ['localhost', '127.0.0.1'], { directory })
      await until(() => server.certificate.pair !== before)
      const seen = serials.size
      await until(() => serials.size > seen)
    }
    renewed.abort()
  }
  await Promise.all([renew(), ...loads])
  t.ok(answered > 20, `${answered} answered`)
  t.ok(serials.size >= 5, `${serials.size} certificates shown`)
})
