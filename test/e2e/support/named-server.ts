import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer } from 'node:net'
import { makeCertificate } from '../../aws/fixture-certificates.ts'

/** A target that answers every request with its name, over HTTP and over HTTPS on the same port. */
export interface NamedServer {
  readonly host: string
  readonly port: number
  stop(): Promise<void>
}

/** First byte of a TLS connection. */
const handshake = 0x16

export const startNamedServer = async (name: string): Promise<NamedServer> => {
  const answer: RequestListener = (incoming, outgoing) => {
    incoming.resume()
    outgoing.writeHead(200, { 'content-type': 'text/plain' }).end(name)
  }
  const plain = createHttpServer(answer)
  const { certificate, key } = makeCertificate({ names: [`${name}.example.org`] })
  const secure = createHttpsServer({ cert: certificate, key }, answer)
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (first: Buffer) => {
      socket.pause()
      socket.unshift(first)
      ;(first[0] === handshake ? secure : plain).emit('connection', socket)
      process.nextTick(() => socket.resume())
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a target has no port')
  return {
    host: '127.0.0.1',
    port: address.port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
