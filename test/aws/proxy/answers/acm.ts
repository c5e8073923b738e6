import { createHash } from 'node:crypto'
import { readCertificate } from '../certificates/read-pem.ts'
import { type AcmCertificate, issued, statusOf } from '../certificates/store.ts'
import { usersOfCertificate } from '../certificates/users.ts'
import { type Answer, errorAnswer } from '../errors.ts'
import { has, type Input, list, text, texts } from '../request.ts'
import { acmCertificateNotFound, binary, certificateArn } from '../rows/acm.ts'
import { type Handler, type HandlerContext, jsonAnswer, page } from './answer.ts'

/** Calls of AWS Certificate Manager. */
export const acmAnswers: Readonly<Record<string, Handler>> = {
  RequestCertificate: async (context) => {
    const { input } = context.request
    const store = context.own.certificates
    const token = text(input, 'IdempotencyToken')
    const known = [...store.acm.values()].find(({ idempotencyToken }) => idempotencyToken === token)
    if (token !== undefined && known !== undefined) return jsonAnswer(context, { CertificateArn: known.arn })
    const domain = text(input, 'DomainName') ?? ''
    const authorityArn = text(input, 'CertificateAuthorityArn')
    const requested: AcmCertificate = {
      arn: newArn(context),
      type: authorityArn === undefined ? 'AMAZON_ISSUED' : 'PRIVATE',
      status: 'PENDING_VALIDATION',
      domain,
      names: [...new Set([domain, ...texts(input, 'SubjectAlternativeNames')])],
      keyAlgorithm: text(input, 'KeyAlgorithm') ?? 'RSA_2048',
      createdAt: Date.now(),
      validationMethod: text(input, 'ValidationMethod') ?? 'EMAIL',
      tags: wantedTags(input),
      ...(authorityArn === undefined ? {} : { authorityArn }),
      ...(token === undefined ? {} : { idempotencyToken: token }),
    }
    // a private authority issues at once, without a validation
    store.acm.set(requested.arn, authorityArn === undefined ? requested : issued(requested))
    return jsonAnswer(context, { CertificateArn: requested.arn })
  },
  ImportCertificate: async (context) => {
    const { input } = context.request
    const store = context.own.certificates
    const certificate = binary(input, 'Certificate')
    const chain = binary(input, 'CertificateChain')
    const read = readCertificate(certificate)
    if (read === undefined) throw new Error('no certificate is in what was sent')
    const before = store.acm.get(certificateArn(context.request))
    const arn = before?.arn ?? newArn(context)
    const { domain, names, keyAlgorithm, ...content } = read
    const now = Date.now()
    store.acm.set(arn, {
      arn,
      type: 'IMPORTED',
      status: 'ISSUED',
      domain,
      names,
      keyAlgorithm,
      content,
      createdAt: before?.createdAt ?? now,
      issuedAt: now,
      pem: { certificate, ...(chain === '' ? {} : { chain }) },
      tags: before?.tags ?? wantedTags(input),
    })
    return jsonAnswer(context, { CertificateArn: arn })
  },
  DescribeCertificate: (context) => found(context, (certificate) => ({ Certificate: detail(context, certificate) })),
  GetCertificate: (context) =>
    found(context, ({ pem }) => ({
      Certificate: pem?.certificate ?? '',
      ...(pem?.chain === undefined ? {} : { CertificateChain: pem.chain }),
    })),
  ListCertificates: async (context) => {
    const { input, region } = context.request
    const statuses = texts(input, 'CertificateStatuses')
    // without a filter of key types AWS answers these two alone (API reference, Filters)
    const keyTypes = has(input, 'Includes', 'keyTypes')
      ? texts(input, 'Includes', 'keyTypes')
      : ['RSA_1024', 'RSA_2048']
    const wanted = [...context.own.certificates.acm.values()]
      .filter(({ arn }) => arn.split(':')[3] === region)
      .filter((certificate) => statuses.length === 0 || statuses.includes(statusOf(certificate)))
      .filter(({ keyAlgorithm }) => keyTypes.includes(keyAlgorithm))
    const { items, next } = page(text(input, 'SortOrder') === 'DESCENDING' ? wanted.toReversed() : wanted, {
      token: text(input, 'NextToken'),
      size: Number(text(input, 'MaxItems') ?? 1000),
      forced: context.settings.pageSize,
    })
    return jsonAnswer(context, {
      CertificateSummaryList: items.map((certificate) => summary(context, certificate)),
      ...(next === undefined ? {} : { NextToken: next }),
    })
  },
  DeleteCertificate: (context) =>
    found(context, ({ arn }) => {
      context.own.certificates.acm.delete(arn)
      return {}
    }),
  ListTagsForCertificate: (context) =>
    found(context, ({ tags }) => ({ Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) })),
  AddTagsToCertificate: (context) =>
    found(context, (certificate) => {
      const tags = new Map([...certificate.tags, ...wantedTags(context.request.input)])
      context.own.certificates.acm.set(certificate.arn, { ...certificate, tags })
      return {}
    }),
  RemoveTagsFromCertificate: (context) =>
    found(context, (certificate) => {
      const removed = wantedTags(context.request.input)
      const tags = new Map([...certificate.tags].filter(([key]) => !removed.has(key)))
      context.own.certificates.acm.set(certificate.arn, { ...certificate, tags })
      return {}
    }),
}

