import { readFileSync } from 'node:fs'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { request as requestTls } from 'node:https'
import type { CommandResult } from '../local/run.ts'

/**
 * A request to a listener's loopback port. Without a host the Host header is that of the URL. With an authority (the path of
 * a PEM file) the certificate must be of it, and the host of the URL is taken to be on loopback.
 */
export interface HttpRequest {
  readonly url: string
  readonly host?: string
  readonly authority?: string
}

/** The request as a curl command; `-i` shows the status and the headers of the answer. */
export function curlCommand({ url, host, authority }: HttpRequest): readonly string[] {
  const { hostname, port } = new URL(url)
  return [
    'curl',
    '-si',
    ...(host === undefined ? [] : ['-H', `Host: ${host}`]),
    ...(authority === undefined ? [] : ['--cacert', authority, '--resolve', `${hostname}:${port}:127.0.0.1`]),
    url,
  ]
}

/** Makes the request as curl would where there is no curl; its status is curl's, 7 for a refused connection. */
export async function requestLikeCurl(wanted: HttpRequest): Promise<CommandResult> {
  try {
    return { code: 0, stdout: await answerTo(wanted), stderr: '' }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') {
      return { code: 7, stdout: '', stderr: '' }
    }
    throw error
  }
}

/** The answer's status line, headers and body. */
export function answerTo(wanted: HttpRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = start(wanted, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.once('error', reject)
      incoming.once('end', () => {
        const status = `HTTP/${incoming.httpVersion} ${incoming.statusCode} ${incoming.statusMessage ?? ''}`
        const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}`)
        resolve([status, ...headers, '', Buffer.concat(chunks).toString('utf8')].join('\n'))
      })
    })
    outgoing.setTimeout(15_000, () => outgoing.destroy(new Error(`no answer from ${wanted.url} in 15 seconds`)))
    outgoing.once('error', reject)
    outgoing.end()
  })
}

function start({ url, host, authority }: HttpRequest, answered: (incoming: IncomingMessage) => void): ClientRequest {
  const headers = host === undefined ? {} : { host }
  if (authority === undefined) return request(url, { agent: false, headers }, answered)
  const { hostname, port, pathname, search, host: named } = new URL(url)
  const ca = readFileSync(authority, 'utf8')
  const to = {
    host: '127.0.0.1',
    port,
    path: `${pathname}${search}`,
    servername: hostname,
    headers: { host: named, ...headers },
  }
  return requestTls({ ...to, ca, agent: false }, answered)
}

/** The status of an answer that `curl -i` or `answerTo` told. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/[\d.]+ (\d{3})/.exec(answer)?.[1] ?? 0)
}
