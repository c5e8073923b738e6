import { createHash } from 'node:crypto'
import type { CertificateChange } from '../../control-types.ts'
import type { ReadCertificate } from './read-pem.ts'

/** States of a certificate in ACM (API reference, CertificateDetail); `EXPIRED` follows from its validity. */
export type CertificateStatus =
  | 'PENDING_VALIDATION'
  | 'ISSUED'
  | 'INACTIVE'
  | 'EXPIRED'
  | 'VALIDATION_TIMED_OUT'
  | 'REVOKED'
  | 'FAILED'

/** A certificate in ACM. Times are milliseconds since 1970. */
export interface AcmCertificate {
  readonly arn: string
  readonly type: 'IMPORTED' | 'AMAZON_ISSUED' | 'PRIVATE'
  readonly status: CertificateStatus
  readonly domain: string
  readonly names: readonly string[]
  readonly keyAlgorithm: string
  readonly createdAt: number
  /** When it was issued or imported. */
  readonly issuedAt?: number
  /** What stands in it; one that was never issued has none. */
  readonly content?: Omit<ReadCertificate, 'domain' | 'names' | 'keyAlgorithm'>
  readonly pem?: { readonly certificate: string; readonly chain?: string }
  readonly validationMethod?: string
  readonly failureReason?: string
  readonly renewalEligibility?: string
  readonly authorityArn?: string
  readonly idempotencyToken?: string
  readonly tags: ReadonlyMap<string, string>
}

/** A server certificate in IAM. Times are milliseconds since 1970. */
export interface ServerCertificate {
  readonly arn: string
  readonly id: string
  readonly name: string
  readonly path: string
  readonly pem: { readonly certificate: string; readonly chain?: string }
  readonly content: ReadCertificate
  readonly uploadedAt: number
  readonly tags: ReadonlyMap<string, string>
}

/** What a listener needs to know of a certificate. */
export interface ListenerCertificate {
  readonly arn: string
  readonly names: readonly string[]
  /** Milliseconds since 1970. */
  readonly notAfter: number
  /** Why no listener takes it, or nothing. */
  readonly unusable?: string
}

/**
 * The certificates of ACM, of all regions, and of IAM. The proxy keeps them itself: moto has neither paging, key types nor
 * users of ACM's, and one validity for all of IAM's.
 */
export class CertificateStore {
  /** By ARN. */
  readonly acm = new Map<string, AcmCertificate>()
  /** By name. */
  readonly iam = new Map<string, ServerCertificate>()
  #made = 0

  /** A new id in the form of ACM's; the same one each time after a clear. */
  nextId(): string {
    this.#made += 1
    const digits = createHash('sha256').update(`certificate ${this.#made}`).digest('hex')
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      digits.slice(12, 16),
      digits.slice(16, 20),
      digits.slice(20, 32),
    ].join('-')
  }

  /** The certificate with an ARN of either service. */
  find(arn: string): ListenerCertificate | undefined {
    const acm = this.acm.get(arn)
    if (acm !== undefined) {
      const unusable = unusableBecause(acm)
      const { names } = acm
      const notAfter = acm.content?.notAfter ?? Infinity
      return { arn, names, notAfter, ...(unusable === undefined ? {} : { unusable }) }
    }
    const server = [...this.iam.values()].find((certificate) => certificate.arn === arn)
    return server === undefined ? undefined : { arn, names: server.content.names, notAfter: server.content.notAfter }
  }

  /** What happens to a certificate of ACM without a call. */
  change(arn: string, { notBefore, notAfter, ...change }: CertificateChange): void {
    const before = this.acm.get(arn)
    if (before === undefined) throw new Error(`no such certificate in ACM: ${arn}`)
    const base = change.status === 'ISSUED' && before.content === undefined ? issued(before) : before
    const validity = {
      ...(notBefore === undefined ? {} : { notBefore: Date.parse(notBefore) }),
      ...(notAfter === undefined ? {} : { notAfter: Date.parse(notAfter) }),
    }
    if (base.content === undefined && Object.keys(validity).length > 0)
      throw new Error(`${arn} was never issued, so it has no validity`)
    const content = base.content === undefined ? {} : { content: { ...base.content, ...validity } }
    this.acm.set(arn, { ...base, ...change, ...content })
  }

  clear(): void {
    this.acm.clear()
    this.iam.clear()
    this.#made = 0
  }
}

/** A certificate that was issued is EXPIRED after the end of its validity. */
export function statusOf(certificate: AcmCertificate): CertificateStatus {
  const isOver = certificate.content !== undefined && certificate.content.notAfter < Date.now()
  return certificate.status === 'ISSUED' && isOver ? 'EXPIRED' : certificate.status
}

/** Key algorithms that an Application Load Balancer takes ("SSL certificates for your Application Load Balancer"). */
const usableKeys = ['RSA_1024', 'RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_prime256v1', 'EC_secp384r1', 'EC_secp521r1']

function unusableBecause(certificate: AcmCertificate): string | undefined {
  const status = statusOf(certificate)
  if (status !== 'ISSUED') return `its status is ${status}`
  return usableKeys.includes(certificate.keyAlgorithm) ? undefined : `its key is ${certificate.keyAlgorithm}`
}

/** A certificate once its validation is done: valid for 395 days from now. */
export function issued(certificate: AcmCertificate): AcmCertificate {
  const now = Date.now()
  const serial = createHash('sha256').update(certificate.arn).digest('hex').slice(0, 32)
  return {
    ...certificate,
    status: 'ISSUED',
    issuedAt: now,
    content: {
      serial: (serial.match(/../g) ?? []).join(':'),
      subject: `CN=${certificate.domain}`,
      issuer: 'Amazon',
      signatureAlgorithm: 'SHA256WITHRSA',
      notBefore: now,
      notAfter: now + 395 * 86_400_000,
    },
  }
}
