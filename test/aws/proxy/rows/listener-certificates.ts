import { sslPolicies } from '../certificates/ssl-policies.ts'
import type { Context, Row } from '../context.ts'
import { type Refusal, refuse } from '../errors.ts'
import { loadBalancerOfListener } from '../model.ts'
import { has, list, text, texts } from '../request.ts'

/** Rows about the TLS side of listeners. */
export const listenerCertificateRows: readonly Row[] = [
  {
    row: 10,
    refuses: 'HTTPS without exactly one certificate, HTTP with one or with a security policy',
    actions: ['CreateListener', 'ModifyListener'],
    judge: ({ request: { input }, world }) => {
      const known = world.listener(text(input, 'ListenerArn') ?? '')
      const protocol = text(input, 'Protocol') ?? known?.protocol
      const count = list(input, 'Certificates').length
      if (protocol !== 'HTTPS')
        return count > 0 || has(input, 'SslPolicy')
          ? refuse('InvalidConfigurationRequest', 'Certificates and SSL policies cannot be set for HTTP listeners')
          : undefined
      const kept = known?.protocol === 'HTTPS' && !has(input, 'Certificates')
      if (count === 0 && !kept) return refuse('ValidationError', 'A certificate must be specified for HTTPS listeners')
      return count > 1 ? tooMany(count) : undefined
    },
  },
  {
    row: 10,
    refuses: 'the mark of the default certificate in a call',
    actions: ['CreateListener', 'ModifyListener', 'AddListenerCertificates', 'RemoveListenerCertificates'],
    judge: ({ request }) =>
      list(request.input, 'Certificates').some((certificate) => has(certificate, 'IsDefault'))
        ? refuse('ValidationError', 'You cannot set the isDefault parameter for a certificate.')
        : undefined,
  },
  {
    row: 11,
    refuses: 'an unknown certificate, of ACM or IAM; one of ACM that is not issued or has a key that no listener takes',
    actions: ['CreateListener', 'ModifyListener', 'AddListenerCertificates'],
    judge: (context) => {
      for (const arn of namedCertificates(context)) {
        const certificate = context.own.certificates.find(arn)
        if (certificate === undefined || isElsewhere(context, arn))
          return refuse('CertificateNotFound', `Certificate '${arn}' not found`)
        if (certificate.unusable !== undefined)
          return refuse(
            'UnsupportedCertificate',
            `The certificate '${arn}' must have a fully-qualified domain name, a supported signature, and a supported key size: ${certificate.unusable}`,
          )
      }
      return undefined
    },
  },
  {
    row: 12,
    refuses: 'an unknown TLS policy',
    actions: ['CreateListener', 'ModifyListener', 'DescribeSSLPolicies'],
    judge: ({ request: { input } }) => {
      const one = text(input, 'SslPolicy')
      const unknown = [...(one === undefined ? [] : [one]), ...texts(input, 'Names')].find(
        (name) => !Object.hasOwn(sslPolicies, name),
      )
      return unknown === undefined ? undefined : refuse('SSLPolicyNotFound', `SSL policy '${unknown}' not found`)
    },
  },
  {
    row: 14,
    refuses: 'mutual authentication with a trust store, which is beyond the emulator',
    actions: ['CreateListener', 'ModifyListener'],
    judge: ({ request }) => {
      const mode = text(request.input, 'MutualAuthentication', 'Mode') ?? 'off'
      if (mode === 'verify') return refuse('EmulatorLacksThis', 'the emulator has no trust stores', 501)
      return mode === 'off' || mode === 'passthrough'
        ? undefined
        : refuse('ValidationError', `Mutual authentication mode '${mode}' is not valid`)
    },
  },
  {
    row: 13,
    refuses: 'none, or several, certificates in a call that adds or removes one; a listener that is not HTTPS',
    actions: ['AddListenerCertificates', 'RemoveListenerCertificates', 'DescribeListenerCertificates'],
    judge: (context) => {
      const arn = text(context.request.input, 'ListenerArn') ?? ''
      if (context.world.listener(arn)?.protocol !== 'HTTPS')
        return refuse('ValidationError', `Listener '${arn}' must be an HTTPS or TLS listener`)
      if (context.request.action === 'DescribeListenerCertificates') return undefined
      const count = namedCertificates(context).length
      // "You can specify one certificate per call." (API reference, AddListenerCertificates and RemoveListenerCertificates)
      if (count === 0) return refuse('ValidationError', 'A certificate must be specified')
      return count === 1 ? undefined : tooMany(count)
    },
  },
  {
    row: 13,
    refuses: 'more certificates besides the default ones than the quota of the load balancer',
    actions: ['AddListenerCertificates'],
    judge: (context) => {
      const { own, settings, request } = context
      const listenerArn = text(request.input, 'ListenerArn') ?? ''
      const loadBalancerArn = loadBalancerOfListener(listenerArn)
      const { certificatesPerLoadBalancer } = settings.quotas
      const counted = [...own.tls]
        .filter(([arn]) => loadBalancerOfListener(arn) === loadBalancerArn)
        .map(([, tls]) => tls.extraCertificates.filter((arn) => arn !== tls.defaultCertificate).length)
      const count = counted.reduce((sum, one) => sum + one, 0)
      const tls = own.tls.get(listenerArn)
      const fresh = namedCertificates(context).filter(
        (arn) => arn !== tls?.defaultCertificate && tls?.extraCertificates.includes(arn) !== true,
      )
      return count + fresh.length > certificatesPerLoadBalancer
        ? refuse(
            'TooManyCertificates',
            `The maximum number of certificates has been reached on load balancer '${loadBalancerArn}'`,
          )
        : undefined
    },
  },
  {
    row: 13,
    refuses: 'the removal of the default certificate from a list in which it is not',
    actions: ['RemoveListenerCertificates'],
    judge: (context) => {
      const tls = context.own.tls.get(text(context.request.input, 'ListenerArn') ?? '')
      const removed = namedCertificates(context).find(
        (arn) => arn === tls?.defaultCertificate && !tls.extraCertificates.includes(arn),
      )
      return removed === undefined
        ? undefined
        : refuse('OperationNotPermitted', `The default certificate '${removed}' cannot be removed from the listener`)
    },
  },
]

/** The ARNs of the certificates that a call names. */
export function namedCertificates({ request }: Pick<Context, 'request'>): readonly string[] {
  return list(request.input, 'Certificates').flatMap((certificate) => text(certificate, 'CertificateArn') ?? [])
}

/** AWS's own words. */
function tooMany(count: number): Refusal {
  return refuse('TooManyCertificates', `Up to '1' certificate ARNs can be specified, but '${count}' were specified`)
}

function isElsewhere({ request }: Context, arn: string): boolean {
  const [, , service, region] = arn.split(':')
  return service === 'acm' && region !== request.region
}
