import type { Row } from '../context.ts'
import { isKeyOf, readCertificate } from '../certificates/read-pem.ts'
import { usersOfCertificate } from '../certificates/users.ts'
import { type Refusal, refuse } from '../errors.ts'
import { text } from '../request.ts'

/** Rows about server certificates in IAM. */
export const iamRows: readonly Row[] = [
  {
    row: 11,
    refuses: 'an unknown server certificate',
    actions: ['GetServerCertificate', 'DeleteServerCertificate'],
    judge: ({ request, own }) => {
      const name = text(request.input, 'ServerCertificateName') ?? ''
      return own.certificates.iam.has(name) ? undefined : serverCertificateNotFound(name)
    },
  },
  {
    row: 29,
    refuses: 'the deletion of a server certificate that is on a listener',
    actions: ['DeleteServerCertificate'],
    judge: (context) => {
      const name = text(context.request.input, 'ServerCertificateName') ?? ''
      const arn = context.own.certificates.iam.get(name)?.arn ?? ''
      return usersOfCertificate(context, arn).length > 0
        ? refuse('DeleteConflict', `Certificate: ${name} is currently in use.`, 409)
        : undefined
    },
  },
  {
    row: 11,
    refuses: 'the upload under a name that is taken or malformed, of what is no certificate, or with another key',
    actions: ['UploadServerCertificate'],
    judge: ({ request: { input }, own }) => {
      const name = text(input, 'ServerCertificateName') ?? ''
      const path = text(input, 'Path') ?? '/'
      const pem = text(input, 'CertificateBody') ?? ''
      if (!/^[\w+=,.@-]{1,128}$/.test(name) || !/^\/(\S{0,510}\/)?$/.test(path))
        return refuse('ValidationError', 'The specified value for serverCertificateName or path is invalid.')
      if (own.certificates.iam.has(name))
        return refuse('EntityAlreadyExists', `The Server Certificate with name ${name} already exists.`, 409)
      if (readCertificate(pem) === undefined)
        return refuse(
          'MalformedCertificate',
          'Unable to parse certificate. Please ensure the certificate is in PEM format.',
        )
      return isKeyOf(text(input, 'PrivateKey') ?? '', pem) === true
        ? undefined
        : refuse('KeyPairMismatch', 'Certificate and private key do not match.')
    },
  },
]

/** The refusal for a server certificate that does not exist. */
export function serverCertificateNotFound(name: string): Refusal {
  return refuse('NoSuchEntity', `The Server Certificate with name ${name} cannot be found.`, 404)
}
