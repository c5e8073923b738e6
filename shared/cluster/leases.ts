import type { Metadata } from '../kubernetes/objects.ts'
import { at, optionalNumber, optionalText } from '../kubernetes/raw.ts'
import { readMetadata } from '../kubernetes/read.ts'
import type { ClusterClient } from './client.ts'
import { hasRemedy } from './errors.ts'
import { listPath, objectPath } from './paths.ts'
import { mergePatch } from './resources.ts'

/** `coordination.k8s.io/v1` Lease. */
export interface Lease extends Metadata {
  readonly spec: LeaseSpec
}

/** An absent holder is written as '' (client-go does the same when it releases). */
export interface LeaseSpec {
  readonly holderIdentity: string
  readonly leaseDurationSeconds: number
  /** MicroTime, see `microTime`. */
  readonly acquireTime?: string
  readonly renewTime?: string
  readonly leaseTransitions: number
}

/** Kubernetes' MicroTime: RFC 3339 with exactly six digits of a second, which `toISOString` does not give. */
export const microTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '000Z')

const readLease = (raw: unknown): Lease => {
  const acquireTime = optionalText(at(raw, 'spec', 'acquireTime'))
  const renewTime = optionalText(at(raw, 'spec', 'renewTime'))
  return {
    ...readMetadata(raw),
    spec: {
      holderIdentity: optionalText(at(raw, 'spec', 'holderIdentity')) ?? '',
      leaseDurationSeconds: optionalNumber(at(raw, 'spec', 'leaseDurationSeconds')) ?? 0,
      ...(acquireTime === undefined ? {} : { acquireTime }),
      ...(renewTime === undefined ? {} : { renewTime }),
      leaseTransitions: optionalNumber(at(raw, 'spec', 'leaseTransitions')) ?? 0,
    },
  }
}

export interface LeaseCall {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

/** `undefined` where there is none yet. */
export const getLease = async (
  client: ClusterClient,
  name: { readonly namespace: string; readonly name: string },
  call: LeaseCall = {},
): Promise<Lease | undefined> => {
  try {
    return readLease(await client.request({ method: 'GET', path: objectPath('leases', name), ...call }))
  } catch (error) {
    if (hasRemedy(error, 'not-found')) return undefined
    throw error
  }
}

/** @throws ClusterError `already-exists` where another was faster */
export const createLease = async (
  client: ClusterClient,
  name: { readonly namespace: string; readonly name: string },
  spec: LeaseSpec,
  call: LeaseCall = {},
): Promise<Lease> => {
  const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: name, spec }
  return readLease(await client.request({ method: 'POST', path: listPath('leases', name.namespace), body, ...call }))
}

/** @throws ClusterError `conflict` where somebody wrote it since it was read */
export const updateLease = async (
  client: ClusterClient,
  lease: Lease,
  spec: LeaseSpec,
  call: LeaseCall = {},
): Promise<Lease> => {
  const body = { metadata: { resourceVersion: lease.resourceVersion }, spec }
  const path = objectPath('leases', lease)
  return readLease(await client.request({ method: 'PATCH', path, contentType: mergePatch, body, ...call }))
}
