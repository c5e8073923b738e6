import { createSecureContext, type SecureContext } from 'node:tls'
import { type CertificateAuthority, createServingCertificate } from '../../local/certificates.ts'
import { sslPolicies } from '../proxy/certificates/ssl-policies.ts'
import type { Context } from '../proxy/context.ts'
import { chooseCertificate } from './choose-certificate.ts'

/** What HTTPS listeners present: for each certificate of ACM or IAM one with its names, signed by the local authority. */
export class PresentedCertificates {
  readonly #authority: CertificateAuthority
  readonly #contexts = new Map<string, SecureContext>()

  constructor(authority: CertificateAuthority) {
    this.#authority = authority
  }

  /** Undefined: the listener has nothing to present. Without a server name the default certificate. */
  contextFor(
    { own }: Pick<Context, 'own'>,
    listenerArn: string,
    serverName: string | undefined,
  ): SecureContext | undefined {
    const tls = own.tls.get(listenerArn)
    if (tls === undefined) return undefined
    const find = (arn: string | undefined) => (arn === undefined ? undefined : own.certificates.find(arn))
    const certificates = {
      default: find(tls.defaultCertificate),
      extra: tls.extraCertificates.flatMap((arn) => find(arn) ?? []),
    }
    const chosen = chooseCertificate(serverName, certificates, Date.now())
    return chosen === undefined ? undefined : this.#context(chosen.names, chosen.notAfter, tls.policy)
  }

  #context(names: readonly string[], notAfter: number, policy: string): SecureContext {
    const key = JSON.stringify([names, notAfter, policy])
    const known = this.#contexts.get(key)
    if (known !== undefined) return known
    const { certificate, key: privateKey } = createServingCertificate(
      this.#authority,
      names,
      Number.isFinite(notAfter) ? { notAfter: new Date(notAfter) } : {},
    )
    const protocols = sslPolicies[policy] ?? []
    const made = createSecureContext({
      cert: certificate,
      key: privateKey,
      minVersion: protocols.includes('TLSv1.2') ? 'TLSv1.2' : 'TLSv1.3',
      maxVersion: protocols.includes('TLSv1.3') ? 'TLSv1.3' : 'TLSv1.2',
    })
    this.#contexts.set(key, made)
    return made
  }
}
