import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import {
  createCertificateAuthority,
  createServingCertificate,
  issueClientCertificate,
  issueServingCertificate,
} from './certificates.ts'

const ca = createCertificateAuthority('test-authority')
const authority = new X509Certificate(ca.certificate)

/** What a client that trusts `ca` gets from a server with this certificate: its answer, or the reason of its refusal. */
async function ask(serving: { readonly certificate: string; readonly key: string }, host: string): Promise<string> {
  const server = createServer({ cert: serving.certificate, key: serving.key }, (_, response) => response.end('served'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP port')
  const { port } = address
  try {
    return await new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, servername: host === '127.0.0.1' ? '' : host, ca: ca.certificate }
      request(options, (response) => response.setEncoding('utf8').on('data', resolve))
        .on('error', (error: NodeJS.ErrnoException) => (error.code === undefined ? reject(error) : resolve(error.code)))
        .end()
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

void t.test('an authority is a certificate authority that signs itself', (t) => {
  t.ok(authority.ca)
  t.ok(authority.verify(authority.publicKey))
  t.equal(authority.subject, 'CN=test-authority')
  t.end()
})

void t.test('a client certificate carries the user as CN and each group as O', (t) => {
  const client = new X509Certificate(issueClientCertificate(ca, 'admin', ['system:masters', 'others']).certificate)
  t.equal(client.subject, 'O=system:masters\nO=others\nCN=admin')
  t.ok(client.checkIssued(authority))
  t.ok(client.verify(authority.publicKey))
  t.notOk(client.ca)
  t.same(client.keyUsage, ['1.3.6.1.5.5.7.3.2'])
  t.end()
})

void t.test('two certificates of one authority have different serial numbers', (t) => {
  const serials = [1, 2].map(() => new X509Certificate(createServingCertificate(ca, ['a']).certificate).serialNumber)
  t.not(serials[0], serials[1])
  t.end()
})

void t.test('a serving certificate is taken by a TLS client for its names and addresses only', async (t) => {
  const serving = createServingCertificate(ca, ['webhook.alb-ingress.svc', '127.0.0.1'])
  t.equal(await ask(serving, '127.0.0.1'), 'served')
  t.equal(await ask(serving, 'webhook.alb-ingress.svc'), 'served')
  t.equal(await ask(serving, 'other.svc'), 'ERR_TLS_CERT_ALTNAME_INVALID')
})

void t.test('a serving certificate is refused after its end', async (t) => {
  const ended = createServingCertificate(ca, ['localhost'], { notAfter: new Date(Date.now() - 1_000) })
  t.equal(await ask(ended, 'localhost'), 'CERT_HAS_EXPIRED')
  const far = createServingCertificate(ca, ['localhost'], { notAfter: new Date('2060-01-02T03:04:05Z') })
  t.equal(new X509Certificate(far.certificate).validTo, 'Jan  2 03:04:05 2060 GMT')
  t.equal(await ask(far, 'localhost'), 'served')
})

void t.test('a renewal replaces both files whole, and the key is nobody else’s', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'certificates-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const first = await issueServingCertificate(ca, ['localhost'], { directory })
  const second = await issueServingCertificate(ca, ['localhost'], { directory })
  t.not(first.certificate, second.certificate)
  t.same((await readdir(directory)).sort(), ['tls.crt', 'tls.key'])
  t.equal(await readFile(join(directory, 'tls.crt'), 'utf8'), second.certificate)
  t.equal(await readFile(join(directory, 'tls.key'), 'utf8'), second.key)
  t.equal((await stat(join(directory, 'tls.key'))).mode & 0o077, 0)
})
