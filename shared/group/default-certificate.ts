import { setAnnotations } from '../annotation/marker.ts'
import { certificateArn } from '../features/certificate-arn.ts'
import type { Finding } from '../findings/finding.ts'
import { ingressRef } from '../findings/on-spec.ts'
import { shortArn } from '../ingress/certificates.ts'
import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import type { Contribution } from '../model/contribution.ts'
import type { DesiredListener } from '../model/model.ts'
import { annotationPath, prefix } from '../names/annotation-keys.ts'

/** The default certificate of each HTTPS port. */
export type DefaultCertificates = ReadonlyMap<number, string>

/** Those of listeners. */
export const defaultsOfListeners = (listeners: readonly DesiredListener[]): DefaultCertificates =>
  new Map(listeners.flatMap(({ port, tls }) => (tls === undefined ? [] : [[port, tls.defaultCertificate] as const])))

/** Those that one Ingress brings. */
export const defaultsOfContribution = ({ ports }: Pick<Contribution, 'ports'>): DefaultCertificates =>
  new Map(
    ports.flatMap((share) => {
      const [first] = share.protocol === 'HTTPS' ? share.certificateArns : []
      return first === undefined ? [] : [[share.port, first] as const]
    }),
  )

/** Live listeners whose default certificate becomes another one that discovery found; nobody wrote it. */
export const movedDefaultCertificates = (
  ingress: Ingress,
  before: DefaultCertificates,
  after: DefaultCertificates,
): readonly Finding[] => {
  const key = prefix + certificateArn.key
  if ((setAnnotations(ingress)[key] ?? '').trim() !== '') return []
  return [...after].flatMap(([port, to]): readonly Finding[] => {
    const from = before.get(port)
    if (from === undefined || from === to) return []
    const change = `default certificate of HTTPS:${port} changes from ${shortArn(from)} to ${shortArn(to)}`
    return [
      {
        code: 'DefaultCertificateMoves',
        kind: 'notice',
        member: nameOf(ingress),
        origin: { source: 'ingress', object: ingressRef(ingress), key },
        path: annotationPath(key),
        anchor: `${port} ${from} ${to}`,
        message: change,
        warning: `certificate-arn: ${change}`,
        needs: 'aws',
        tenancy: false,
      },
    ]
  })
}
