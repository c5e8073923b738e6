import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Fault } from '../control-types.ts'
import { control } from './control.ts'
import { Account, type AccountOptions } from './account.ts'
import { type Answer, denial, errorAnswer, outage, type Refusal, refuse, throttling } from './errors.ts'
import { covers } from './faults.ts'
import { type AwsRequest, readRequest } from './request.ts'
import { ProxyState } from './state.ts'

/** The strict proxy in front of moto: one request at a time is judged, counted and passed on. */
export interface Proxy {
  readonly endpoint: string
  stop(): Promise<void>
}

/** Starts the proxy on a free loopback port, on an empty account. */
export async function startProxy(options: AccountOptions & { readonly motoPort: number }): Promise<Proxy> {
  const state = new ProxyState(await Account.open(options))
  const server = createServer((incoming, outgoing) => {
    void serve(state, incoming, outgoing).catch((error: unknown) => {
      respond(outgoing, {
        status: 500,
        headers: { 'content-type': 'text/plain' },
        body: `the emulator failed: ${error instanceof Error ? error.stack : String(error)}`,
      })
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address: string | AddressInfo | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      state.releaseHeld()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      await state.account.close()
    },
  }
}

async function serve(state: ProxyState, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await readBody(incoming)
  const url = new URL(incoming.url ?? '/', 'http://emulator')
  const uncounted = url.pathname.startsWith('/_aws')
  if (url.pathname.startsWith('/_') && !uncounted) return respond(outgoing, await control(state, url, body))
  const request = readRequest(incoming.headers, body)
  if (request === undefined)
    return respond(outgoing, {
      status: 501,
      headers: { 'content-type': 'text/plain' },
      body: 'not a call of elasticloadbalancing, ec2, sts, acm or iam',
    })
  const outcome = await state.inTurn(() => (uncounted ? execute(state, request) : meet(state, request)))
  if (outcome.is === 'answer' && outcome.held) {
    const gone = new AbortController()
    outgoing.once('close', () => gone.abort())
    if (!outgoing.destroyed) await state.hold(gone.signal)
  }
  if (outcome.is === 'cut') incoming.socket.destroy()
  else respond(outgoing, outcome.answer)
}

type Outcome = { readonly is: 'answer'; readonly answer: Answer; readonly held: boolean } | { readonly is: 'cut' }

/** One counted call, with what stands between a client and AWS. */
async function meet(state: ProxyState, request: AwsRequest): Promise<Outcome> {
  const complete = state.count(request)
  const refused = (refusal: Refusal, fault?: Fault): Outcome => {
    complete({ status: refusal.status, errorCode: refusal.code, ...(fault === undefined ? {} : { fault: fault.kind }) })
    return { is: 'answer', answer: errorAnswer(request.service, refusal, state.nextRequestId()), held: false }
  }
  const { unavailable, denied } = state.account.settings
  if (unavailable === 'reset') return { is: 'cut' }
  if (unavailable === 'refuse') return refused(outage(request.service))
  if (denied.some((pattern) => covers(pattern, request))) return refused(denial(request.service, request.action))
  if (!state.throttle.take(request, performance.now())) return refused(throttling(request.service))
  const fault = state.faults.next(request)
  switch (fault?.kind) {
    case 'error-before':
      return refused(refuse(fault.code, fault.message ?? `fault: ${fault.code}`, fault.status), fault)
    case 'throttle':
      return refused(throttling(request.service), fault)
    case 'connection-lost':
      complete({ fault: fault.kind })
      return { is: 'cut' }
    case 'answer-lost':
    case 'hold':
    case undefined: {
      const outcome = await execute(state, request)
      const { status, errorCode } = outcome.answer
      complete({
        status,
        ...(errorCode === undefined ? {} : { errorCode }),
        ...(fault === undefined ? {} : { fault: fault.kind }),
      })
      return fault?.kind === 'answer-lost' ? { is: 'cut' } : { ...outcome, held: fault?.kind === 'hold' }
    }
    default:
      return fault satisfies never
  }
}

async function execute(state: ProxyState, request: AwsRequest): Promise<{ is: 'answer'; answer: Answer; held: false }> {
  return { is: 'answer', answer: await state.account.answer(request, state.nextRequestId()), held: false }
}

function respond(outgoing: ServerResponse, answer: Answer): void {
  if (outgoing.destroyed || outgoing.headersSent) return
  outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
  outgoing.end(answer.body)
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
