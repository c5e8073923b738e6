import type { Values } from '../annotation/setting.ts'
import { certificateArn } from '../features/certificate-arn.ts'
import { httpsPorts } from '../features/tls.ts'
import type { Finding } from '../findings/finding.ts'
import { covers, coversButForCase, isUsable, shortArn, untilMs } from '../ingress/certificates.ts'
import { type Certificate, type Facts, factOf, type Need } from '../ingress/facts.ts'
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

/** Whether a load balancer cannot have so many certificates on each of its HTTPS listeners, the default one included. */
export const areTooMany = (count: number, listeners: number, limit: number): boolean => (count - 1) * listeners > limit

/** Hosts that clients come with: those of the rules and of spec.tls, each once. */
export const hostsOf = ({ spec }: Ingress): readonly string[] => [
  ...new Set([
    ...spec.rules.flatMap(({ host }) => (host === undefined || host === '' ? [] : [host])),
    ...spec.tlsHosts,
  ]),
]

/** Chooses those certificates of ACM that cover the hosts of an Ingress; at fault while a host has none. */
export const discoverCertificates = (ingress: Ingress, values: Values, facts: Facts): CertificateChoice => {
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
    ...hosts
      .filter((host) => !missing.includes(host))
      .flatMap((host) => discoveryNotices(host, usable, facts.now))
      .map(told),
    ...tooManyFound(arns.length, httpsPorts(values).length, facts.flags.quotas['certificates-per-alb']).map(told),
  ]
  const stands = !findings.some(({ kind }) => kind === 'fault')
  return { ...(stands ? { arns } : {}), findings, needs, unknown: false }
}

const tooManyFound = (count: number, listeners: number, limit: number): readonly SettingProblem[] => {
  if (count <= limit && !areTooMany(count, listeners, limit)) return []
  const most = listeners === 1 ? limit : Math.floor(limit / listeners) + 1
  const on = listeners === 1 ? '' : ` on each of ${listeners} listeners`
  return [
    {
      code: 'CertificatesTooMany',
      kind: 'fault',
      value: String(count),
      message: `must have at most ${most} items${on}; so many cover the hosts of the Ingress`,
      fix: 'set certificate-arn',
      needs: 'aws',
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
    const name = `${shortArn(unusable.arn)} does, but`
    if (unusable.status !== 'ISSUED') return `${name} is ${unusable.status}`
    return (untilMs(unusable.notAfter, now) ?? 1) <= 0
      ? `${name} is EXPIRED`
      : `${name} a load balancer does not take its key of type ${unusable.keyAlgorithm ?? 'unknown'}`
  }
  const otherCase = certificates.find((certificate) => coversButForCase(certificate, host))
  if (otherCase !== undefined) return `${shortArn(otherCase.arn)} differs in upper and lower case`
  const parent = host.slice(host.indexOf('.') + 1)
  const near = certificates.find(({ names }) =>
    names.some((name) => name === `*.${parent.slice(parent.indexOf('.') + 1)}`),
  )
  return near === undefined ? undefined : `a wildcard covers one label only, and ${shortArn(near.arn)} is one label off`
}
