import type { JsonObject, Manifest } from '../objects.ts'
import { productLabels } from '../labels.ts'
import type { Schema } from './schema.ts'

/** A column of `kubectl get`; those with a priority show with `-o wide` only. */
export interface Column {
  readonly name: string
  readonly type: 'string' | 'date'
  readonly jsonPath: string
  readonly description?: string
  readonly priority?: number
}

/** One version of a kind. */
export interface Version {
  readonly name: string
  readonly storage: boolean
  readonly columns: readonly Column[]
  readonly schema: Schema
  readonly subresources: JsonObject
}

/** Names and scope of a kind. */
export interface Kind {
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly scope: 'Namespaced' | 'Cluster'
}

/** API group of TargetGroupBinding and IngressClassParams, shared with aws-load-balancer-controller. */
export const group = 'elbv2.k8s.aws'

/** The column that shows how old an object is. */
export const ageColumn: Column = { name: 'AGE', type: 'date', jsonPath: '.metadata.creationTimestamp' }

/** A CustomResourceDefinition; every version is served. */
export const customResourceDefinition = (of: Kind, versions: readonly Version[]): Manifest => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${of.plural}.${group}`, labels: productLabels },
  spec: {
    group,
    names: { kind: of.kind, listKind: `${of.kind}List`, plural: of.plural, singular: of.singular },
    scope: of.scope,
    versions: versions.map((version) => ({
      name: version.name,
      served: true,
      storage: version.storage,
      additionalPrinterColumns: version.columns.map((column) => ({ ...column })),
      schema: { openAPIV3Schema: version.schema },
      subresources: version.subresources,
    })),
  },
})
