import { once } from 'node:events'
import { createServer } from 'node:net'

const given = new Set<number>()

/** A loopback port that nothing listens on now, and that this process has not been given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    server.close()
    await once(server, 'close')
    if (address === null || typeof address === 'string') throw new Error('no TCP port could be had')
    if (!given.has(address.port)) {
      given.add(address.port)
      return address.port
    }
  }
}
