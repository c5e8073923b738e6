import type { Finding } from '../findings/finding.ts'
import { onSpec } from '../findings/on-spec.ts'
import type { Ingress, Service, ServicePort, ServicePortReference } from '../kubernetes/objects.ts'
import { nearest } from '../text/nearest.ts'
import { quote } from '../text/quote.ts'
import type { PlacedBackend } from './backend.ts'

/** The port of a Service that a reference by number or by name means. */
export const findServicePort = (service: Service, reference: ServicePortReference): ServicePort | undefined =>
  service.ports.find((port) => ('number' in reference ? port.port === reference.number : port.name === reference.name))

/** The fault of a reference to a port that the Service does not have, with the ports that it has. */
export const portNotFound = (
  ingress: Ingress,
  { path, anchor }: PlacedBackend,
  service: Service,
  reference: ServicePortReference,
): Finding => {
  const byNumber = 'number' in reference
  const has = service.ports.slice(0, 5).map(describe(byNumber))
  const more = service.ports.length > 5 ? ` and ${service.ports.length - 5} more` : ''
  const message =
    has.length === 0
      ? `Service "${service.name}" has no ports`
      : `Service "${service.name}" has port${has.length === 1 ? '' : 's'} ${has.join(', ')}${more}`
  const fix = portFix(service, reference)
  return onSpec(ingress, `${path}.service.port.${byNumber ? 'number' : 'name'}`, {
    code: 'ServicePortNotFound',
    kind: 'fault',
    anchor,
    value: byNumber ? String(reference.number) : quote(reference.name),
    message,
    ...(fix === undefined ? {} : { fix }),
    needs: 'cluster',
  })
}

const describe =
  (byNumber: boolean) =>
  (port: ServicePort): string => {
    if (port.name === undefined) return String(port.port)
    return byNumber ? `${port.port} (${port.name})` : `${port.name} (${port.port})`
  }

const portFix = (service: Service, reference: ServicePortReference): string | undefined => {
  if ('number' in reference) {
    const numbers = service.ports.slice(0, 2).map((port) => String(port.port))
    return numbers.length === 0 ? undefined : `write ${numbers.join(' or ')}`
  }
  const names = service.ports.flatMap((port) => (port.name === undefined ? [] : [port.name]))
  const hint = nearest(reference.name, names, 'value')
  if (hint !== undefined) return `did you mean ${quote(hint)}?`
  const [first] = service.ports
  return first === undefined
    ? undefined
    : `write ${first.name === undefined ? `number: ${first.port}` : quote(first.name)}`
}
