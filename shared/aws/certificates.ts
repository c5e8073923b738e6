import type { CertificateSummary, KeyAlgorithm } from '@aws-sdk/client-acm'
import { readArn } from '../annotation/codecs/arn.ts'
import type { Certificate } from '../ingress/facts.ts'
import { describeCertificate, listCertificates } from './acm.ts'
import type { Aws } from './client.ts'
import { hasRemedy } from './errors.ts'
import { getServerCertificate } from './iam.ts'
import { tokenPages } from './pages.ts'
import { readAcmCertificate, readCertificateSummary, readServerCertificate } from './read/certificate.ts'

/** Without a filter, ACM lists certificates with RSA keys of 1024 and 2048 bits only (ACM API, `ListCertificates`). */
const keyTypes: KeyAlgorithm[] = [
  'RSA_1024',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'EC_prime256v1',
  'EC_secp384r1',
  'EC_secp521r1',
]

/** Details of a certificate hold for so long, unless the list shows another status or end. */
const detailsHoldMs = 10 * 60_000

/** A list as old as this answers for single certificates too. */
const listHoldMs = 2000

/** Certificates are read one by one up to so many in a while; for more of them the list costs less. */
const few = 3
const aWhileMs = 10_000

interface Held {
  readonly fingerprint: string
  readonly at: number
  readonly certificate: Certificate
}

interface Listed {
  readonly at: number
  readonly summaries: ReadonlyMap<string, CertificateSummary>
}

/**
 * The certificates of the region: one paged list, and details of those of which it does not tell all. A few that are named
 * are read by themselves, many are looked up in the list: ACM answers no more than ten DescribeCertificate a second.
 */
export class Certificates {
  readonly #aws: Aws
  readonly #details = new Map<string, Held>()
  #listed: Listed | undefined
  #listing: Promise<Listed> | undefined
  /** When single certificates were read lately. */
  #readAt: readonly number[] = []
  #refusedAt = -Infinity

  constructor(aws: Aws) {
    this.#aws = aws
  }

  async all(signal: AbortSignal): Promise<readonly Certificate[]> {
    const { summaries } = await this.#list(signal)
    const read = await Promise.all([...summaries].map(([arn, summary]) => this.#detailed(arn, summary, signal)))
    for (const arn of this.#details.keys()) if (!summaries.has(arn)) this.#details.delete(arn)
    return read.flatMap((certificate) => certificate ?? [])
  }

  /** A certificate of ACM or IAM; undefined when there is none. */
  async one(arn: string, signal: AbortSignal): Promise<Certificate | undefined> {
    const parts = readArn(arn)
    if (parts?.service === 'iam') return this.#ofIam(arn, parts.resource.split('/').at(-1) ?? '', signal)
    const summary = await this.#inList(arn, signal)
    const listed = summary === undefined ? undefined : readCertificateSummary(summary)
    if (listed !== undefined) return listed
    this.#readAt = [...this.#readAt, this.#now()]
    return this.#describe(arn, signal)
  }

  async #detailed(arn: string, summary: CertificateSummary, signal: AbortSignal): Promise<Certificate | undefined> {
    const listed = readCertificateSummary(summary)
    if (listed !== undefined) return listed
    const fingerprint = JSON.stringify([summary.Status, summary.NotAfter, summary.InUse, summary.RenewalEligibility])
    const held = this.#details.get(arn)
    const now = this.#now()
    if (held !== undefined && held.fingerprint === fingerprint && now - held.at < detailsHoldMs) return held.certificate
    const certificate = await this.#describe(arn, signal)
    if (certificate !== undefined) this.#details.set(arn, { fingerprint, at: now, certificate })
    return certificate
  }

  /** A certificate in a list that is at hand, or that is worth its call; a list that is refused tells of none. */
  async #inList(arn: string, signal: AbortSignal): Promise<CertificateSummary | undefined> {
    const now = this.#now()
    this.#readAt = this.#readAt.filter((at) => now - at < aWhileMs)
    if (!this.#isFresh() && (this.#readAt.length < few || now - this.#refusedAt < aWhileMs)) return undefined
    try {
      return (await this.#list(signal)).summaries.get(arn)
    } catch (error) {
      if (!hasRemedy(error, 'denied', 'throttled')) throw error
      this.#refusedAt = now
      return undefined
    }
  }

  /** One list for all who ask meanwhile and shortly after. */
  async #list(signal: AbortSignal): Promise<Listed> {
    if (this.#listed !== undefined && this.#isFresh()) return this.#listed
    this.#listing ??= this.#listNow(signal).finally(() => {
      this.#listing = undefined
    })
    return this.#listing
  }

  async #listNow(signal: AbortSignal): Promise<Listed> {
    const at = this.#now()
    const summaries = await tokenPages(
      this.#aws,
      listCertificates,
      { Includes: { keyTypes }, MaxItems: 1000 },
      (output) => output.CertificateSummaryList,
      signal,
    )
    const named = summaries.flatMap((summary) =>
      summary.CertificateArn === undefined ? [] : [[summary.CertificateArn, summary] as const],
    )
    this.#listed = { at, summaries: new Map(named) }
    return this.#listed
  }

  #isFresh(): boolean {
    return this.#listed !== undefined && this.#now() - this.#listed.at < listHoldMs
  }

  #now(): number {
    return this.#aws.clock.monotonic()
  }

  async #describe(arn: string, signal: AbortSignal): Promise<Certificate | undefined> {
    const output = await absent(this.#aws.call(describeCertificate, { CertificateArn: arn }, signal))
    return output?.Certificate === undefined ? undefined : readAcmCertificate(output.Certificate)
  }

  async #ofIam(arn: string, name: string, signal: AbortSignal): Promise<Certificate | undefined> {
    const output = await absent(this.#aws.call(getServerCertificate, { ServerCertificateName: name }, signal))
    const found = output?.ServerCertificate === undefined ? undefined : readServerCertificate(output.ServerCertificate)
    return found?.arn === arn ? found : undefined
  }
}

/** The answer to a call; undefined where AWS says that what was named is not there. */
const absent = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer
  } catch (error) {
    if (hasRemedy(error, 'not-found')) return undefined
    throw error
  }
}
