import type { Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../shared/process/clock.ts'
import type { Log } from '../shared/process/log.ts'

/** Time for requests that are still being answered when the server stops accepting. */
const lastRequests = 4_000

/**
 * Stops a server that clients still use: it serves on for `delayMs`, because the API server goes on using open connections
 * to a terminating pod (its replies then close them), and only then accepts no more and finishes what is in flight.
 */
export const drain = async (options: {
  readonly app: FastifyInstance
  readonly server: Server
  readonly delayMs: number
  readonly clock: Clock
  readonly log: Log
}): Promise<void> => {
  const { app, server, delayMs, clock, log } = options
  log.info({ delayMs }, 'serving on before stopping')
  await clock.sleep(delayMs)
  const impatient = setTimeout(() => {
    log.warn('closing connections with requests in flight')
    server.closeAllConnections()
  }, lastRequests)
  await app.close()
  clearTimeout(impatient)
}
