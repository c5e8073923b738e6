import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { TLSSocket } from 'node:tls'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { createClusterClient } from '../../../shared/cluster/client.ts'
import {
  createCertificateAuthority,
  createServingCertificate,
  issueClientCertificate,
} from '../../local/certificates.ts'
import type { CertificateAuthority } from '../../local/certificates.ts'
import { keptLog } from '../kept-log.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A server that answers with the common name of the client's certificate, and counts TLS sessions. */
const startServer = async (t: Test, ca: CertificateAuthority): Promise<{ port: number; connections: () => number }> => {
  const serving = createServingCertificate(ca, ['127.0.0.1'])
  let connections = 0
  const server = createServer(
    { cert: serving.certificate, key: serving.key, ca: ca.certificate, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const peer = request.socket instanceof TLSSocket ? request.socket.getPeerCertificate().subject.CN : ''
      response.end(JSON.stringify({ user: peer }))
    },
  )
  server.on('secureConnection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0, connections: () => connections }
}

const writeKubeconfig = async (
  folder: string,
  port: number,
  trusted: CertificateAuthority,
  client: { readonly certificate: string; readonly key: string },
): Promise<string> => {
  const path = join(folder, `kubeconfig-${trusted.name}`)
  const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': base64(trusted.certificate) }
  const user = { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) }
  await writeFile(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'x',
      clusters: [{ name: 'x', cluster }],
      users: [{ name: 'x', user }],
      contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
    }),
  )
  return path
}

void t.test('the CA of the kubeconfig is what is trusted, and its client certificate is shown', async (t) => {
  const ours = createCertificateAuthority('ours')
  const other = createCertificateAuthority('other')
  const { port, connections } = await startServer(t, ours)
  const certificate = issueClientCertificate(ours, 'controller')
  const folder = t.testdir()

  const trusting = createClusterClient({
    kubeconfig: await writeKubeconfig(folder, port, ours, certificate),
    log: keptLog().log,
  })
  t.teardown(() => trusting.close())
  for (let call = 0; call < 10; call += 1) {
    t.same(await trusting.request({ method: 'GET', path: '/api' }), { user: 'controller' })
  }
  t.ok(connections() <= 2, `${connections()} TLS connections for ten calls`)

  const wary = createClusterClient({
    kubeconfig: await writeKubeconfig(folder, port, other, certificate),
    log: keptLog().log,
  })
  t.teardown(() => wary.close())
  await t.rejects(wary.request({ method: 'POST', path: '/api', body: {} }), {
    name: 'ClusterError',
    remedy: 'unavailable',
    reason: 'SELF_SIGNED_CERT_IN_CHAIN',
  })
})
