import { request } from 'node:http'
import type { CommandResult } from '../local/run.ts'

/** An HTTP request to a listener's loopback port. Without a host the Host header is that of the URL. */
export interface HttpRequest {
  readonly url: string
  readonly host?: string
}

/** The request as a curl command; `-i` shows the status and the headers of the answer. */
export function curlCommand({ url, host }: HttpRequest): readonly string[] {
  return ['curl', '-si', ...(host === undefined ? [] : ['-H', `Host: ${host}`]), url]
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
export function answerTo({ url, host }: HttpRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, headers: host === undefined ? {} : { host } }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.once('error', reject)
      incoming.once('end', () => {
        const status = `HTTP/${incoming.httpVersion} ${incoming.statusCode} ${incoming.statusMessage ?? ''}`
        const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}`)
        resolve([status, ...headers, '', Buffer.concat(chunks).toString('utf8')].join('\n'))
      })
    })
    outgoing.setTimeout(15_000, () => outgoing.destroy(new Error(`no answer from ${url} in 15 seconds`)))
    outgoing.once('error', reject)
    outgoing.end()
  })
}

/** The status of an answer that `curl -i` or `answerTo` told. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/[\d.]+ (\d{3})/.exec(answer)?.[1] ?? 0)
}
