import type { ClusterClient } from '../shared/cluster/client.ts'
import { patchIngressStatus } from '../shared/cluster/resources.ts'
import type { Ingress, IngressStatus } from '../shared/kubernetes/objects.ts'
import { writeFresh } from './write-fresh.ts'

/** What the ports of a member that is set aside say in `status` (Kubernetes API, `IngressPortStatus.error`). */
export const setAsideError = 'ingress.k8s.aws/SetAside'

/** The address of a member: the load balancer's DNS name in lower case, and the listener ports that serve it. */
export const wantedStatus = (of: {
  readonly dnsName: string
  readonly ports: readonly number[]
  readonly setAside: boolean
}): IngressStatus => ({
  hostname: of.dnsName.toLowerCase(),
  ports: [...new Set(of.ports)]
    .toSorted((one, other) => one - other)
    .map((port) => (of.setAside ? { port, error: setAsideError } : { port })),
})

/** Equal in what is published: host name, ports and their errors. */
export const isSameStatus = (one: IngressStatus, other: IngressStatus): boolean => textOf(one) === textOf(other)

const textOf = ({ hostname, ports }: IngressStatus): string =>
  JSON.stringify([hostname ?? '', ports.map(({ port, error }) => [port, error ?? ''])])

/**
 * Publishes a status where it differs.
 * @returns whether something was written
 */
export const publishStatus = async (
  client: ClusterClient,
  ingress: Ingress,
  status: IngressStatus,
  signal?: AbortSignal,
): Promise<boolean> => {
  let written = false
  await writeFresh(client, ingress, (now) => {
    written = !isSameStatus(now.status, status)
    return written ? patchIngressStatus(client, now, status, signal) : undefined
  })
  return written
}

/**
 * Clears the address of a member that left, if it still holds the host name of a load balancer that the group had.
 * @returns whether something was written
 */
export const clearStatus = async (
  client: ClusterClient,
  ingress: Ingress,
  dnsNames: readonly string[],
  signal?: AbortSignal,
): Promise<boolean> => {
  const ours = new Set(dnsNames.map((dnsName) => dnsName.toLowerCase()))
  let written = false
  await writeFresh(client, ingress, (now) => {
    written = ours.has(now.status.hostname ?? '')
    return written ? patchIngressStatus(client, now, { ports: [] }, signal) : undefined
  })
  return written
}
