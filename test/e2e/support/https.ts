import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect } from 'node:tls'
import { setTimeout as delay } from 'node:timers/promises'
import type { Stack } from '../../local/stack.ts'
import { type Answered, get } from './aws.ts'

/** A GET request to an HTTPS listener's loopback port, as `curl --cacert CA --resolve HOST:443:127.0.0.1` makes it. */
export const getHttps = (stack: Stack, port: number, path: string, host: string): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const ca = readFileSync(stack.emulator.caFile, 'utf8')
    const options = { host: '127.0.0.1', port, path, servername: host, headers: { host }, ca, agent: false }
    const outgoing = request(options, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.once('error', reject)
      incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
    })
    outgoing.setTimeout(15_000, () => outgoing.destroy(new Error(`no answer from port ${port} in 15 s`)))
    outgoing.once('error', reject)
    outgoing.end()
  })

/** The names of the certificate that a listener presents for a server name, once its chain is found to be trusted. */
export const presented = async (stack: Stack, port: number, servername: string): Promise<string | undefined> => {
  const ca = readFileSync(stack.emulator.caFile, 'utf8')
  const socket = connect({ host: '127.0.0.1', port, ca, servername, checkServerIdentity: () => undefined })
  await once(socket, 'secureConnect')
  const { subjectaltname } = socket.getPeerCertificate()
  socket.destroy()
  return subjectaltname
}

/** What a client saw that asked again and again while something went on. */
export interface Polled {
  /** Answers of 200, by the protocol that gave them. */
  readonly served: Readonly<Record<'HTTP' | 'HTTPS', number>>
  /** What was seen at moments when neither protocol answered 200. */
  readonly lost: readonly string[]
}

/**
 * Asks a load balancer every 50 ms while `work` goes on: over HTTP, and over HTTPS where HTTP does not answer 200; with
 * `always` over HTTPS each time.
 */
export const whileAsking = async (
  stack: Stack,
  wanted: { readonly dnsName: string; readonly host: string; readonly always?: true },
  work: () => Promise<void>,
): Promise<Polled> => {
  const ended = new AbortController()
  const served = { HTTP: 0, HTTPS: 0 }
  const lost: string[] = []
  const ask = async (protocol: 'HTTP' | 'HTTPS'): Promise<string> => {
    const port = (await stack.emulator.listeners()).find(
      (one) => one.dnsName === wanted.dnsName && one.protocol === protocol,
    )?.loopbackPort
    if (port === undefined) return `${protocol}: no listener`
    const { status } = await (protocol === 'HTTP'
      ? get(port, '/', wanted.host)
      : getHttps(stack, port, '/', wanted.host))
    if (status === 200) served[protocol] += 1
    return `${protocol}: ${status}`
  }
  const tried = (protocol: 'HTTP' | 'HTTPS'): Promise<string> =>
    ask(protocol).catch((error: unknown) => `${protocol}: ${String(error)}`)
  const polling = (async () => {
    while (!ended.signal.aborted) {
      const first = wanted.always === true ? 'HTTPS: asked alone' : await tried('HTTP')
      if (first !== 'HTTP: 200') {
        const second = await tried('HTTPS')
        if (second !== 'HTTPS: 200') lost.push(`${first}, ${second}`)
      }
      await delay(50)
    }
  })()
  try {
    await work()
  } finally {
    ended.abort()
    await polling
  }
  return { served, lost }
}
