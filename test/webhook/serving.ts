import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { Agent, createServer, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { systemClock } from '../../shared/process/clock.ts'
import { createLog } from '../../shared/process/log.ts'
import { buildApp, serverOptions } from '../../webhook/app.ts'
import { secureContext, ServingCertificate, tlsOptions } from '../../webhook/tls.ts'
import { createCertificateAuthority, issueServingCertificate } from '../local/certificates.ts'
import type { CertificateAuthority } from '../local/certificates.ts'
import { review, rig } from './rig.ts'

/** A webhook with a real socket and a certificate of its own authority. */
export interface Serving {
  readonly ca: CertificateAuthority
  readonly directory: string
  readonly port: number
  readonly app: FastifyInstance
  readonly server: Server
  readonly certificate: ServingCertificate
  readonly lines: readonly string[]
  /** From now on the process is about to stop. */
  readonly stop: () => void
  readonly close: () => Promise<void>
}

export const startServing = async (): Promise<Serving> => {
  const directory = await mkdtemp(join(tmpdir(), 'webhook-'))
  const ca = createCertificateAuthority('test')
  await issueServingCertificate(ca, ['localhost', '127.0.0.1'], { directory })
  const { io } = rig()
  const lines: string[] = []
  let reload: ((context: ReturnType<typeof secureContext>) => void) | undefined
  const certificate = new ServingCertificate({
    files: { certificateFile: join(directory, 'tls.crt'), keyFile: join(directory, 'tls.key') },
    clock: systemClock,
    log: createLog({ level: 'info', write: (line) => lines.push(line) }),
    pollMs: 20,
    onLoaded: (pair) => reload?.(secureContext(pair)),
    onNotLoaded: () => undefined,
  })
  const ended = new AbortController()
  const pair = await certificate.first(ended.signal)
  let stopping = false
  let server: Server | undefined
  const app = buildApp({
    io,
    isStopping: () => stopping,
    createServer: (handler) => {
      const secure = createServer({ ...serverOptions, ...tlsOptions(pair) }, handler)
      reload = (context) => secure.setSecureContext(context)
      server = secure
      return secure
    },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const polling = certificate.run(ended.signal)
  const address = app.server.address()
  if (address === null || typeof address === 'string' || server === undefined) throw new Error('not listening')
  return {
    ca,
    directory,
    port: address.port,
    app,
    server,
    certificate,
    lines,
    stop: () => {
      stopping = true
    },
    close: async () => {
      ended.abort()
      await polling
      server?.closeAllConnections()
      await app.close()
      await rm(directory, { recursive: true })
    },
  }
}

export interface Reply {
  readonly status: number
  readonly connection: string | undefined
  /** Serial number of the certificate that the server showed. */
  readonly serial: string
  readonly body: string
}

const body = JSON.stringify(review())

/** Posts a review, over a connection of the agent where one is given. */
export const post = async (serving: Serving, agent?: Agent): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: serving.port,
        method: 'POST',
        path: '/validate/ingress?timeout=5s',
        ca: serving.ca.certificate,
        agent: agent ?? new Agent({ keepAlive: false }),
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const chunks: Buffer[] = []
        const socket = response.socket
        const serial = 'getPeerX509Certificate' in socket ? serialOf(socket) : ''
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const { statusCode = 0, headers } = response
          resolve({
            status: statusCode,
            connection: headers.connection,
            serial,
            body: Buffer.concat(chunks).toString(),
          })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })

const serialOf = (socket: object): string => {
  if (!('getPeerX509Certificate' in socket) || typeof socket.getPeerX509Certificate !== 'function') return ''
  const certificate: unknown = socket.getPeerX509Certificate()
  return typeof certificate === 'object' && certificate !== null && 'serialNumber' in certificate
    ? String(certificate.serialNumber)
    : ''
}
