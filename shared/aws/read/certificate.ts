import { X509Certificate } from 'node:crypto'
import type { CertificateDetail, CertificateSummary } from '@aws-sdk/client-acm'
import type { ServerCertificate } from '@aws-sdk/client-iam'
import type { Certificate } from '../../ingress/facts.ts'

/** A certificate as ACM answers it (ACM API, `CertificateDetail`). */
export const readAcmCertificate = (answer: CertificateDetail): Certificate | undefined => {
  const { CertificateArn: arn, KeyAlgorithm: keyAlgorithm } = answer
  if (arn === undefined) return undefined
  const names = new Set([
    ...(answer.DomainName === undefined ? [] : [answer.DomainName]),
    ...(answer.SubjectAlternativeNames ?? []),
  ])
  return {
    arn,
    status: answer.Status ?? 'UNKNOWN',
    names: [...names],
    ...(keyAlgorithm === undefined ? {} : { keyAlgorithm }),
    ...momentsOf(answer.NotBefore, answer.NotAfter),
    renewable: answer.RenewalEligibility === 'ELIGIBLE',
    missingRecords: (answer.DomainValidationOptions ?? []).flatMap(({ ValidationStatus, ResourceRecord: record }) =>
      ValidationStatus === 'SUCCESS' || record?.Name === undefined
        ? []
        : [`${record.Name} ${record.Type ?? ''} ${record.Value ?? ''}`],
    ),
  }
}

/**
 * A certificate as the list of ACM has it (ACM API, `CertificateSummary`); undefined where the list does not tell all that
 * is read: the DNS records that one waits for which is not issued, names beyond the first hundred.
 */
export const readCertificateSummary = (answer: CertificateSummary): Certificate | undefined => {
  const { CertificateArn: arn, SubjectAlternativeNameSummaries: names, KeyAlgorithm: keyAlgorithm } = answer
  if (arn === undefined || names === undefined || answer.HasAdditionalSubjectAlternativeNames !== false)
    return undefined
  if (answer.Status !== 'ISSUED' && answer.Status !== 'EXPIRED') return undefined
  if (answer.NotAfter === undefined || keyAlgorithm === undefined) return undefined
  return {
    arn,
    status: answer.Status,
    names: [...new Set([...(answer.DomainName === undefined ? [] : [answer.DomainName]), ...names])],
    keyAlgorithm,
    ...momentsOf(answer.NotBefore, answer.NotAfter),
    renewable: answer.RenewalEligibility === 'ELIGIBLE',
    missingRecords: [],
  }
}

/** A server certificate as IAM answers it; its names and its key are read from the certificate itself. */
export const readServerCertificate = (answer: ServerCertificate): Certificate | undefined => {
  const arn = answer.ServerCertificateMetadata?.Arn
  if (arn === undefined) return undefined
  const body = answer.CertificateBody === undefined ? undefined : new X509Certificate(answer.CertificateBody)
  return {
    arn,
    status: 'ISSUED',
    names: namesOf(body),
    ...momentsOf(
      body === undefined ? undefined : new Date(body.validFrom),
      answer.ServerCertificateMetadata?.Expiration ?? (body === undefined ? undefined : new Date(body.validTo)),
    ),
    renewable: false,
    missingRecords: [],
  }
}

const momentsOf = (notBefore: Date | undefined, notAfter: Date | undefined) => ({
  ...(notBefore === undefined ? {} : { notBefore: notBefore.toISOString() }),
  ...(notAfter === undefined ? {} : { notAfter: notAfter.toISOString() }),
})

/** `DNS:a.example.com, DNS:*.example.com`; without alternative names, the common name. */
const namesOf = (body: X509Certificate | undefined): readonly string[] => {
  const alternative = (body?.subjectAltName ?? '')
    .split(', ')
    .flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice('DNS:'.length)] : []))
  if (alternative.length > 0) return alternative
  const common = /(?:^|\n)CN=([^\n]+)/.exec(body?.subject ?? '')?.[1]
  return common === undefined ? [] : [common]
}
