import type { ClusterClient } from '../shared/cluster/client.ts'
import { hasRemedy } from '../shared/cluster/errors.ts'
import type { ClusterRemedy } from '../shared/cluster/errors.ts'
import { createLease, getLease, updateLease } from '../shared/cluster/leases.ts'
import type { LeaseApi } from './lease.ts'

/** The Lease of that name on the API server. The client should be one of its own, so that no load delays a renewal. */
export const leaseApi = (
  client: ClusterClient,
  name: { readonly namespace: string; readonly name: string },
  timeoutMs: number,
): LeaseApi => ({
  get: (signal) => getLease(client, name, { signal, timeoutMs }),
  create: (spec, signal) => unless(['already-exists'], createLease(client, name, spec, { signal, timeoutMs })),
  update: (lease, spec, signal) =>
    unless(['conflict', 'not-found'], updateLease(client, lease, spec, { signal, timeoutMs })),
})

const unless = async <T>(remedies: readonly ClusterRemedy[], write: Promise<T>): Promise<T | undefined> => {
  try {
    return await write
  } catch (error) {
    if (hasRemedy(error, ...remedies)) return undefined
    throw error
  }
}
