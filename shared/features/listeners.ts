import { listenPorts as codec } from '../annotation/codecs/listen-ports.ts'
import { feature, setting, valueOf } from '../annotation/setting.ts'

/** The ports that the Ingress listens on. */
export const listenPorts = setting({
  key: 'listen-ports',
  scope: 'ingress',
  merge: 'merged',
  codec,
  fallback: () => [{ protocol: 'HTTP' as const, port: 80, path: '[0].HTTP' }],
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
    const http = ports.filter(({ protocol }) => protocol === 'HTTP').slice(0, 8)
    const instead = http.length === 0 ? listenPorts.sample : codec.encode(http)
    const unsupported = ports
      .filter(({ protocol }) => protocol === 'HTTPS')
      .map(({ path }) =>
        context.on(listenPorts, {
          code: 'NotSupportedYet',
          path,
          message: 'HTTPS listeners are not supported yet',
          fix: `write '${instead}' or remove the key`,
        }),
      )
    const unusual = ports
      .filter(({ protocol, port }) => protocol === 'HTTP' && port === 443)
      .map(({ path, port }) =>
        context.on(listenPorts, {
          code: 'ListenPortUnusual',
          kind: 'notice',
          path,
          value: String(port),
          message: `port ${port} is usually HTTPS, and this listener speaks HTTP`,
        }),
      )
    return [...unsupported, ...unusual]
  },
})
