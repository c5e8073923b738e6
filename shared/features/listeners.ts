import { type ListenPort, listenPorts as codec } from '../annotation/codecs/listen-ports.ts'
import { certificateArn } from './certificate-arn.ts'
import { feature, setting, valueOf } from '../annotation/setting.ts'

/** The ports that the Ingress listens on. */
export const listenPorts = setting({
  key: 'listen-ports',
  scope: 'ingress',
  merge: 'merged',
  codec,
  fallback: (peers): readonly ListenPort[] => {
    const certificates = peers.get(certificateArn)
    return certificates.ok && certificates.value === undefined
      ? [{ protocol: 'HTTP', port: 80, path: '[0].HTTP' }]
      : [{ protocol: 'HTTPS', port: 443, path: '[0].HTTPS' }]
  },
  written: 'minimal',
  maximumLength: 64 * 1024,
  summary: 'The ports that the load balancer listens on for this Ingress, each with its protocol, as JSON.',
  sample: '[{"HTTP":80}]',
})

/** Listeners and their ports. */
export const listeners = feature({
  name: 'listeners',
  settings: [listenPorts],
  check: (values, context) => {
    const ports = valueOf(values, listenPorts) ?? []
    const unusual = ports
      .filter(({ protocol, port }) => (protocol === 'HTTP' ? port === 443 : port === 80))
      .map(({ path, port, protocol }) =>
        context.on(listenPorts, {
          code: 'ListenPortUnusual',
          kind: 'notice',
          path,
          value: String(port),
          message: `port ${port} is usually ${protocol === 'HTTP' ? 'HTTPS' : 'HTTP'}, and this listener speaks ${protocol}`,
        }),
      )
    const limit = context.flags.quotas['listeners-per-alb']
    const tooMany =
      ports.length <= limit
        ? []
        : [
            context.on(listenPorts, {
              code: 'ListenersTooMany',
              value: String(ports.length),
              message: `must have at most ${limit} items`,
              fix: `remove ${ports.length - limit}`,
            }),
          ]
    return [...tooMany, ...unusual]
  },
})
