import { partitionOf } from '../annotation/codecs/arn.ts'
import type { CertificateArn } from '../annotation/codecs/certificate-arns.ts'
import type { Values } from '../annotation/setting.ts'
import { certificateArn } from '../features/certificate-arn.ts'
import { httpsPorts } from '../features/tls.ts'
import type { Finding } from '../findings/finding.ts'
import { onSpec } from '../findings/on-spec.ts'
import { covers, dayMs, isKeyUsable, shortArn, untilMs } from '../ingress/certificates.ts'
import { type Certificate, type Fact, type Facts, factOf, type Need } from '../ingress/facts.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import { quote } from '../text/quote.ts'
import { areTooMany, type CertificateChoice, discoverCertificates, hostsOf } from './certificate-discovery.ts'
import { onSetting, type SettingProblem } from './on-setting.ts'

const none: CertificateChoice = { arns: [], findings: [], needs: [], unknown: false }

/** A Secret of spec.tls is not read: the certificates are those of ACM and IAM. */
export const tlsSecretNotice = (ingress: Ingress): readonly Finding[] => {
  const { tlsSecrets = [] } = ingress.spec
  if (tlsSecrets.length === 0) return []
  const names = [...new Set(tlsSecrets)].join(', ')
  return [
    onSpec(ingress, 'spec.tls', {
      code: 'TlsSecretIgnored',
      kind: 'notice',
      anchor: names,
      message: 'names a Secret, which is not used',
      warning: `tls: secretName ${names} ignored, certificates are those of ACM and IAM`,
      needs: 'object',
    }),
  ]
}

/** Chooses the certificates of an Ingress: those that it names, else those of ACM that cover its hosts. */
export const chooseCertificates = (ingress: Ingress, values: Values, facts: Facts): CertificateChoice => {
  const written = values.get(certificateArn)
  const atFault: CertificateChoice = { findings: [], needs: [], unknown: false }
  if (httpsPorts(values).length === 0) return written.ok ? none : atFault
  if (!written.ok) {
    if (written.rest === undefined || written.rest.length === 0) return atFault
    const { findings, needs } = judgeWritten(ingress, values, written.rest, facts)
    return { findings: findings.filter(({ code }) => code !== 'CertificateCoversNot'), needs, unknown: false }
  }
  return written.value === undefined
    ? discoverCertificates(ingress, values, facts)
    : judgeWritten(ingress, values, written.value, facts)
}

const judgeWritten = (
  ingress: Ingress,
  values: Values,
  certificates: readonly CertificateArn[],
  facts: Facts,
): CertificateChoice => {
  const { region } = facts.flags
  const here = certificates.filter(
    ({ arn, store }) => arn.partition === partitionOf(region) && (store === 'iam' || arn.region === region),
  )
  const account = factOf<string>(facts, { is: 'account' })
  const told = (problem: SettingProblem): Finding => onSetting(ingress, values, certificateArn, problem)
  const strangers = account.is === 'present' ? here.filter(({ arn }) => arn.account !== account.value) : []
  const ours = here.filter((certificate) => !strangers.includes(certificate))
  const asked = ours.map((certificate) => ({
    certificate,
    fact: factOf<Certificate>(facts, { is: 'certificate', arn: certificate.text }),
  }))
  const known = asked.flatMap(({ fact }) => (fact.is === 'present' ? [fact.value] : []))
  const findings = [
    ...strangers.map(({ text, arn }) =>
      told({
        code: 'CertificateAccount',
        kind: 'fault',
        value: quote(text),
        message: `belongs to account ${arn.account}, not to that of the load balancer`,
        fix: `write an ARN that 'aws acm list-certificates' shows`,
        needs: 'aws',
      }),
    ),
    ...asked.flatMap(({ certificate, fact }) => certificateState(certificate.text, fact, facts.now).map(told)),
    ...tooManyWritten(certificates, httpsPorts(values).length, facts.flags.quotas['certificates-per-alb']).map(told),
    ...(known.length === certificates.length ? uncovered(ingress, known).map(told) : []),
  ]
  const unknown = asked.some(({ fact }) => fact.is === 'unknown')
  const needs: readonly Need[] = [
    { is: 'account' },
    ...ours.map(({ text }): Need => ({ is: 'certificate', arn: text })),
  ]
  const stands = !unknown && !findings.some(({ kind }) => kind === 'fault') && here.length === certificates.length
  return {
    ...(stands ? { arns: [...new Set(certificates.map(({ text }) => text))] } : {}),
    findings,
    needs,
    unknown,
  }
}

