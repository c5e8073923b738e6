import { oneOf } from '../annotation/codecs/scalars.ts'
import { type CheckContext, feature, setting, type Values, valueOf } from '../annotation/setting.ts'
import type { Finding } from '../findings/finding.ts'
import { servingPorts } from './tls.ts'

/** What the targets are: nodes with a node port, or Pods. */
export const targetType = setting({
  key: 'target-type',
  scope: 'backend',
  places: ['service', 'ingress'],
  codec: oneOf('TargetTypeUnknown', ['instance', 'ip']),
  fallback: (_, flags) => flags.defaultTargetType,
  written: 'minimal',
  summary: 'Whether targets are nodes, reached by the node port of the Service (instance), or Pods (ip).',
  sample: 'instance',
})

/** The protocol between load balancer and targets. */
export const backendProtocol = setting({
  key: 'backend-protocol',
  scope: 'backend',
  places: ['service', 'ingress'],
  codec: oneOf('BackendProtocolUnknown', ['HTTP', 'HTTPS']),
  fallback: () => 'HTTP' as const,
  written: 'full',
  summary: 'The protocol that the load balancer speaks with its targets.',
  sample: 'HTTP',
})

/** The version of that protocol. */
export const backendProtocolVersion = setting({
  key: 'backend-protocol-version',
  scope: 'backend',
  places: ['service', 'ingress'],
  codec: oneOf('BackendProtocolVersionUnknown', ['HTTP1', 'HTTP2', 'GRPC']),
  fallback: () => 'HTTP1' as const,
  written: 'full',
  summary: 'The version of the protocol that the load balancer speaks with its targets.',
  sample: 'HTTP1',
})

/** HTTP/2 and gRPC reach targets only from listeners that speak HTTPS; those that only redirect reach none. */
const versionWithoutHttps = (values: Values, context: CheckContext): readonly Finding[] => {
  const version = valueOf(values, backendProtocolVersion)
  if (version === undefined || version === 'HTTP1') return []
  const http = servingPorts(values).filter(({ protocol }) => protocol === 'HTTP')
  if (http.length === 0) return []
  const names = http.map(({ port }) => `HTTP:${port}`).join(', ')
  return [
    context.on(backendProtocolVersion, {
      code: 'ProtocolVersionNeedsHttps',
      message: `needs listeners that speak HTTPS, and ${names} ${http.length === 1 ? 'does' : 'do'} not`,
      fix: `write listen-ports: '[{"HTTPS":443}]' with certificate-arn, or ${backendProtocolVersion.key}: HTTP1`,
    }),
  ]
}

/** These settings without the rule that asks for listeners, which a Service does not have. */
export const backendsAlone = feature({
  name: 'backends',
  settings: [targetType, backendProtocol, backendProtocolVersion],
})

export const backends = feature({
  ...backendsAlone,
  check: versionWithoutHttps,
})
