import { oneOf } from '../annotation/codecs/scalars.ts'
import { feature, setting, valueOf } from '../annotation/setting.ts'
import { notSupportedYet } from './not-supported.ts'

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

export const backends = feature({
  name: 'backends',
  settings: [targetType, backendProtocol, backendProtocolVersion],
  check: (values, context) => [
    ...(valueOf(values, targetType) === 'instance' ? [] : [notSupportedYet(values, context, targetType, 'instance')]),
    ...(valueOf(values, backendProtocol) === 'HTTP' ? [] : [notSupportedYet(values, context, backendProtocol, 'HTTP')]),
    ...(valueOf(values, backendProtocolVersion) === 'HTTP1'
      ? []
      : [notSupportedYet(values, context, backendProtocolVersion, 'HTTP1')]),
  ],
})
