import { type Values, valueOf } from '../annotation/setting.ts'
import { backendProtocol, backendProtocolVersion, targetType } from '../features/backends.ts'
import type { Finding } from '../findings/finding.ts'
import { onSpec } from '../findings/on-spec.ts'
import type { Ingress, Service, ServicePort } from '../kubernetes/objects.ts'
import { prefix } from '../names/annotation-keys.ts'
import type { PlacedBackend } from './backend.ts'

/** Where the targets of a backend are reached: a node port, or the target port of its Pods as number or name. */
export interface TargetPort {
  readonly port?: number | string
  readonly findings: readonly Finding[]
}

/** The port of the targets; for instance targets the type of the Service is judged also where its port is not there. */
export const targetPortOf = (
  ingress: Ingress,
  placed: PlacedBackend,
  service: Service,
  port: ServicePort | undefined,
  values: Values,
): TargetPort => {
  const settings = [targetType, backendProtocol, backendProtocolVersion]
  if (settings.some((definition) => !values.get(definition).ok)) return { findings: [] }
  return valueOf(values, targetType) === 'ip'
    ? podPort(ingress, placed, service, port)
    : nodePort(ingress, placed, service, port, values)
}

/** The target port of a Service port: the port itself where none is given (Kubernetes API, `ServicePort.targetPort`). */
export const podPortOf = ({ port, targetPort }: ServicePort): number | string => targetPort ?? port

const podPort = (
  ingress: Ingress,
  { path, anchor }: PlacedBackend,
  service: Service,
  port: ServicePort | undefined,
): TargetPort => {
  const value = JSON.stringify(service.name)
  const external: readonly Finding[] =
    service.type === 'ExternalName'
      ? [
          onSpec(ingress, `${path}.service.name`, {
            code: 'ExternalNameWithoutTargets',
            kind: 'notice',
            anchor,
            value,
            message: 'Service type is ExternalName, which has no Pods behind it',
            warning: `backend ${service.name}: Service type ExternalName has no targets; its path answers 503`,
            needs: 'cluster',
          }),
        ]
      : []
  if (port === undefined) return { findings: external }
  const target = podPortOf(port)
  if (target !== 0) return { port: target, findings: external }
  return {
    findings: [
      ...external,
      onSpec(ingress, `${path}.service.name`, {
        code: 'ServiceWithoutTargetPort',
        kind: 'fault',
        anchor,
        value,
        message: `Service port ${port.port} has targetPort 0, but target-type is ip and needs a port of the Pods`,
        fix: 'set targetPort on the Service to the port that its Pods listen on',
        needs: 'cluster',
      }),
    ],
  }
}

const nodePort = (
  ingress: Ingress,
  { path, anchor }: PlacedBackend,
  service: Service,
  port: ServicePort | undefined,
  values: Values,
): TargetPort => {
  if (port?.nodePort !== undefined && port.nodePort > 0 && service.type !== 'ExternalName')
    return { port: port.nodePort, findings: [] }
  const typed = service.type === 'NodePort' || service.type === 'LoadBalancer'
  if (port === undefined && typed) return { findings: [] }
  const settled = values.get(targetType)
  const byDefault = settled.ok && settled.origin === undefined ? ' (default)' : ''
  return {
    findings: [
      onSpec(ingress, `${path}.service.name`, {
        code: 'ServiceWithoutNodePort',
        kind: 'fault',
        anchor,
        value: JSON.stringify(service.name),
        message: typed
          ? `Service port ${port?.port} has no node port, but target-type is instance${byDefault} and needs one`
          : `Service type is ${service.type}, but target-type is instance${byDefault} and needs a node port`,
        fix: typed
          ? 'set spec.allocateLoadBalancerNodePorts: true on the Service'
          : service.type === 'ExternalName'
            ? 'name a Service of type NodePort'
            : `make the Service type: NodePort, or set ${prefix}target-type: ip`,
        needs: 'cluster',
      }),
    ],
  }
}
