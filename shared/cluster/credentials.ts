import { createHash } from 'node:crypto'
import type { RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'

/** How to reach an API server and who we are there. */
export interface Credentials {
  /** `https://10.0.0.1:6443`, without a slash at its end. */
  readonly server: string
  readonly headers: Readonly<Record<string, string>>
  readonly tls: ConnectionTls
  /** Changes whenever a new connection is needed. */
  readonly connectionDigest: string
}

export interface ConnectionTls {
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
}

const load = (kubeconfig: string | undefined): KubeConfig => {
  const config = new KubeConfig()
  if (kubeconfig === undefined || kubeconfig === '') config.loadFromCluster()
  else config.loadFromFile(kubeconfig)
  return config
}

const pem = (value: RequestOptions['ca'] | RequestOptions['key']): string | Buffer | undefined =>
  typeof value === 'string' || Buffer.isBuffer(value) ? value : undefined

const headerTexts = (headers: RequestOptions['headers']): Record<string, string> =>
  headers === undefined || Array.isArray(headers)
    ? {}
    : Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

const credentialsOf = async (config: KubeConfig): Promise<Credentials> => {
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw new Error('the kubeconfig names no cluster in its current context')
  if (cluster.proxyUrl !== undefined) throw new Error('proxy-url of a kubeconfig is not supported')
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  const [ca, cert, key] = [pem(options.ca), pem(options.cert), pem(options.key)]
  const tls: ConnectionTls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(options.servername === undefined ? {} : { servername: options.servername }),
    ...(options.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: options.rejectUnauthorized }),
  }
  const basic = typeof options.auth === 'string' ? Buffer.from(options.auth).toString('base64') : undefined
  const server = cluster.server.replace(/\/+$/, '')
  const parts = [server, ca, cert, key, tls.servername, tls.rejectUnauthorized]
  return {
    server,
    headers: { ...headerTexts(options.headers), ...(basic === undefined ? {} : { Authorization: `Basic ${basic}` }) },
    tls,
    connectionDigest: createHash('sha256').update(JSON.stringify(parts)).digest('hex'),
  }
}

/**
 * Credentials of one cluster: read from a kubeconfig file, or in a Pod from its service account where no file is given.
 * `current` re-reads files and asks an exec plugin again at most once a period; `reread` starts from nothing (after a
 * 401: the token was rotated).
 */
export class CredentialSource {
  readonly #kubeconfig: string | undefined
  readonly #periodMs: number
  readonly #monotonic: () => number
  #config: KubeConfig | undefined
  #held: { readonly credentials: Promise<Credentials>; readonly at: number } | undefined

  constructor(kubeconfig: string | undefined, monotonic: () => number, periodMs = 60_000) {
    this.#kubeconfig = kubeconfig
    this.#monotonic = monotonic
    this.#periodMs = periodMs
  }

  current(): Promise<Credentials> {
    const held = this.#held
    if (held !== undefined && this.#monotonic() - held.at < this.#periodMs) return held.credentials
    return this.#read()
  }

  /** Reads again, unless somebody did so since these credentials were handed out. */
  async reread(refused: Credentials): Promise<Credentials> {
    const held = this.#held
    if (held !== undefined && (await held.credentials.catch(() => undefined)) !== refused) return held.credentials
    this.#config = undefined
    return this.#read()
  }

  #read(): Promise<Credentials> {
    const credentials = this.#load()
    const held = { credentials, at: this.#monotonic() }
    this.#held = held
    credentials.catch(() => {
      if (this.#held === held) this.#held = undefined
    })
    return credentials
  }

  async #load(): Promise<Credentials> {
    this.#config ??= load(this.#kubeconfig)
    return credentialsOf(this.#config)
  }
}
