import type { ClusterView } from '../../shared/ingress/facts.ts'
import type { Ingress, Service } from '../../shared/kubernetes/objects.ts'
import { lastApplied } from '../../shared/kubernetes/chosen.ts'
import { readIngress, readIngressClass, readService } from '../../shared/kubernetes/read.ts'
import type { Manifest } from './scenario.ts'

/** An object as the API server keeps it after `kubectl apply`. */
export interface Stored {
  readonly manifest: Manifest
  readonly raw: Manifest
}

export const keyOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`

/** What `kubectl apply` makes of a manifest beside what is stored: annotations that the user did not write stay. */
export const applied = (manifest: Manifest, before: Stored | undefined, finalizers: readonly string[]): Manifest => {
  const written = before?.manifest.metadata.annotations ?? {}
  const kept = Object.entries(before?.raw.metadata.annotations ?? {}).filter(([key]) => written[key] === undefined)
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      uid: `uid-${manifest.metadata.name}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      finalizers,
      annotations: {
        ...Object.fromEntries(kept),
        ...manifest.metadata.annotations,
        [lastApplied]: JSON.stringify(manifest),
      },
    },
  }
}

/** A cluster of the objects that are stored. */
export const viewOf = (stored: ReadonlyMap<string, Stored>): ClusterView => {
  const services = ofKind(stored, 'Service').map(readService)
  const ingressClasses = ofKind(stored, 'IngressClass').map(readIngressClass)
  return {
    service: (namespace, name) => services.find((each) => each.namespace === namespace && each.name === name),
    ingressClass: (name) => ingressClasses.find((each) => each.name === name),
    ingressClasses,
    ingresses: ofKind(stored, 'Ingress').map(readIngress),
    nodes: [],
  }
}

export const ingressesOf = (stored: ReadonlyMap<string, Stored>): readonly Ingress[] =>
  ofKind(stored, 'Ingress').map(readIngress)

export const serviceOf = (raw: Manifest): Service => readService(raw)

const ofKind = (stored: ReadonlyMap<string, Stored>, kind: string): readonly Manifest[] =>
  [...stored.values()].map(({ raw }) => raw).filter((raw) => raw.kind === kind)
