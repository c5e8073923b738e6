import { Agent, request } from 'undici'
import type { Dispatcher } from 'undici'
import { abortAfter, systemClock } from '../process/clock.ts'
import type { Clock } from '../process/clock.ts'
import type { Log } from '../process/log.ts'
import { CredentialSource } from './credentials.ts'
import type { Credentials } from './credentials.ts'
import { ClusterError, answerError, networkError } from './errors.ts'
import { eachLine } from './lines.ts'

export { ClusterError } from './errors.ts'

export interface ClusterCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/apis/networking.k8s.io/v1/ingresses`; names in it are already escaped. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** `application/json` where absent; a PATCH names its kind (Kubernetes, "Update API Objects in Place"). */
  readonly contentType?: string
  readonly signal?: AbortSignal
  /** Of the whole call, its repetitions included; 15 s where absent. */
  readonly timeoutMs?: number
}

/** Raw JSON requests to one API server over one pool of connections. */
export interface ClusterClient {
  /**
   * @returns the JSON of a 2xx answer
   * @throws ClusterError classified by remedy; the signal's reason where the caller's signal is aborted
   */
  request(call: ClusterCall): Promise<unknown>
  /**
   * Streams a watch line by line until the server ends it.
   * @throws ClusterError for an answer that is not 2xx or a connection that breaks, and whatever `onLine` throws
   */
  watch(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    onLine: (line: string) => void,
  ): Promise<void>
  close(): Promise<void>
}

export interface ClusterClientOptions {
  /** Path of a kubeconfig; without one the Pod's service account is used. */
  readonly kubeconfig?: string
  readonly log: Log
  readonly clock?: Clock
  readonly userAgent?: string
}

const defaultTimeoutMs = 15_000
const connectTimeoutMs = 5_000
const watchHeadersTimeoutMs = 30_000
const mostThrottledRepeats = 3
const defaultRetryAfterMs = 1_000
const longestRetryAfterMs = 10_000

class UndiciClusterClient implements ClusterClient {
  readonly #credentials: CredentialSource
  readonly #log: Log
  readonly #clock: Clock
  readonly #userAgent: string
  #pool: { readonly digest: string; readonly agent: Agent } | undefined

  constructor(options: ClusterClientOptions) {
    this.#clock = options.clock ?? systemClock
    this.#credentials = new CredentialSource(options.kubeconfig, this.#clock.monotonic)
    this.#log = options.log
    this.#userAgent = options.userAgent ?? 'alb-ingress-controller'
  }

  async request(call: ClusterCall): Promise<unknown> {
    const deadline = this.#clock.monotonic() + (call.timeoutMs ?? defaultTimeoutMs)
    for (let repeats = 0; ; repeats += 1) {
      try {
        return await this.#authorised((credentials) => this.#once(call, credentials, deadline))
      } catch (error) {
        const wait = this.#throttledWait(error, repeats, deadline)
        if (wait === undefined) throw error
        await this.#clock.sleep(wait, call.signal)
      }
    }
  }

  async watch(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    onLine: (line: string) => void,
  ): Promise<void> {
    const name = `WATCH ${path}`
    const answer = await this.#authorised(async (credentials) => {
      const response = await this.#send(
        name,
        false,
        signal,
        credentials,
        path,
        { ...query, watch: '1' },
        {
          method: 'GET',
          headersTimeout: watchHeadersTimeoutMs,
          bodyTimeout: 0,
        },
      )
      await refuseFailure(name, false, response)
      return response
    })
    const failures: { thrown: unknown }[] = []
    try {
      await eachLine(answer.body, (line) => {
        try {
          onLine(line)
        } catch (thrown) {
          failures.push({ thrown })
          throw thrown
        }
      })
    } catch (error) {
      signal.throwIfAborted()
      throw failures[0] === undefined ? networkError(name, false, error) : failures[0].thrown
    }
  }

  async close(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    await pool?.agent.destroy()
  }

  /** The wait before a throttled call is sent again; none where it does not fit. */
  #throttledWait(error: unknown, repeats: number, deadline: number): number | undefined {
    if (!(error instanceof ClusterError) || error.remedy !== 'throttled' || repeats >= mostThrottledRepeats) {
      return undefined
    }
    const asked = error.retryAfterMs ?? defaultRetryAfterMs
    const wait = asked * (1 + Math.random() * 0.2)
    return asked <= longestRetryAfterMs && this.#clock.monotonic() + wait < deadline ? wait : undefined
  }

  /** Runs once more with credentials read afresh where the server refused those at hand. */
  async #authorised<T>(send: (credentials: Credentials) => Promise<T>): Promise<T> {
    const credentials = await this.#credentials.current()
    try {
      return await send(credentials)
    } catch (error) {
      if (!(error instanceof ClusterError) || error.remedy !== 'unauthorized') throw error
      this.#log.debug('reading cluster credentials again')
      return send(await this.#credentials.reread(credentials))
    }
  }

  async #once(call: ClusterCall, credentials: Credentials, deadline: number): Promise<unknown> {
    const name = `${call.method} ${call.path}`
    const writes = call.method !== 'GET'
    const left = Math.max(1, Math.ceil(deadline - this.#clock.monotonic()))
    const timeout = abortAfter(left)
    const signal = call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout])
    try {
      const response = await this.#send(name, writes, signal, credentials, call.path, call.query ?? {}, {
        method: call.method,
        headersTimeout: left,
        bodyTimeout: left,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        contentType: call.contentType ?? 'application/json',
      })
      await refuseFailure(name, writes, response)
      const text = await response.body.text()
      return text === '' ? undefined : (JSON.parse(text) as unknown)
    } catch (error) {
      call.signal?.throwIfAborted()
      throw error instanceof ClusterError ? error : networkError(name, writes, error)
    }
  }

  async #send(
    name: string,
    writes: boolean,
    signal: AbortSignal,
    credentials: Credentials,
    path: string,
    query: Readonly<Record<string, string>>,
    options: {
      readonly method: ClusterCall['method']
      readonly headersTimeout: number
      readonly bodyTimeout: number
      readonly body?: string
      readonly contentType?: string
    },
  ): Promise<Dispatcher.ResponseData> {
    const { contentType, ...rest } = options
    const search = new URLSearchParams(query).toString()
    try {
      return await request(`${credentials.server}${path}${search === '' ? '' : `?${search}`}`, {
        ...rest,
        dispatcher: this.#agent(credentials),
        signal,
        headers: {
          ...credentials.headers,
          accept: 'application/json',
          'user-agent': this.#userAgent,
          ...(rest.body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
        },
      })
    } catch (error) {
      throw signal.aborted ? error : networkError(name, writes, error)
    }
  }

  /** The one pool; replaced when the server, the CA or our own certificate changes. */
  #agent(credentials: Credentials): Agent {
    if (this.#pool?.digest === credentials.connectionDigest) return this.#pool.agent
    const old = this.#pool
    const agent = new Agent({
      allowH2: false,
      connections: 64,
      keepAliveTimeout: 60_000,
      connect: { ...credentials.tls, timeout: connectTimeoutMs, keepAlive: true, keepAliveInitialDelay: 30_000 },
    })
    this.#pool = { digest: credentials.connectionDigest, agent }
    old?.agent.close().catch((error: unknown) => {
      this.#log.warn({ err: error }, 'closing old connections to the API server')
    })
    return agent
  }
}

const refuseFailure = async (name: string, writes: boolean, response: Dispatcher.ResponseData): Promise<void> => {
  if (response.statusCode >= 200 && response.statusCode < 300) return
  const text = await response.body.text()
  const retryAfter = response.headers['retry-after']
  const header = typeof retryAfter === 'string' ? retryAfter : undefined
  throw answerError(name, writes, response.statusCode, parsedOr(text), header)
}

const parsedOr = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A client of the API server that a kubeconfig (or the Pod's service account) names. Connects on the first call. */
export const createClusterClient = (options: ClusterClientOptions): ClusterClient => new UndiciClusterClient(options)
