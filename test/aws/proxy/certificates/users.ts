import type { Context } from '../context.ts'
import { loadBalancerOfListener } from '../model.ts'

/** ARNs of the load balancers on whose listeners a certificate is. */
export function usersOfCertificate({ own }: Pick<Context, 'own'>, certificateArn: string): readonly string[] {
  const listeners = [...own.tls].filter(
    ([, { defaultCertificate, extraCertificates }]) =>
      defaultCertificate === certificateArn || extraCertificates.includes(certificateArn),
  )
  return [...new Set(listeners.map(([listenerArn]) => loadBalancerOfListener(listenerArn)))]
}
