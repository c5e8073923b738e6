import {
  areCodesOf,
  codesRule,
  healthCheckPath,
  successCodes as successCodesCodec,
} from '../annotation/codecs/health-check.ts'
import { healthCheckPort } from '../annotation/codecs/health-check-port.ts'
import { oneOf, wholeNumber } from '../annotation/codecs/scalars.ts'
import { type CheckContext, feature, setting, valueOf, type Setting, type Values } from '../annotation/setting.ts'
import type { Finding } from '../findings/finding.ts'
import { backendProtocol, backendProtocolVersion } from './backends.ts'

const places = ['service', 'ingress'] as const

const isGrpc = (values: Values): boolean => valueOf(values, backendProtocolVersion) === 'GRPC'

/** `traffic-port`, a number, or the name of a port of the Service. */
export const port = setting({
  key: 'healthcheck-port',
  scope: 'backend',
  places,
  codec: healthCheckPort,
  fallback: () => 'traffic-port',
  written: 'full',
  summary: 'The port that is probed: traffic-port, a number, or the name of a port of the Service.',
  sample: 'traffic-port',
})

export const protocol = setting({
  key: 'healthcheck-protocol',
  scope: 'backend',
  places,
  codec: oneOf('HealthCheckProtocolUnknown', ['HTTP', 'HTTPS']),
  fallback: (peers) => valueOf(peers, backendProtocol),
  summary: 'The protocol of the probes; that of the backend when left out.',
  sample: 'HTTP',
})

export const path = setting({
  key: 'healthcheck-path',
  scope: 'backend',
  places,
  codec: healthCheckPath,
  fallback: (peers) => (isGrpc(peers) ? '/AWS.ALB/healthcheck' : '/'),
  summary: 'The path that is probed; /AWS.ALB/healthcheck for gRPC when left out.',
  sample: '/healthz',
})

export const interval = setting({
  key: 'healthcheck-interval-seconds',
  scope: 'backend',
  places,
  codec: wholeNumber(5, 300, { suggest: 15 }),
  fallback: () => 15,
  written: 'full',
  summary: 'Seconds between two probes of one target, 5 to 300.',
  sample: '30',
})

export const timeout = setting({
  key: 'healthcheck-timeout-seconds',
  scope: 'backend',
  places,
  codec: wholeNumber(2, 120, { suggest: 5 }),
  fallback: () => 5,
  written: 'full',
  summary: 'Seconds without an answer after which a probe counts as failed, 2 to 120 and below the interval.',
  sample: '10',
})

export const healthyThreshold = setting({
  key: 'healthy-threshold-count',
  oldSpellings: ['healthcheck-healthy-threshold-count'],
  scope: 'backend',
  places,
  codec: wholeNumber(2, 10, { suggest: 2 }),
  fallback: () => 2,
  written: 'full',
  summary: 'Successful probes in a row after which a target counts as healthy, 2 to 10.',
  sample: '3',
})

export const unhealthyThreshold = setting({
  key: 'unhealthy-threshold-count',
  oldSpellings: ['healthcheck-unhealthy-threshold-count'],
  scope: 'backend',
  places,
  codec: wholeNumber(2, 10, { suggest: 2 }),
  fallback: () => 2,
  written: 'full',
  summary: 'Failed probes in a row after which a target counts as unhealthy, 2 to 10.',
  sample: '3',
})

export const successCodes = setting({
  key: 'success-codes',
  oldSpellings: ['successCodes'],
  scope: 'backend',
  places,
  codec: successCodesCodec,
  retold: (problem, peers, source) => {
    const version = peers.get(backendProtocolVersion)
    const isOverridden = version.ok && version.origin?.source === 'service' && source === 'ingress'
    return isGrpc(peers) && !isOverridden
      ? { ...problem, message: `${codesRule('GRPC')} for GRPC`, fix: 'write "12"' }
      : problem
  },
  fallback: (peers) => (isGrpc(peers) ? '12' : '200'),
  summary: 'Answers that count as healthy: codes or ranges within 200-499, for gRPC within 0-99 (12 when left out).',
  sample: '200-299',
})

