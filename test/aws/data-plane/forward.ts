import { randomBytes } from 'node:crypto'
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { TargetAddress } from '../control-types.ts'
import type { Listener } from '../proxy/model.ts'

const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/**
 * Passes a request on to a target and its answer back, with the headers that a load balancer adds ("HTTP headers and
 * Application Load Balancers"). No connection: 502; no answer in time: 504.
 */
export function forwardTo(
  address: TargetAddress,
  request: {
    readonly incoming: IncomingMessage
    readonly outgoing: ServerResponse
    readonly listener: Pick<Listener, 'protocol' | 'port'>
    /** Of the target group: `HTTP` or `HTTPS`. A load balancer does not verify the certificates of targets. */
    readonly protocol: string
    /** For the response header `x-rule`. */
    readonly rule: string
    /** Milliseconds. */
    readonly timeout: number
  },
): Promise<void> {
  const { incoming, outgoing, listener, protocol, rule, timeout } = request
  return new Promise((resolve) => {
    outgoing.once('close', resolve)
    const fail = (status: number) => {
      if (outgoing.headersSent) outgoing.destroy()
      else errorPage(outgoing, status, { 'x-rule': rule })
    }
    const send = protocol === 'HTTPS' ? httpsRequest : httpRequest
    const toTarget = send(
      {
        ...address,
        rejectUnauthorized: false,
        method: incoming.method,
        path: incoming.url,
        agent: false,
        headers: withForwarded(incoming, listener),
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer.headers), 'x-rule': rule })
        answer.once('error', () => outgoing.destroy())
        answer.pipe(outgoing)
      },
    )
    let late = false
    toTarget.setTimeout(timeout, () => {
      late = true
      toTarget.destroy()
    })
    toTarget.once('error', () => fail(late ? 504 : 502))
    outgoing.once('close', () => toTarget.destroy())
    incoming.pipe(toTarget)
  })
}

/** A page of the load balancer itself. */
export function errorPage(outgoing: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  const title = `${status} ${status === 503 ? 'Service Temporarily Unavailable' : (STATUS_CODES[status] ?? '')}`
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`
  outgoing.writeHead(status, {
    server: 'awselb/2.0',
    'content-type': 'text/html',
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  outgoing.end(body)
}

function withForwarded(
  incoming: IncomingMessage,
  listener: Pick<Listener, 'protocol' | 'port'>,
): Record<string, string | string[]> {
  const headers = endToEnd(incoming.headers)
  const client = incoming.socket.remoteAddress ?? ''
  const before = incoming.headers['x-forwarded-for']
  const trace = incoming.headers['x-amzn-trace-id']
  const root = `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`
  return {
    ...headers,
    'x-forwarded-for': before === undefined ? client : `${String(before)}, ${client}`,
    'x-forwarded-port': String(listener.port),
    'x-forwarded-proto': listener.protocol.toLowerCase(),
    'x-amzn-trace-id': trace === undefined ? `Root=${root}` : `Self=${root};${String(trace)}`,
  }
}

/** Headers without those that concern one connection only. */
function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.includes(name) || named.includes(name) ? [] : [[name, value]],
    ),
  )
}
