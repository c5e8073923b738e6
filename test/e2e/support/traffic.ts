import { readFileSync } from 'node:fs'
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import { createSecureContext } from 'node:tls'
import type { Stack } from '../../local/stack.ts'
import { eventually } from './kubectl.ts'

/**
 * What is asked, as a URL, and how it is answered: the name of a target, `301 LOCATION`, another status, `no listener`, or
 * the code of an error. Over HTTPS an answer counts only with a certificate for the host.
 */
export type Answers = Readonly<Record<string, string>>

/** An answer that is wrong at its time. */
export interface Loss {
  /** The change during which it came. */
  readonly during: string
  readonly url: string
  readonly answer: string
  readonly wanted: readonly string[]
  /** Milliseconds since the change began. */
  readonly after: number
}

/** What has been asked during one change. */
export interface Counted {
  readonly requests: number
  /** Requests a second. */
  readonly rate: number
  readonly losses: readonly Loss[]
}

interface Expected {
  readonly wanted: readonly string[]
}

/**
 * Asks a load balancer at a steady rate, whatever it answers, and holds each answer against those that are right when the
 * request is sent or answered: one, or during a change of the question's own rule that before and that after it.
 */
export class Traffic {
  readonly #stack: Stack
  readonly #dnsName: string
  readonly #agents: { readonly HTTP: HttpAgent; readonly HTTPS: HttpsAgent }
  readonly #expected = new Map<string, Expected>()
  readonly #last = new Map<string, { readonly answer: string; readonly sent: number }>()
  readonly #ended = new AbortController()
  readonly #open = new Set<Promise<void>>()
  #ports = new Map<string, number>()
  #phase = { name: 'before any change', began: performance.now() }
  #requests = 0
  #losses: Loss[] = []
  #running: Promise<unknown> = Promise.resolve()