export const healthCheck = feature({
  name: 'health-check',
  settings: [port, protocol, path, interval, timeout, healthyThreshold, unhealthyThreshold, successCodes],
  check: (values, context) => {
    const blamed = isDefault(values, timeout) ? interval : timeout
    const problem = timeoutProblem(values, blamed)
    return [
      ...(problem === undefined ? [] : [context.on(blamed, problem)]),
      ...codesOfOthers(values, context),
      ...pathOfOthers(values, context),
    ]
  },
})

/** Codes that the version has not. Where a Service chose the version and the Ingress the codes, the version is blamed. */
const codesOfOthers = (values: Values, context: CheckContext): readonly Finding[] => {
  const codes = valueOf(values, successCodes)
  const version = valueOf(values, backendProtocolVersion)
  if (codes === undefined || version === undefined || areCodesOf(version, codes)) return []
  const [ofCodes, ofVersion] = [values.get(successCodes), values.get(backendProtocolVersion)]
  const isOverridden =
    ofVersion.ok && ofVersion.origin?.source === 'service' && ofCodes.ok && ofCodes.origin?.source === 'ingress'
  return [
    isOverridden
      ? context.on(backendProtocolVersion, {
          code: 'SuccessCodesRange',
          message: `the ${successCodes.key} of the Ingress, "${codes}", ${codesRule(version)} for ${version}`,
          fix: `set ${successCodes.key}: "${codesFor(version)}" on the Service too`,
        })
      : context.on(successCodes, codesProblem(version)),
  ]
}

const codesFor = (version: 'HTTP1' | 'HTTP2' | 'GRPC'): string => (version === 'GRPC' ? '12' : '200')

const codesProblem = (version: 'HTTP1' | 'HTTP2' | 'GRPC') =>
  ({
    code: 'SuccessCodesRange',
    message: `${codesRule(version)} for ${version}`,
    fix: `write "${codesFor(version)}"`,
  }) as const

/** What is wrong with codes that the version has not, of an object that writes both. */
export const ownCodesProblem = (values: Values) => {
  const codes = valueOf(values, successCodes)
  const version = valueOf(values, backendProtocolVersion)
  return codes === undefined || version === undefined || areCodesOf(version, codes) ? undefined : codesProblem(version)
}

const pathOfOthers = (values: Values, context: CheckContext): readonly Finding[] =>
  isGrpc(values) && values.get(path).ok && !/^\/[\w.]+\/\w+$/.test(valueOf(values, path) ?? '')
    ? [
        context.on(path, {
          code: 'HealthCheckPathNotGrpc',
          kind: 'notice',
          message: 'gRPC servers answer to /package.service/method',
        }),
      ]
    : []

/** What is wrong with a timeout that is not below the interval, told on one of the two; undefined where nothing is. */
export const timeoutProblem = (values: Values, blamed: Setting<number>) => {
  const seconds = { interval: valueOf(values, interval) ?? Infinity, timeout: valueOf(values, timeout) ?? 0 }
  if (seconds.timeout < seconds.interval) return undefined
  const below = `"${Math.min(120, seconds.interval - 1)}"`
  const above = `"${seconds.timeout + 1}"`
  return {
    code: 'TimeoutNotBelowInterval',
    message: `the timeout (${shown(values, timeout)}) must be less than the interval (${shown(values, interval)})`,
    fix:
      blamed === timeout
        ? `write ${below}, or set ${interval.key}: ${above}`
        : `write ${above}, or set ${timeout.key}: ${below}`,
  } as const
}

const isDefault = (values: Values, seconds: Setting<number>): boolean => {
  const settled = values.get(seconds)
  return settled.ok && settled.origin === undefined
}

/** `15, default` */
const shown = (values: Values, seconds: Setting<number>): string =>
  `${valueOf(values, seconds) ?? 0}${isDefault(values, seconds) ? ', default' : ''}`
