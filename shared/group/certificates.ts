import type { CertificateArn } from '../annotation/codecs/certificate-arns.ts'
import type { Values } from '../annotation/setting.ts'
import { certificateArn } from '../features/certificate-arn.ts'
import { httpsPorts } from '../features/tls.ts'
import type { Finding } from '../findings/finding.ts'
import { onSpec } from '../findings/on-spec.ts'
import { covers, coversButForCase, dayMs, isKeyUsable, isUsable, shortArn, untilMs } from '../ingress/certificates.ts'
import { type Certificate, type Fact, type Facts, factOf, type Need } from '../ingress/facts.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import { quote } from '../text/quote.ts'
import { discoveryNotices } from './discovery-notices.ts'
import { onSetting, type SettingProblem } from './on-setting.ts'

/** The certificates of an Ingress' HTTPS listeners, the default one first; absent while they are not known or at fault. */
export interface CertificateChoice {
  readonly arns?: readonly string[]
  readonly findings: readonly Finding[]
  readonly needs: readonly Need[]
  /** A fact is missing, so what the Ingress last brought counts. */
  readonly unknown: boolean
}

/** Certificates of one load balancer besides the default ones (Elastic Load Balancing, "Quotas"). */
const certificatesPerLoadBalancer = 25

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
  if (!written.ok) return { findings: [], needs: [], unknown: false }
  if (httpsPorts(values).length === 0) return none
  return written.value === undefined
    ? discover(ingress, values, facts)
    : judgeWritten(ingress, values, written.value, facts)
}

/** Hosts that clients come with: those of the rules and of spec.tls, each once. */
const hostsOf = ({ spec }: Ingress): readonly string[] => [
  ...new Set([
    ...spec.rules.flatMap(({ host }) => (host === undefined || host === '' ? [] : [host])),
    ...spec.tlsHosts,
  ]),
]

const judgeWritten = (
  ingress: Ingress,
  values: Values,
  certificates: readonly CertificateArn[],
  facts: Facts,
): CertificateChoice => {
  const { region } = facts.flags
  const here = certificates.filter(({ arn, store }) => store === 'iam' || arn.region === region)
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
    ...tooManyWritten(certificates).map(told),
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

const discover = (ingress: Ingress, values: Values, facts: Facts): CertificateChoice => {
  const hosts = hostsOf(ingress)
  const told = (problem: SettingProblem): Finding => onSetting(ingress, values, certificateArn, problem)
  if (hosts.length === 0) {
    const [port = 443] = httpsPorts(values)
    const finding = told({
      code: 'CertificateMissing',
      kind: 'fault',
      message: `HTTPS:${port} has no certificate, and no rule or spec.tls names a host to find one by`,
      fix: 'set certificate-arn or a host',
      needs: 'object',
    })
    return { findings: [finding], needs: [], unknown: false }
  }
  const needs: readonly Need[] = [{ is: 'certificates' }]
  const all = factOf<readonly Certificate[]>(facts, { is: 'certificates' })
  if (all.is === 'unknown') {
    const warning = `certificate-arn: not checked: ${all.why}; the controller checks it again`
    const finding = told({
      code: 'NotChecked',
      kind: 'unchecked',
      message: `not checked: ${all.why}`,
      warning,
      needs: 'aws',
    })
    return { findings: [finding], needs, unknown: true }
  }
  const certificates = all.is === 'present' ? all.value : []
  const usable = certificates.filter((certificate) => isUsable(certificate, facts.now))
  const missing = hosts.filter((host) => !usable.some((certificate) => covers(certificate, host)))
  const arns = usable
    .filter((certificate) => hosts.some((host) => covers(certificate, host)))
    .map(({ arn }) => arn)
    .sort()
  const findings = [
    ...missing.map((host) => told(hostWithout(host, certificates, facts.now))),
    ...hosts.flatMap((host) => discoveryNotices(host, usable, facts.now)).map(told),
    ...tooManyFound(arns.length).map(told),
  ]
  const stands = !findings.some(({ kind }) => kind === 'fault')
  return { ...(stands ? { arns } : {}), findings, needs, unknown: false }
}

const tooManyFound = (count: number): readonly SettingProblem[] =>
  count <= certificatesPerLoadBalancer
    ? []
    : [
        {
          code: 'CertificatesTooMany',
          kind: 'fault',
          value: String(count),
          message: `must have at most ${certificatesPerLoadBalancer} items; so many cover the hosts of the Ingress`,
          fix: 'set certificate-arn',
          needs: 'aws',
        },
      ]

/** The first one is the default, which does not count. */
const tooManyWritten = (certificates: readonly CertificateArn[]): readonly SettingProblem[] => {
  const count = new Set(certificates.map(({ text }) => text)).size
  if (count <= certificatesPerLoadBalancer + 1) return []
  return [
    {
      code: 'CertificatesTooMany',
      kind: 'fault',
      value: String(count),
      message: `must have at most ${certificatesPerLoadBalancer} items besides the default one`,
      fix: 'remove some',
      needs: 'object',
    },
  ]
}

const hostWithout = (host: string, certificates: readonly Certificate[], now: string): SettingProblem => {
  const miss = nearestMiss(host, certificates, now)
  return {
    code: 'CertificateForHostNotFound',
    kind: 'fault',
    message: `no issued certificate covers host ${quote(host)}${miss === undefined ? '' : `; ${miss}`}`,
    fix: 'request or import one, or set certificate-arn',
    needs: 'aws',
  }
}

/** A certificate that covers the host but cannot be used, or a wildcard that is one label off. */
const nearestMiss = (host: string, certificates: readonly Certificate[], now: string): string | undefined => {
  const unusable = certificates.find((certificate) => covers(certificate, host) && !isUsable(certificate, now))
  if (unusable !== undefined) {
    const expired = unusable.status === 'ISSUED' && (untilMs(unusable.notAfter, now) ?? 1) <= 0
    return `${shortArn(unusable.arn)} does, but is ${expired ? 'EXPIRED' : unusable.status}`
  }
  const otherCase = certificates.find((certificate) => coversButForCase(certificate, host))
  if (otherCase !== undefined) return `${shortArn(otherCase.arn)} differs in upper and lower case`
  const parent = host.slice(host.indexOf('.') + 1)
  const near = certificates.find(({ names }) =>
    names.some((name) => name === `*.${parent.slice(parent.indexOf('.') + 1)}`),
  )
  return near === undefined ? undefined : `a wildcard covers one label only, and ${shortArn(near.arn)} is one label off`
}