  private constructor(stack: Stack, dnsName: string) {
    this.#stack = stack
    this.#dnsName = dnsName
    const secureContext = createSecureContext({ ca: readFileSync(stack.emulator.caFile, 'utf8') })
    this.#agents = {
      HTTP: new HttpAgent({ keepAlive: false }),
      HTTPS: new HttpsAgent({ keepAlive: false, maxCachedSessions: 0, secureContext }),
    }
  }

  static async start(
    stack: Stack,
    of: { readonly dnsName: string; readonly perSecond: number; readonly answers: Answers },
  ): Promise<Traffic> {
    const traffic = new Traffic(stack, of.dnsName)
    traffic.#set(of.answers)
    await traffic.#lookForListeners()
    traffic.#running = Promise.all([traffic.#keepLooking(), traffic.#ask(of.perSecond)])
    return traffic
  }

  /**
   * Makes a change under traffic. `after` has the questions whose answer changes; those may be answered either way until
   * `work` has ended and each of them is answered the new way, and only the new way from then on.
   */
  async during(name: string, after: Answers, work: () => Promise<unknown>): Promise<Counted> {
    this.#phase = { name, began: performance.now() }
    this.#requests = 0
    this.#losses = []
    for (const [url, answer] of Object.entries(after)) this.#allowAlso(url, answer)
    await work()
    const began = performance.now()
    for (const [url, answer] of Object.entries(after)) {
      // oxlint-disable-next-line no-await-in-loop -- all of them are asked meanwhile
      await eventually(
        `${url} to be answered with ${answer}, not ${this.#last.get(url)?.answer ?? 'at all'}`,
        async () => {
          const last = this.#last.get(url)
          return last !== undefined && last.sent > began && last.answer === answer ? true : undefined
        },
        40_000,
      )
    }
    this.#set(after)
    await delay(afterwards)
    await Promise.all(this.#open)
    const seconds = (performance.now() - this.#phase.began) / 1000
    return { requests: this.#requests, rate: this.#requests / seconds, losses: this.#losses }
  }

  async stop(): Promise<void> {
    this.#ended.abort()
    await this.#running
    await Promise.all(this.#open)
    for (const agent of Object.values(this.#agents)) agent.destroy()
  }

  #set(answers: Answers): void {
    for (const [url, answer] of Object.entries(answers)) this.#expected.set(url, { wanted: [answer] })
  }

  #allowAlso(url: string, answer: string): void {
    const { wanted } = this.#wantedFor(url)
    this.#expected.set(url, { wanted: [...wanted, answer] })
  }

  #wantedFor(url: string): Expected {
    const expected = this.#expected.get(url)
    if (expected === undefined) throw new Error(`${url} is not asked`)
    return expected
  }

  async #keepLooking(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await delay(50)
      await this.#lookForListeners()
    }
  }

  async #lookForListeners(): Promise<void> {
    const listeners = await this.#stack.emulator.listeners()
    this.#ports = new Map(
      listeners
        .filter(({ dnsName }) => dnsName === this.#dnsName)
        .map(({ protocol, port, loopbackPort }) => [`${protocol}:${port}`, loopbackPort]),
    )
  }

  async #ask(perSecond: number): Promise<void> {
    const began = performance.now()
    for (let sent = 0; !this.#ended.signal.aborted; sent += 1) {
      const wait = began + (sent * 1000) / perSecond - performance.now()
      if (wait > 0) await delay(wait)
      while (this.#open.size >= mostOpen) await Promise.race(this.#open)
      const urls = [...this.#expected.keys()]
      const url = urls[sent % urls.length]
      if (url === undefined) throw new Error('nothing to ask')
      const one = this.#askOne(url)
      this.#open.add(one)
      void one.finally(() => this.#open.delete(one))
    }
  }

  async #askOne(url: string): Promise<void> {
    const { wanted: wantedAtFirst } = this.#wantedFor(url)
    const sent = performance.now()
    this.#requests += 1
    const { answer, told } = await this.#answerOf(new URL(url))
    this.#last.set(url, { answer, sent })
    const wanted = [...new Set([...wantedAtFirst, ...this.#wantedFor(url).wanted])]
    if (wanted.includes(answer)) return
    const { name: during, began } = this.#phase
    const after = Math.round(performance.now() - began)
    this.#losses.push({ during, url, answer: told === '' ? answer : `${answer} (${told})`, wanted, after })
  }

  /** A connection that is cut or refused because the listener has just gone counts as none. */
  async #answerOf(url: URL): Promise<{ answer: string; told: string }> {
    const first = await this.#answerTo(url)
    if (!['ECONNREFUSED', 'ECONNRESET'].includes(first.answer)) return first
    await this.#lookForListeners()
    return this.#portFor(url) === undefined ? noListener : first
  }

  #portFor({ protocol, port }: URL): number | undefined {
    return this.#ports.get(protocol === 'https:' ? `HTTPS:${port || 443}` : `HTTP:${port || 80}`)
  }

  async #answerTo(url: URL): Promise<{ answer: string; told: string }> {
    const { protocol, hostname, pathname } = url
    const loopbackPort = this.#portFor(url)
    if (loopbackPort === undefined) return noListener
    const to = {
      host: '127.0.0.1',
      port: loopbackPort,
      path: pathname,
      headers: { host: hostname },
      timeout: longestWait,
    }
    return new Promise((resolve) => {
      const read = (incoming: IncomingMessage): void => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.once('error', (error) => resolve(failed(error)))
        incoming.once('end', () => {
          const { statusCode = 0, headers } = incoming
          const body = Buffer.concat(chunks).toString()
          const answer =
            statusCode === 200
              ? body
              : headers.location === undefined
                ? `${statusCode}`
                : `${statusCode} ${headers.location}`
          resolve({ answer, told: String(headers['x-rule'] ?? '') })
        })
      }
      const outgoing =
        protocol === 'https:'
          ? httpsRequest({ ...to, servername: hostname, agent: this.#agents.HTTPS }, read)
          : httpRequest({ ...to, agent: this.#agents.HTTP }, read)
      outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer in ${longestWait} ms`)))
      outgoing.once('error', (error) => resolve(failed(error)))
      outgoing.end()
    })
  }
}

/** Where the machine does not keep up, requests are held back: the queue would be measured, not the load balancer. */
const mostOpen = 200

/** After so many milliseconds a request is lost. */
const longestWait = 30_000

const noListener = { answer: 'no listener', told: '' }

/** How long a change is watched after its end, in milliseconds. */
const afterwards = 250

const failed = (error: Error): { answer: string; told: string } => ({
  answer: 'code' in error ? String(error.code) : error.message,
  told: '',
})

/** A loss on one line, for people. */
export const tellLoss = ({ during, url, answer, wanted, after }: Loss): string =>
  `${during}, +${after} ms: ${url} was answered with ${answer} instead of ${wanted.join(' or ')}`
