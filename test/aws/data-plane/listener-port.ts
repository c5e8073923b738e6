import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'

/** How a listener meets a new connection: plainly, or with the certificate for a server name. */
export interface Handshake {
  /** Whether clients get through at all; otherwise their connections end. */
  readonly isOpen: boolean
  readonly isTls: boolean
  /** Undefined: there is no certificate to present. */
  readonly contextFor: (serverName: string | undefined) => SecureContext | undefined
}

/**
 * The loopback port of one listener. What the listener is at the moment of a connection decides about TLS and certificate;
 * connections that are open stay as they are when that changes.
 */
export class ListenerPort {
  readonly port: number
  readonly #server: Server
  readonly #sockets: Set<Socket>

  private constructor(port: number, server: Server, sockets: Set<Socket>) {
    this.port = port
    this.#server = server
    this.#sockets = sockets
  }

  static async open(serve: RequestListener, handshake: () => Handshake): Promise<ListenerPort> {
    const http = createHttpServer(serve)
    const sockets = new Set<Socket>()
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      accept(socket, http, handshake())
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('a listener has no loopback port')
    return new ListenerPort(address.port, server, sockets)
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      for (const socket of this.#sockets) socket.destroy()
    })
  }
}

function accept(socket: Socket, http: HttpServer, { isOpen, isTls, contextFor }: Handshake): void {
  if (!isOpen) {
    socket.destroy()
    return
  }
  if (!isTls) {
    http.emit('connection', socket)
    return
  }
  const secureContext = contextFor(undefined)
  if (secureContext === undefined) {
    socket.destroy()
    return
  }
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext,
    SNICallback: (serverName, callback) => callback(null, contextFor(serverName)),
  })
  // a client that does not trust the certificate or speaks no TLS ends its own connection and nothing else
  secure.on('error', () => socket.destroy())
  http.emit('connection', secure)
}
