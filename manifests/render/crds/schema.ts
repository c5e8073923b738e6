import type { JsonObject } from '../objects.ts'

/** A structural schema (Kubernetes, "Extend the Kubernetes API with CustomResourceDefinitions"). */
export type Schema = JsonObject

/** A string; `limits` are `enum`, `pattern`, `minLength` and the like. */
export const text = (description: string, limits: JsonObject = {}): Schema => ({
  description,
  type: 'string',
  ...limits,
})

/** A signed integer of 32 or 64 bits. */
export const integer = (description: string, format: 'int32' | 'int64', limits: JsonObject = {}): Schema => ({
  description,
  type: 'integer',
  format,
  ...limits,
})

/** `true` or `false`. */
export const boolean = (description: string): Schema => ({ description, type: 'boolean' })

/** A port: its number or its name. */
export const numberOrName = (description: string): Schema => ({
  description,
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  'x-kubernetes-int-or-string': true,
})

/** A list of equal items. */
export const list = (description: string, items: Schema, limits: JsonObject = {}): Schema => ({
  description,
  type: 'array',
  items,
  ...limits,
})

/** A map from any string to equal values. */
export const map = (description: string, values: Schema): Schema => ({
  description,
  type: 'object',
  additionalProperties: values,
})

/** An object with named fields. */
export const fields = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
  more: JsonObject = {},
): Schema => ({
  description,
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
  ...more,
})

/** The schema of a whole object: the fields that every object has, and `parts`. */
export const root = (description: string, parts: Readonly<Record<string, Schema>>): Schema =>
  fields(description, {
    apiVersion: text('Group and version of this object, as in every Kubernetes object.'),
    kind: text('Kind of this object, as in every Kubernetes object. It never changes.'),
    metadata: { type: 'object' },
    ...parts,
  })

const atomicList = { 'x-kubernetes-list-type': 'atomic' } as const

/** `LabelSelector` of `meta/v1`; all its requirements must hold. */
export const labelSelector = (description: string): Schema =>
  fields(
    description,
    {
      matchExpressions: list(
        'Requirements on labels. All of them must hold.',
        fields(
          'One requirement on one label.',
          {
            key: text('The key of the label.'),
            operator: text('In and NotIn compare with values; Exists and DoesNotExist look at the key alone.'),
            values: list(
              'What In and NotIn compare with: at least one value. Empty for Exists and DoesNotExist.',
              { type: 'string' },
              atomicList,
            ),
          },
          ['key', 'operator'],
        ),
        atomicList,
      ),
      matchLabels: map('Labels that must be there with exactly these values.', { type: 'string' }),
    },
    [],
    { 'x-kubernetes-map-type': 'atomic' },
  )
