import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import type { Clock } from '../shared/process/clock.ts'
import type { Log } from '../shared/process/log.ts'

/** Where the certificate chain and its key are, as PEM. */
export interface PairFiles {
  readonly certificateFile: string
  readonly keyFile: string
}

/** A certificate and the key that belongs to it. */
export interface Pair {
  readonly certificate: Buffer
  readonly key: Buffer
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly notAfter: number
  /** Whether clients may call the server by this DNS name. */
  readonly names: (host: string) => boolean
}

/** Forward secrecy and authenticated encryption only; the first three are of TLS 1.3. */
const cipherSuites = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
]

/** What a context is made of; a reload replaces all of it. */
export const secureContext = (pair: Pair): SecureContextOptions => ({
  cert: pair.certificate,
  key: pair.key,
  minVersion: 'TLSv1.2',
  ciphers: cipherSuites.join(':'),
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
})

/** Options of the HTTPS server. The API server asks webhooks for `http/1.1` by ALPN. */
export const tlsOptions = (pair: Pair): TlsOptions => ({
  ...secureContext(pair),
  ALPNProtocols: ['http/1.1'],
  handshakeTimeout: 5_000,
})

/** Parses a pair; throws when the key is not that of the certificate or when the certificate is not valid at `now`. */
export const parsePair = (certificate: Buffer, key: Buffer, now: number): Pair => {
  const parsed = new X509Certificate(certificate)
  if (!parsed.checkPrivateKey(createPrivateKey(key))) throw new Error('the key does not belong to the certificate')
  const notBefore = parsed.validFromDate.getTime()
  const notAfter = parsed.validToDate.getTime()
  if (now < notBefore) throw new Error('the certificate is not valid yet')
  if (now >= notAfter) throw new Error('the certificate has expired')
  return { certificate, key, notBefore, notAfter, names: (host) => parsed.checkHost(host) !== undefined }
}

/** What a `ServingCertificate` works with. */
export interface CertificateIo {
  readonly files: PairFiles
  readonly clock: Clock
  readonly log: Log
  /** Time between two looks at the files, in milliseconds. */
  readonly pollMs: number
  readonly onLoaded: (pair: Pair) => void
  readonly onNotLoaded: () => void
}

interface Contents {
  readonly certificate: Buffer
  readonly key: Buffer
}

/**
 * The pair that is served. The files are read again and again, because kubelet swaps a directory and tells nobody; a new
 * pair counts only if key and certificate match and it is valid now, else the old one stays. Open connections go on.
 */
export class ServingCertificate {
  readonly #io: CertificateIo
  #pair: Pair | undefined
  #seen: Contents | undefined
  #told = ''

  constructor(io: CertificateIo) {
    this.#io = io
  }

  /** The pair that is served; `undefined` until one could be loaded. */
  get pair(): Pair | undefined {
    return this.#pair
  }

  /** Looks at the files once. */
  async check(): Promise<void> {
    const { files, clock, log } = this.#io
    try {
      const [certificate, key] = await Promise.all([readFile(files.certificateFile), readFile(files.keyFile)])
      if (this.#seen?.certificate.equals(certificate) === true && this.#seen.key.equals(key)) return
      const pair = parsePair(certificate, key, clock.now())
      this.#io.onLoaded(pair)
      this.#pair = pair
      this.#seen = { certificate, key }
      this.#told = ''
      log.info({ notAfter: new Date(pair.notAfter) }, 'certificate loaded')
    } catch (error) {
      this.#io.onNotLoaded()
      const reason = error instanceof Error ? error.message : String(error)
      if (reason === this.#told) return
      this.#told = reason
      log.warn({ reason, files, serving: this.#pair !== undefined }, 'certificate not loaded')
    }
  }

  /** Waits for the first pair. */
  async first(signal: AbortSignal): Promise<Pair> {
    await this.check()
    while (this.#pair === undefined) {
      await this.#io.clock.sleep(Math.min(1_000, this.#io.pollMs), signal)
      await this.check()
    }
    return this.#pair
  }

  /** Looks at the files until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#io.clock.sleep(this.#io.pollMs, signal)
      } catch (error) {
        if (signal.aborted) return
        throw error
      }
      await this.check()
    }
  }
}
