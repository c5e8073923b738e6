import type { Finding } from './finding.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import { nameOf } from '../kubernetes/objects.ts'

type Rest = Pick<Finding, 'code' | 'kind' | 'message' | 'needs' | 'anchor'> &
  Partial<Pick<Finding, 'value' | 'fix' | 'warning' | 'details'>>

/** A finding on a field of an Ingress' `spec`. `path` is the whole field path. */
export const onSpec = (ingress: Ingress, path: string, rest: Rest): Finding => ({
  member: nameOf(ingress),
  origin: { source: 'spec', object: ingressRef(ingress), key: path },
  path,
  tenancy: false,
  ...rest,
})

/** How findings name an Ingress. */
export const ingressRef = (ingress: Ingress): Finding['origin']['object'] => ({
  kind: 'Ingress',
  namespace: ingress.namespace,
  name: ingress.name,
})
