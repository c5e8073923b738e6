import { quote } from '../../text/quote.ts'
import { type Arn, readArn } from './arn.ts'
import { type Codec, decoded, refused } from './codec.ts'
import { list } from './list.ts'

/** A certificate by its ARN: one of ACM, or a server certificate of IAM. */
export interface CertificateArn {
  readonly text: string
  readonly arn: Arn
  readonly store: 'acm' | 'iam'
}

/** ARNs of certificates between commas; each must be one of ACM or of IAM's server certificates. */
export const certificateArns: Codec<readonly CertificateArn[]> = {
  decode: (text) => {
    const entries = list.decode(text)
    if (!entries.ok) return refused(...entries.problems)
    const read = entries.value.map((entry) => ({ entry, certificate: readCertificateArn(entry) }))
    const wrong = read.filter(({ certificate }) => certificate === undefined)
    const value = read.flatMap(({ certificate }) => certificate ?? [])
    if (wrong.length === 0) return decoded(value)
    const problems = wrong.slice(0, 10).map(({ entry }) => ({
      code: 'CertificateArn' as const,
      value: quote(entry),
      message: 'is not the ARN of a certificate',
      fix: 'write arn:aws:acm:REGION:ACCOUNT:certificate/ID or arn:aws:iam::ACCOUNT:server-certificate/NAME',
    }))
    return { ok: false, problems, rest: value }
  },
  encode: (value) => value.map(({ text }) => text).join(','),
}

const readCertificateArn = (text: string): CertificateArn | undefined => {
  const arn = readArn(text)
  if (arn === undefined || arn.account.length !== 12) return undefined
  if (arn.service === 'acm' && arn.region !== '' && /^certificate\/[A-Za-z0-9-]+$/.test(arn.resource))
    return { text, arn, store: 'acm' }
  if (arn.service === 'iam' && arn.region === '' && /^server-certificate\/[\w+=,.@/-]+$/.test(arn.resource))
    return { text, arn, store: 'iam' }
  return undefined
}
