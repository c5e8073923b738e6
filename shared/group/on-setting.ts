import { type AnySetting, type Values, valueOf } from '../annotation/setting.ts'
import type { Finding } from '../findings/finding.ts'
import { ingressRef } from '../findings/on-spec.ts'
import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import { annotationPath, prefix } from '../names/annotation-keys.ts'

/** What is found of a setting, without its place. */
export type SettingProblem = Pick<Finding, 'code' | 'kind' | 'message' | 'needs'> &
  Partial<Pick<Finding, 'value' | 'fix' | 'details' | 'warning'>>

/** A finding on the annotation of a setting, whether it is written or left to its default. */
export const onSetting = (
  ingress: Ingress,
  values: Values,
  definition: AnySetting,
  problem: SettingProblem,
): Finding => {
  const { origin } = values.get(definition)
  const key = origin?.key ?? prefix + definition.key
  return {
    member: nameOf(ingress),
    origin: origin ?? { source: 'default', object: ingressRef(ingress), key },
    path: annotationPath(key),
    anchor: key,
    tenancy: false,
    ...problem,
  }
}

/** That a value, or its default, could not be held against AWS. */
export const notChecked = (ingress: Ingress, values: Values, definition: AnySetting, why: string): Finding => {
  const value = valueOf(values, definition)
  return onSetting(ingress, values, definition, {
    code: 'NotChecked',
    kind: 'unchecked',
    ...(value === undefined ? {} : { value: JSON.stringify(definition.codec.encode(value)) }),
    message: `not checked: ${why}`,
    warning: `${definition.key}: not checked: ${why}; the controller checks it again`,
    needs: 'aws',
  })
}
