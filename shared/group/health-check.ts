import { annotationPath, prefix } from '../names/annotation-keys.ts'
import { type Values, valueOf } from '../annotation/setting.ts'
import { targetType } from '../features/backends.ts'
import * as settings from '../features/health-check.ts'
import { healthCheck as feature } from '../features/health-check.ts'
import type { Finding } from '../findings/finding.ts'
import { ingressRef } from '../findings/on-spec.ts'
import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress, Service } from '../kubernetes/objects.ts'
import type { HealthCheck } from '../model/model.ts'
import { nearest } from '../text/nearest.ts'
import { listOf, quote } from '../text/quote.ts'
import type { PlacedBackend } from './backend.ts'
import { podPortOf } from './target-port.ts'

/** The health check of one backend, with a port name turned into the node port, or the target port of Pods. Absent when a setting is at fault. */
export const healthCheckOf = (
  ingress: Ingress,
  placed: PlacedBackend,
  service: Service,
  values: Values,
): { readonly healthCheck?: HealthCheck; readonly findings: readonly Finding[] } => {
  if (feature.settings.some((definition) => !values.get(definition).ok)) return { findings: [] }
  const port = portOf(ingress, placed, service, values)
  const protocol = valueOf(values, settings.protocol)
  const path = valueOf(values, settings.path)
  const interval = valueOf(values, settings.interval)
  const timeout = valueOf(values, settings.timeout)
  const healthy = valueOf(values, settings.healthyThreshold)
  const unhealthy = valueOf(values, settings.unhealthyThreshold)
  const codes = valueOf(values, settings.successCodes)
  if ('finding' in port) return { findings: [port.finding] }
  if (protocol === undefined || path === undefined || interval === undefined || timeout === undefined)
    return { findings: [] }
  if (healthy === undefined || unhealthy === undefined || codes === undefined) return { findings: [] }
  return {
    healthCheck: {
      port: port.text,
      protocol,
      path,
      intervalSeconds: interval,
      timeoutSeconds: timeout,
      healthyThreshold: healthy,
      unhealthyThreshold: unhealthy,
      successCodes: codes,
    },
    findings: [],
  }
}

const portOf = (
  ingress: Ingress,
  { path }: PlacedBackend,
  service: Service,
  values: Values,
): { readonly text: string } | { readonly finding: Finding } => {
  const settled = values.get(settings.port)
  const written = (settled.ok ? settled.value : undefined) ?? 'traffic-port'
  if (written === 'traffic-port' || /^[0-9]+$/.test(written)) return { text: written }
  const found = service.ports.find((candidate) => candidate.name === written)
  const isIp = valueOf(values, targetType) === 'ip'
  const target = found === undefined ? undefined : isIp ? podPortOf(found) : found.nodePort
  if (typeof target === 'number' && target > 0) return { text: String(target) }
  const origin = settled.ok ? settled.origin : undefined
  const ofService = origin?.source === 'service'
  const names = service.ports.flatMap((candidate) => (candidate.name === undefined ? [] : [candidate.name]))
  const key = origin?.key ?? prefix + settings.port.key
  const hint = nearest(written, ['traffic-port', ...names], 'value')
  const has = names.length === 0 ? 'no named port' : `port${names.length === 1 ? '' : 's'} ${listOf(names.slice(0, 5))}`
  const subject = ofService
    ? `annotation ${key} of Service "${service.name}": the Service`
    : `Service "${service.name}"`
  return {
    finding: {
      code: 'HealthCheckPortNotFound',
      kind: 'fault',
      member: nameOf(ingress),
      origin: origin ?? { source: 'default', object: ingressRef(ingress), key },
      path: ofService ? `${path}.service.name` : annotationPath(key),
      anchor: `${service.name} ${key}`,
      value: quote(written),
      message: `${subject} has ${found === undefined ? has : isIp ? `a targetPort without a number for port ${quote(written)}` : `no node port for port ${quote(written)}`}`,
      fix: hint === undefined || found !== undefined ? 'write "traffic-port"' : `did you mean ${quote(hint)}?`,
      needs: 'cluster',
      tenancy: false,
    },
  }
}
