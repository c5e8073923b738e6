import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import { readAddress } from './address.ts'
import type { Log } from './log.ts'

export interface HealthOptions {
  /** `:61779`, `127.0.0.1:0`; `0` serves nothing. */
  readonly healthAddress: string
  readonly metricsAddress: string
  /** What is missing before the process can do its work; none = ready. */
  readonly notReady: () => readonly string[]
  readonly registry: Registry
  readonly log: Log
}

export interface HealthServers {
  /** `undefined` where nothing is served. */
  readonly healthPort: number | undefined
  readonly metricsPort: number | undefined
  close(): Promise<void>
}

type Route = (response: ServerResponse) => Promise<void> | void
type Routes = Readonly<Record<string, Route>>

const send = (response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

const listener =
  (routes: Routes, log: Log): RequestListener =>
  (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined
    if (route === undefined) return send(response, 404, 'not found\n')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return send(response, 405, 'method not allowed\n')
    }
    void (async () => {
      try {
        await route(response)
      } catch (err) {
        log.error({ err, path }, 'health endpoint failed')
        if (response.headersSent) response.destroy()
        else send(response, 500, 'failed\n')
      }
    })()
  }

const portOf = (server: Server | undefined): number | undefined => {
  const address = server?.address()
  return typeof address === 'object' && address !== null ? address.port : undefined
}

const serve = async (address: string, routes: Routes, log: Log): Promise<Server> => {
  const parsed = readAddress(address)
  if (parsed === undefined) throw new Error(`${JSON.stringify(address)} is no address; write host:port`)
  const { host, port } = parsed
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, listener(routes, log))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve)
  })
  return server
}

const close = async (server: Server): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}

/**
 * Serves `/healthz` (the process answers), `/readyz` (503 and the reasons until it can work) and `/metrics`; on one
 * port where both addresses are the same.
 * @throws Error of the listen call, for example `EADDRINUSE`
 */
export const startHealth = async (options: HealthOptions): Promise<HealthServers> => {
  const { healthAddress, metricsAddress, registry, log } = options
  const health: Routes = {
    '/healthz': (response) => send(response, 200, 'ok\n'),
    '/readyz': (response) => {
      const missing = options.notReady()
      if (missing.length === 0) send(response, 200, 'ok\n')
      else send(response, 503, `not ready: ${missing.join('; ')}\n`)
    },
  }
  const metrics: Routes = {
    '/metrics': async (response) => send(response, 200, await registry.metrics(), registry.contentType),
  }
  const shared = healthAddress === metricsAddress
  const healthServer =
    healthAddress === '0' ? undefined : await serve(healthAddress, shared ? { ...health, ...metrics } : health, log)
  const metricsServer = shared || metricsAddress === '0' ? undefined : await serve(metricsAddress, metrics, log)
  const servers = [healthServer, metricsServer].filter((server) => server !== undefined)
  return {
    healthPort: portOf(healthServer),
    metricsPort: portOf(shared ? healthServer : metricsServer),
    close: async () => {
      await Promise.all(servers.map(close))
    },
  }
}
