import { createServer, type IncomingMessage } from 'node:http'
import { parseArgs } from 'node:util'

/** The echo server of 2017 (gcr.io/google_containers/echoserver 1.4): it answers what it received. */
export interface EchoServer {
  readonly host: string
  readonly port: number
  stop(): Promise<void>
}

/** Starts an echo server on loopback; port 0 takes a free one. */
export async function startEchoServer(port = 0): Promise<EchoServer> {
  const host = '127.0.0.1'
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.once('end', () => {
      outgoing.writeHead(200, { 'content-type': 'text/plain', server: 'echoserver' })
      outgoing.end(describe(incoming, Buffer.concat(chunks).toString('utf8')))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the echo server has no port')
  return {
    host,
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function describe(incoming: IncomingMessage, body: string): string {
  const url = incoming.url ?? '/'
  const mark = url.indexOf('?')
  const headers = Object.entries(incoming.headers).sort(([left], [right]) => (left < right ? -1 : 1))
  return [
    'CLIENT VALUES:',
    `client_address=${incoming.socket.remoteAddress ?? ''}`,
    `command=${incoming.method ?? ''}`,
    `real path=${url}`,
    `query=${mark < 0 ? 'nil' : url.slice(mark + 1)}`,
    `request_version=${incoming.httpVersion}`,
    `request_uri=http://${(incoming.headers.host ?? '').replace(/:\d+$/, '')}:8080${url}`,
    '',
    'SERVER VALUES:',
    'server_version=nginx: 1.10.0 - lua: 10001',
    '',
    'HEADERS RECEIVED:',
    ...headers.map(([name, value]) => `${name}=${String(value)}`),
    'BODY:',
    body === '' ? '-no body in request-' : body,
  ].join('\n')
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
  const server = await startEchoServer(Number(values.port))
  process.stdout.write(`http://${server.host}:${server.port}\n`)
}
