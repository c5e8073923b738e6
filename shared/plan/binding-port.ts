import type { Service, ServicePort, TargetGroupBinding } from '../kubernetes/objects.ts'

/** What a binding's reference to a Service comes to. */
export type BindingPort =
  | { readonly is: 'node-port'; readonly nodePort: number }
  | { readonly is: 'pods'; readonly port: ServicePort }
  /** The Service or its port is not there: the binding has no targets. */
  | { readonly is: 'missing'; readonly why: string }
  /** It is there, but targets cannot be made of it: the targets stay as they are. */
  | { readonly is: 'unusable'; readonly why: string }

export const bindingPort = (binding: TargetGroupBinding, service: Service | undefined): BindingPort => {
  const { serviceRef, targetType } = binding.spec
  const name = `${binding.namespace}/${serviceRef.name}`
  if (targetType !== 'instance' && targetType !== 'ip')
    return { is: 'unusable', why: `targets of type ${targetType ?? '(none given)'} are not supported yet` }
  const [field] = binding.spec.notFollowed ?? []
  if (field !== undefined) return { is: 'unusable', why: `spec.${field} is not supported yet` }
  if (service === undefined) return { is: 'missing', why: `Service ${name} does not exist` }
  const port = service.ports.find((candidate) => isMeant(candidate, serviceRef.port))
  if (port === undefined) return { is: 'missing', why: `Service ${name} has no port ${serviceRef.port}` }
  if (targetType === 'ip') return { is: 'pods', port }
  if (port.nodePort === undefined || port.nodePort === 0)
    return { is: 'unusable', why: `port ${serviceRef.port} of Service ${name} has no node port` }
  return { is: 'node-port', nodePort: port.nodePort }
}

const isMeant = ({ name, port }: ServicePort, reference: number | string): boolean =>
  typeof reference === 'number' ? port === reference : name === reference || String(port) === reference