async function found(context: HandlerContext, answer: (certificate: AcmCertificate) => object): Promise<Answer> {
  const certificate = context.own.certificates.acm.get(certificateArn(context.request))
  if (certificate === undefined) return errorAnswer('acm', acmCertificateNotFound(context.request), context.requestId)
  return jsonAnswer(context, answer(certificate))
}

/** The API reference's CertificateDetail. Its key algorithm is spelled as in AWS's own examples: `RSA-2048`. */
function detail(context: HandlerContext, certificate: AcmCertificate): object {
  const { arn, domain, names, type, keyAlgorithm, content, failureReason, authorityArn } = certificate
  const users = usersOfCertificate(context, arn)
  return {
    CertificateArn: arn,
    DomainName: domain,
    SubjectAlternativeNames: names,
    ...(type === 'AMAZON_ISSUED'
      ? { DomainValidationOptions: names.map((name) => validation(certificate, name)) }
      : {}),
    Subject: content?.subject ?? `CN=${domain}`,
    Issuer: content?.issuer ?? 'Amazon',
    ...(content === undefined
      ? {}
      : {
          Serial: content.serial,
          SignatureAlgorithm: content.signatureAlgorithm,
          NotBefore: content.notBefore / 1000,
          NotAfter: content.notAfter / 1000,
        }),
    ...times(certificate),
    Status: statusOf(certificate),
    Type: type,
    KeyAlgorithm: keyAlgorithm.replace('_', '-'),
    InUseBy: users,
    ...(failureReason === undefined ? {} : { FailureReason: failureReason }),
    ...(authorityArn === undefined ? {} : { CertificateAuthorityArn: authorityArn }),
    KeyUsages: [{ Name: 'DIGITAL_SIGNATURE' }],
    ExtendedKeyUsages: [{ Name: 'TLS_WEB_SERVER_AUTHENTICATION', OID: '1.3.6.1.5.5.7.3.1' }],
    RenewalEligibility: renewalEligibility(certificate, users),
    Options: { CertificateTransparencyLoggingPreference: 'ENABLED', Export: 'DISABLED' },
  }
}

/** The API reference's CertificateSummary, which names a hundred alternative names at most. */
function summary(context: HandlerContext, certificate: AcmCertificate): object {
  const { arn, domain, names, type, keyAlgorithm, content } = certificate
  const users = usersOfCertificate(context, arn)
  return {
    CertificateArn: arn,
    DomainName: domain,
    SubjectAlternativeNameSummaries: names.slice(0, 100),
    HasAdditionalSubjectAlternativeNames: names.length > 100,
    Status: statusOf(certificate),
    Type: type,
    KeyAlgorithm: keyAlgorithm,
    KeyUsages: ['DIGITAL_SIGNATURE'],
    ExtendedKeyUsages: ['TLS_WEB_SERVER_AUTHENTICATION'],
    InUse: users.length > 0,
    RenewalEligibility: renewalEligibility(certificate, users),
    ...(content === undefined ? {} : { NotBefore: content.notBefore / 1000, NotAfter: content.notAfter / 1000 }),
    ...times(certificate),
  }
}

function times({ type, createdAt, issuedAt }: AcmCertificate): object {
  if (issuedAt === undefined) return { CreatedAt: createdAt / 1000 }
  return { CreatedAt: createdAt / 1000, [type === 'IMPORTED' ? 'ImportedAt' : 'IssuedAt']: issuedAt / 1000 }
}

/** AWS renews what it issued itself, while it is in use. */
function renewalEligibility(certificate: AcmCertificate, users: readonly string[]): string {
  const eligible = certificate.type !== 'IMPORTED' && users.length > 0
  return certificate.renewalEligibility ?? (eligible ? 'ELIGIBLE' : 'INELIGIBLE')
}

function validation(certificate: AcmCertificate, name: string): object {
  const digest = createHash('md5').update(`${certificate.arn} ${name}`).digest('hex')
  const status = { ISSUED: 'SUCCESS', PENDING_VALIDATION: 'PENDING_VALIDATION' } as const
  const method = certificate.validationMethod
  const known = certificate.status === 'ISSUED' || certificate.status === 'PENDING_VALIDATION'
  return {
    DomainName: name,
    ValidationStatus: known ? status[certificate.status === 'ISSUED' ? 'ISSUED' : 'PENDING_VALIDATION'] : 'FAILED',
    ValidationMethod: method,
    ...(method === 'DNS'
      ? {
          ResourceRecord: {
            Name: `_${digest}.${name.replace(/^\*\./, '')}.`,
            Type: 'CNAME',
            Value: `_${digest.split('').toReversed().join('')}.acm-validations.aws.`,
          },
        }
      : { ValidationDomain: name, ValidationEmails: [`admin@${name}`] }),
  }
}

function newArn(context: HandlerContext): string {
  return `arn:aws:acm:${context.request.region}:${context.accountId}:certificate/${context.own.certificates.nextId()}`
}

function wantedTags(input: Input): ReadonlyMap<string, string> {
  return new Map(list(input, 'Tags').map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? '']))
}
