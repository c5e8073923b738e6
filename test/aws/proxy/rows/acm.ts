import type { Row } from '../context.ts'
import { isKeyOf, readCertificate } from '../certificates/read-pem.ts'
import { usersOfCertificate } from '../certificates/users.ts'
import { type Refusal, refuse } from '../errors.ts'
import { type AwsRequest, has, type Input, list, text, texts } from '../request.ts'

const ofOne = [
  'DescribeCertificate',
  'GetCertificate',
  'DeleteCertificate',
  'AddTagsToCertificate',
  'RemoveTagsFromCertificate',
  'ListTagsForCertificate',
]

/** Keys that can be imported ("Prerequisites for importing ACM certificates"). */
const importable = ['RSA_1024', 'RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_prime256v1', 'EC_secp384r1', 'EC_secp521r1']

/** Rows about certificates in ACM. */
export const acmRows: readonly Row[] = [
  {
    row: 11,
    refuses: 'what is no ARN of a certificate in ACM',
    actions: [...ofOne, 'ImportCertificate'],
    judge: ({ request }) => {
      if (request.action === 'ImportCertificate' && !has(request.input, 'CertificateArn')) return undefined
      const arn = certificateArn(request)
      return /^arn:[\w+=/,.@-]+:acm:[\w+=/,.@-]*:[0-9]+:[\w+=,.@-]+(\/[\w+=,.@-]+)*$/.test(arn)
        ? undefined
        : refuse('ValidationException', `Value '${arn}' at 'certificateArn' failed to satisfy constraint`)
    },
  },
  {
    row: 11,
    refuses: 'an unknown certificate, also one of another region or account',
    actions: [...ofOne, 'ImportCertificate'],
    judge: ({ request, own }) => {
      if (request.action === 'ImportCertificate' && !has(request.input, 'CertificateArn')) return undefined
      const arn = certificateArn(request)
      return own.certificates.acm.has(arn) && arn.split(':')[3] === request.region
        ? undefined
        : acmCertificateNotFound(request)
    },
  },
  {
    row: 29,
    refuses: 'the deletion of a certificate that is on a listener',
    actions: ['DeleteCertificate'],
    judge: (context) => {
      const arn = certificateArn(context.request)
      return usersOfCertificate(context, arn).length > 0
        ? refuse('ResourceInUseException', `Certificate ${arn} is in use.`)
        : undefined
    },
  },
  {
    row: 11,
    refuses:
      'the import of what is no certificate or not its key, of one that is not valid now, of a key that ACM does not take',
    actions: ['ImportCertificate'],
    judge: ({ request: { input } }) => {
      const pem = binary(input, 'Certificate')
      const read = readCertificate(pem)
      if (read === undefined)
        return refuse('ValidationException', 'The certificate is not PEM-encoded or is not valid.')
      if (read.notAfter < Date.now()) return refuse('ValidationException', 'The certificate has expired, is not valid.')
      if (read.notBefore > Date.now())
        return refuse('ValidationException', 'The certificate is not in effect yet, is not valid.')
      if (!importable.includes(read.keyAlgorithm))
        return refuse('ValidationException', `The key algorithm ${read.keyAlgorithm} is not supported.`)
      return isKeyOf(binary(input, 'PrivateKey'), pem) === true
        ? undefined
        : refuse('ValidationException', 'The private key is not that of the certificate.')
    },
  },
  {
    row: 11,
    refuses: 'the request of a certificate for what is no domain name, or for more names than the quota',
    actions: ['RequestCertificate'],
    judge: ({ request: { input }, settings }) => {
      const names = new Set([text(input, 'DomainName') ?? '', ...texts(input, 'SubjectAlternativeNames')])
      const bad = [...names].find(
        (name) =>
          name.length > 253 || !/^(\*\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/.test(name),
      )
      if (bad !== undefined) return refuse('ValidationException', `'${bad}' is not a valid domain name`)
      return names.size > settings.quotas.namesPerCertificate
        ? refuse('LimitExceededException', `Error: You can have at most ${settings.quotas.namesPerCertificate} names`)
        : undefined
    },
  },
  {
    row: 31,
    refuses: 'more than 50 tags on a certificate',
    actions: ['RequestCertificate', 'ImportCertificate', 'AddTagsToCertificate'],
    judge: ({ request, own, settings }) => {
      const known = own.certificates.acm.get(certificateArn(request))?.tags.keys() ?? []
      const keys = new Set([...known, ...list(request.input, 'Tags').map((tag) => text(tag, 'Key') ?? '')])
      return keys.size > settings.quotas.tagsPerResource
        ? refuse('TooManyTagsException', 'The request contains too many tags.')
        : undefined
    },
  },
]

/** The ARN that a call names. */
export function certificateArn({ input }: Pick<AwsRequest, 'input'>): string {
  return text(input, 'CertificateArn') ?? ''
}

/** The refusal for a certificate that is not in ACM. */
export function acmCertificateNotFound(request: Pick<AwsRequest, 'input'>): Refusal {
  return refuse('ResourceNotFoundException', `Could not find certificate ${certificateArn(request)}.`)
}

/** A binary member, which JSON carries in base64. */
export function binary(input: Input, name: string): string {
  return Buffer.from(text(input, name) ?? '', 'base64').toString('utf8')
}
