import { X509Certificate } from 'node:crypto'
import type { CertificateDetail } from '@aws-sdk/client-acm'
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
