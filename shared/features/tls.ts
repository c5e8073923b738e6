import { partitionOf } from '../annotation/codecs/arn.ts'
import type { CertificateArn } from '../annotation/codecs/certificate-arns.ts'
import type { ListenPort } from '../annotation/codecs/listen-ports.ts'
import { wholeNumber } from '../annotation/codecs/scalars.ts'
import { sslPolicyName } from '../annotation/codecs/ssl-policy.ts'
import {
  type CheckContext,
  type AnySetting,
  feature,
  setting,
  readableOf,
  type Values,
  valueOf,
} from '../annotation/setting.ts'
import type { Finding } from '../findings/finding.ts'
import { quote } from '../text/quote.ts'
import { listenPorts } from './listeners.ts'
import { certificateArn } from './certificate-arn.ts'

/** The security policy of the HTTPS listeners. */
export const sslPolicy = setting({
  key: 'ssl-policy',
  scope: 'port',
  merge: 'exclusive-per-port',
  codec: sslPolicyName,
  fallback: (peers, flags) => (httpsPorts(peers).length > 0 ? flags.defaultSslPolicy : undefined),
  written: 'minimal',
  summary: 'The security policy (protocols and ciphers) of the HTTPS listeners.',
  sample: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
})

/** The HTTPS port that every HTTP listener of the load balancer redirects to. */
export const sslRedirect = setting({
  key: 'ssl-redirect',
  scope: 'group',
  merge: 'exclusive',
  codec: wholeNumber(1, 65535, { suggest: 443 }),
  summary: 'The port of the HTTPS listener that all HTTP listeners redirect to, with 301.',
  sample: '443',
})

/** Ports that the Ingress listens on with HTTPS. */
export const httpsPorts = (values: Values): readonly number[] => portsOf(values, 'HTTPS')

const portsOf = (values: Values, wanted: 'HTTP' | 'HTTPS'): readonly number[] =>
  (valueOf(values, listenPorts) ?? []).filter(({ protocol }) => protocol === wanted).map(({ port }) => port)

/**
 * The listeners that answer by rules: all, or those of HTTPS where the HTTP ones redirect. A redirect that is at fault
 * itself counts, since it is meant.
 */
export const servingPorts = (values: Values): readonly ListenPort[] => {
  const ports = valueOf(values, listenPorts) ?? []
  const redirect = values.get(sslRedirect)
  const https = ports.filter(({ protocol }) => protocol === 'HTTPS')
  return https.length === 0 || (redirect.ok && redirect.value === undefined) ? ports : https
}

export const tls = feature({
  name: 'tls',
  settings: [certificateArn, sslPolicy, sslRedirect],
  check: (values, context) => [
    ...certificatePlaces(values, context),
    ...withoutEffect(values, context),
    ...redirectTarget(values, context),
  ],
})

/** Region and partition of a certificate are those of the load balancer; the text of the ARN tells. */
const certificatePlaces = (values: Values, context: CheckContext): readonly Finding[] => {
  const certificates = readableOf(values, certificateArn) ?? []
  const { region } = context.flags
  const twice = new Set(
    certificates.filter(({ text }, index) => certificates.findIndex((each) => each.text === text) !== index),
  )
  return [
    ...certificates.flatMap((certificate) => certificatePlace(certificate, region, context)),
    ...[...twice].map(({ text }) =>
      context.on(certificateArn, {
        code: 'CertificateTwice',
        kind: 'notice',
        value: quote(text),
        message: 'is listed twice',
        warning: `${certificateArn.key}: ...${text.slice(-8)} is listed twice`,
      }),
    ),
  ]
}

const certificatePlace = (
  { text, arn, store }: CertificateArn,
  region: string,
  context: CheckContext,
): readonly Finding[] => {
  const value = quote(text)
  if (arn.partition !== partitionOf(region))
    return [
      context.on(certificateArn, {
        code: 'CertificateRegion',
        value,
        message: `is in partition ${arn.partition}, the load balancer is in ${partitionOf(region)}`,
        fix: 'request or import the certificate there',
      }),
    ]
  if (store === 'acm' && arn.region !== region)
    return [
      context.on(certificateArn, {
        code: 'CertificateRegion',
        value,
        message: `is in ${arn.region}, the load balancer is in ${region}`,
        fix: 'request or import the certificate there',
      }),
    ]
  return []
}

/** Keys that only HTTPS listeners read; listeners that are at fault may be meant as such. */
const withoutEffect = (values: Values, context: CheckContext): readonly Finding[] => {
  if (!values.get(listenPorts).ok || httpsPorts(values).length > 0) return []
  const written = (definition: AnySetting): boolean => {
    const settled = values.get(definition)
    return settled.ok && settled.origin !== undefined
  }
  return [certificateArn, sslPolicy]
    .filter(written)
    .map((definition) =>
      context.on(definition, { code: 'TlsWithoutHttps', kind: 'notice', message: 'ignored, no HTTPS listener' }),
    )
}

/** The redirect needs an HTTPS listener with that port; every group is that of one Ingress here. */
const redirectTarget = (values: Values, context: CheckContext): readonly Finding[] => {
  const port = valueOf(values, sslRedirect)
  if (port === undefined || !values.get(listenPorts).ok) return []
  const https = httpsPorts(values)
  const http = portsOf(values, 'HTTP')
  const [first] = https
  const fix =
    first === undefined
      ? 'set certificate-arn and listen-ports \'[{"HTTP":80},{"HTTPS":443}]\''
      : `write the port of the HTTPS listener, ${first}`
  if (https.includes(port))
    return http.length > 0
      ? []
      : [
          context.on(sslRedirect, {
            code: 'SslRedirectNothing',
            kind: 'notice',
            message: 'no HTTP listener, so nothing is redirected',
          }),
        ]
  return [
    context.on(sslRedirect, {
      code: 'SslRedirectNotHttps',
      message: http.includes(port) ? `port ${port} is an HTTP listener` : `no listener has port ${port}`,
      fix,
    }),
  ]
}
