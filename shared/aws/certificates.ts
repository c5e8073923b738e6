import type { KeyAlgorithm } from '@aws-sdk/client-acm'
import { readArn } from '../annotation/codecs/arn.ts'
import type { Certificate } from '../ingress/facts.ts'
import { describeCertificate, listCertificates } from './acm.ts'
import type { Aws } from './client.ts'
import { hasRemedy } from './errors.ts'
import { getServerCertificate } from './iam.ts'
import { tokenPages } from './pages.ts'
import { readAcmCertificate, readServerCertificate } from './read/certificate.ts'

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

interface Held {
  readonly fingerprint: string
  readonly at: number
  readonly certificate: Certificate
}

/**
 * The certificates of the region: one paged list, and details of those that are new or changed in it. One certificate is
 * read by itself.
 */
export class Certificates {
  readonly #aws: Aws
  readonly #details = new Map<string, Held>()

  constructor(aws: Aws) {
    this.#aws = aws
  }

  async all(signal: AbortSignal): Promise<readonly Certificate[]> {
    const summaries = await tokenPages(
      this.#aws,
      listCertificates,
      { Includes: { keyTypes }, MaxItems: 1000 },
      (output) => output.CertificateSummaryList,
      signal,
    )
    const read = await Promise.all(
      summaries.map(async (summary) => {
        const { CertificateArn: arn } = summary
        if (arn === undefined) return undefined
        const fingerprint = JSON.stringify([
          summary.Status,
          summary.NotAfter,
          summary.InUse,
          summary.RenewalEligibility,
        ])
        const held = this.#details.get(arn)
        const now = this.#aws.clock.monotonic()
        if (held !== undefined && held.fingerprint === fingerprint && now - held.at < detailsHoldMs)
          return held.certificate
        const certificate = await this.one(arn, signal)
        if (certificate !== undefined) this.#details.set(arn, { fingerprint, at: now, certificate })
        return certificate
      }),
    )
    const listed = new Set(summaries.map(({ CertificateArn: arn }) => arn))
    for (const arn of this.#details.keys()) if (!listed.has(arn)) this.#details.delete(arn)
    return read.flatMap((certificate) => certificate ?? [])
  }

  /** A certificate of ACM or IAM; undefined when there is none. */
  async one(arn: string, signal: AbortSignal): Promise<Certificate | undefined> {
    try {
      const parts = readArn(arn)
      if (parts?.service === 'iam') {
        const name = parts.resource.split('/').at(-1) ?? ''
        const output = await this.#aws.call(getServerCertificate, { ServerCertificateName: name }, signal)
        const found =
          output.ServerCertificate === undefined ? undefined : readServerCertificate(output.ServerCertificate)
        return found?.arn === arn ? found : undefined
      }
      const output = await this.#aws.call(describeCertificate, { CertificateArn: arn }, signal)
      return output.Certificate === undefined ? undefined : readAcmCertificate(output.Certificate)
    } catch (error) {
      if (hasRemedy(error, 'not-found')) return undefined
      throw error
    }
  }
}
