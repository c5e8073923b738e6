import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import fastify from 'fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AnswerIo, Endpoint } from './answer.ts'
import { answer, endpoints } from './answer.ts'
import { BodyBudget } from './budget.ts'
import { timeToAnswer } from './deadline.ts'
import { readReview, writeReview } from './review.ts'

/** Two objects of up to 3 MiB, as large as etcd takes them, and room for the rest of a review. */
export const bodyLimit = 7 * 1024 * 1024
const bodiesInFlight = 8 * 1024 * 1024
/** Bodies up to this size never wait for others. */
const smallBody = 64 * 1024
/** Longest wait of a large body for others. */
const queueWait = 1_000
const slowRequest = 250

/** Limits of a connection (admission webhooks are called by Go's client, whose idle connections last 90 s). */
const connectionLimits = { headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 95_000 }
const maxConnections = 1_000

/** Options of `http.createServer` and `https.createServer`: how often the limits above are looked at. */
export const serverOptions = { connectionsCheckingInterval: 500 }

export interface AppOptions {
  readonly io: AnswerIo
  readonly budget?: BodyBudget
  /** Makes the server; plain HTTP where it is left out. */
  readonly createServer?: (handler: RequestListener) => Server
  /** Whether the process is about to stop: replies then ask for the connection to be closed. */
  readonly isStopping?: () => boolean
}

/** The budget for bodies in flight of one process. */
export const createBodyBudget = (): BodyBudget => new BodyBudget(bodiesInFlight, smallBody)

const sendLine = (reply: FastifyReply, status: number, line: string): FastifyReply =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${line}\n`)

const isJson = (contentType: string | undefined): boolean =>
  /^application\/json\s*(?:;|$)/i.test((contentType ?? '').trim())

/** Status and line for a request that is turned away before its body is read. */
const turnedAway = (request: FastifyRequest): { readonly status: number; readonly line: string } | undefined => {
  const path = request.url.split('?', 1)[0]
  if (!endpoints.some((endpoint) => endpoint.path === path)) return { status: 404, line: 'no such path' }
  if (request.method !== 'POST') return { status: 405, line: 'POST only' }
  if (request.headers['content-encoding'] !== undefined) return { status: 415, line: 'content-encoding: none is taken' }
  if (!isJson(request.headers['content-type'])) return { status: 415, line: 'content-type: must be application/json' }
  if (Number(request.headers['content-length']) > bodyLimit)
    return { status: 413, line: `the body is larger than ${bodyLimit} bytes` }
  return undefined
}

/**
 * The application: the four endpoints of the webhook, without process, cluster or AWS. Whatever comes in is answered with
 * a review, or with 4xx where it is none; never with 5xx, which the API server takes for a failed call.
 */
export const buildApp = (options: AppOptions): FastifyInstance => {
  const { io } = options
  const budget = options.budget ?? createBodyBudget()
  const makeServer = options.createServer ?? ((handler) => createServer(serverOptions, handler))
  const app = fastify({
    bodyLimit,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    ...connectionLimits,
    serverFactory: (handler) => {
      const server = makeServer(handler)
      server.headersTimeout = connectionLimits.headersTimeout
      server.requestTimeout = connectionLimits.requestTimeout
      server.keepAliveTimeout = connectionLimits.keepAliveTimeout
      server.maxConnections = maxConnections
      return server
    },
  })
  const arrivals = new WeakMap<FastifyRequest, number>()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  const reject = (reply: FastifyReply, status: number, line: string): FastifyReply => {
    io.metrics.refusedRequest(status)
    if (status === 405) void reply.header('allow', 'POST')
    return sendLine(reply, status, line)
  }

  app.addHook('onRequest', async (request, reply) => {
    arrivals.set(request, io.monotonic())
    const away = turnedAway(request)
    if (away !== undefined) return reject(reply, away.status, away.line)
    // A body of unknown length counts as the largest.
    const bytes = Number(request.headers['content-length'] ?? bodyLimit)
    const giveBack = await budget.take(bytes, Math.min(queueWait, timeToAnswer(timeoutOf(request))))
    if (giveBack === undefined) return reject(reply, 429, 'too many large requests at once')
    if (reply.raw.closed) giveBack()
    else reply.raw.once('close', giveBack)
    return undefined
  })

  app.addHook('onSend', async (_request, reply) => {
    if (options.isStopping?.() === true) void reply.header('connection', 'close')
  })

  app.setNotFoundHandler((_request, reply) => reject(reply, 404, 'no such path'))
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 400 && status < 500) return reject(reply, status, error.message)
    io.log.error({ err: error, path: request.url.split('?', 1)[0] }, 'request failed')
    return reject(reply, 400, 'the request could not be read')
  })

  const handle = async (endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const arrived = arrivals.get(request) ?? io.monotonic()
    const read = readReview(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
    if (!read.ok) return reject(reply, read.status, read.reason)
    const { outcome, response } = await answer(io, endpoint, read.request, arrived + timeToAnswer(timeoutOf(request)))
    const took = io.monotonic() - arrived
    const { operation, dryRun, namespace, name } = read.request
    io.metrics.answered({ endpoint: endpoint.path, operation, verdict: outcome, dryRun }, took / 1_000)
    const about = { endpoint: endpoint.path, operation, namespace, name, dryRun }
    if (outcome === 'denied') io.log.info({ ...about, codes: response.auditAnnotations?.['codes'] }, 'denied')
    if (took > slowRequest) io.log.warn({ ...about, milliseconds: Math.round(took) }, 'slow request')
    return reply.type('application/json').send(writeReview(response))
  }

  for (const endpoint of endpoints) app.post(endpoint.path, async (request, reply) => handle(endpoint, request, reply))
  return app
}

const timeoutOf = (request: FastifyRequest): unknown => {
  const query: unknown = request.query
  return typeof query === 'object' && query !== null && 'timeout' in query ? query.timeout : undefined
}