const certificateState = (text: string, fact: Fact<Certificate>, now: string): readonly SettingProblem[] => {
  const value = quote(text)
  switch (fact.is) {
    case 'unknown':
      return [
        {
          code: 'NotChecked',
          kind: 'unchecked',
          value,
          message: `not checked: ${fact.why}`,
          warning: `certificate-arn: ${shortArn(text)} not checked: ${fact.why}; the controller checks it again`,
          needs: 'aws',
        },
      ]
    case 'absent':
      return [
        {
          code: 'CertificateNotFound',
          kind: 'fault',
          value,
          message: 'no such certificate in this account and region',
          fix: text.includes(':iam:')
            ? `write an ARN that 'aws iam list-server-certificates' shows`
            : `write an ARN that 'aws acm list-certificates' shows`,
          needs: 'aws',
        },
      ]
    case 'present':
      return presentState(value, text, fact.value, now)
    default:
      return fact satisfies never
  }
}

const presentState = (
  value: string,
  text: string,
  certificate: Certificate,
  now: string,
): readonly SettingProblem[] => {
  const until = untilMs(certificate.notAfter, now)
  const since = untilMs(certificate.notBefore, now)
  if (certificate.status !== 'ISSUED' && certificate.status !== 'EXPIRED') {
    const [record] = certificate.missingRecords
    return [
      {
        code: 'CertificateNotIssued',
        kind: 'fault',
        value,
        message: `is ${certificate.status}, so a listener cannot have it`,
        fix: record === undefined ? 'write the ARN of one that is ISSUED' : `create the DNS record ${record}`,
        needs: 'aws',
      },
    ]
  }
  if (certificate.status === 'EXPIRED' || (until !== undefined && until <= 0))
    return [
      {
        code: 'CertificateExpired',
        kind: 'fault',
        value,
        message: `expired on ${(certificate.notAfter ?? 'an unknown day').slice(0, 10)}`,
        fix: 'renew or import it again, or write the ARN of another one',
        needs: 'aws',
      },
    ]
  if (!isKeyUsable(certificate))
    return [
      {
        code: 'CertificateKey',
        kind: 'fault',
        value,
        message: `has a key of type ${certificate.keyAlgorithm ?? 'unknown'}, which a load balancer does not take`,
        fix: 'write the ARN of one with a key of RSA up to 4096 bits, P-256, P-384 or P-521',
        needs: 'aws',
      },
    ]
  const notice = (code: SettingProblem['code'], said: string): SettingProblem => ({
    code,
    kind: 'notice',
    value,
    message: said,
    warning: `certificate-arn: ${shortArn(text)} ${said}`,
    needs: 'aws',
  })
  const days = Math.ceil((until ?? Infinity) / dayMs)
  return [
    ...(days <= 30 && !certificate.renewable
      ? [
          notice(
            'CertificateExpires',
            `expires in ${days} day${days === 1 ? '' : 's'} and cannot be renewed automatically`,
          ),
        ]
      : []),
    ...(since !== undefined && since > 0
      ? [notice('CertificateNotYetValid', `is not valid before ${(certificate.notBefore ?? '').slice(0, 10)}`)]
      : []),
    ...(certificate.keyAlgorithm?.replaceAll('-', '_') === 'RSA_1024'
      ? [notice('CertificateKeyWeak', 'has a weak key (RSA 1024)')]
      : []),
  ]
}

const uncovered = (ingress: Ingress, certificates: readonly Certificate[]): readonly SettingProblem[] => {
  const hosts = hostsOf(ingress)
  const missing = hosts.filter((host) => !certificates.some((certificate) => covers(certificate, host)))
  if (hosts.length > 0 && missing.length === hosts.length)
    return [coversNot('certificate-arn: no certificate covers a host of the Ingress')]
  return missing.map((host) => coversNot(`certificate-arn: no certificate covers host ${host}`))
}

const coversNot = (warning: string): SettingProblem => ({
  code: 'CertificateCoversNot',
  kind: 'notice',
  message: warning,
  warning,
  needs: 'aws',
})

/** The first one is the default, which does not count. */
const tooManyWritten = (
  certificates: readonly CertificateArn[],
  listeners: number,
  limit: number,
): readonly SettingProblem[] => {
  const count = new Set(certificates.map(({ text }) => text)).size
  if (!areTooMany(count, listeners, limit)) return []
  const over = listeners === 1 ? '' : `, and ${listeners} listeners have each of them`
  return [
    {
      code: 'CertificatesTooMany',
      kind: 'fault',
      value: String(count),
      message: `must have at most ${Math.floor(limit / listeners)} items besides the default one${over}`,
      fix: 'remove some',
      needs: 'object',
    },
  ]
}
