import { legacyTagKeys } from '../names/tags.ts'
import type { Action, Condition, HealthCheck, Tags } from '../model/model.ts'
import type { ObservedAction, ObservedCondition } from '../model/observed.ts'

/** Texts equal as sets. */
export const sameSet = (a: readonly string[], b: readonly string[]): boolean => {
  const set = new Set(a)
  return set.size === new Set(b).size && b.every((entry) => set.has(entry))
}

/** What must be set and removed so that a resource has the tags wanted. */
export interface TagChange {
  readonly set: Tags
  readonly remove: readonly string[]
}

/** Keys that a resource keeps although nobody of ours wants them (`behaviour.md` 9.2). */
export interface SparedTags {
  readonly cluster: string
  readonly externalManaged: readonly string[]
  /** Load balancers, target groups and security groups keep the keys of version 1; listeners and rules do not. */
  readonly legacy: boolean
}

/** The change of tags, or undefined when there is none. Spared keys are neither set nor removed. */
export const tagChange = (wanted: Tags, found: Tags, spared: SparedTags): TagChange | undefined => {
  const kept = new Set([...spared.externalManaged, ...(spared.legacy ? legacyTagKeys(spared.cluster) : [])])
  const isSpared = (key: string): boolean => key.startsWith('aws:') || kept.has(key)
  const set = Object.fromEntries(
    Object.entries(wanted)
      .filter(([key, value]) => found[key] !== value && !isSpared(key))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  const remove = Object.keys(found)
    .filter((key) => wanted[key] === undefined && !isSpared(key))
    .sort()
  return Object.keys(set).length === 0 && remove.length === 0 ? undefined : { set, remove }
}

/** Conditions equal: fields in any order, values in order, as aws-load-balancer-controller compares them. */
export const sameConditions = (wanted: readonly Condition[], found: readonly ObservedCondition[]): boolean =>
  wanted.length === found.length && conditionTexts(wanted).every((text, index) => text === conditionTexts(found)[index])

const conditionTexts = (conditions: readonly ObservedCondition[]): readonly string[] =>
  conditions
    .map((condition) =>
      condition.field === 'other'
        ? `other ${condition.text}`
        : `${condition.field} ${JSON.stringify(condition.values)}`,
    )
    .sort()

/** How the target groups of a model are found by resource id. */
export interface LiveTargetGroups {
  /** The ARN of a target group; undefined while it does not exist. */
  readonly arnOf: (resourceId: string) => string | undefined
  /** The ARN of the one that gets its requests while it has no healthy target itself. */
  readonly standInOf: (resourceId: string) => string | undefined
}

/** Whether the actions of AWS are the one wanted. */
export const sameAction = (wanted: Action, found: readonly ObservedAction[], live: LiveTargetGroups): boolean => {
  const [only, ...others] = found
  if (only === undefined || others.length > 0) return false
  switch (wanted.is) {
    case 'forward': {
      const [arn, standIn] = [live.arnOf(wanted.targetGroup), live.standInOf(wanted.targetGroup)]
      if (only.is !== 'forward' || arn === undefined) return false
      const { targetGroupArns, idle = [] } = only
      return standIn === undefined
        ? sameSet(targetGroupArns, [arn]) && idle.length === 0
        : sameSet(targetGroupArns, [standIn]) && sameSet(idle, [arn])
    }
    case 'fixed-response':
      return (
        only.is === 'fixed-response' &&
        only.statusCode === wanted.statusCode &&
        only.contentType === wanted.contentType &&
        (only.messageBody ?? '') === (wanted.messageBody ?? '')
      )
    case 'redirect':
      return (
        only.is === 'redirect' &&
        only.protocol === wanted.protocol &&
        only.port === wanted.port &&
        only.statusCode === wanted.statusCode
      )
    default:
      return wanted satisfies never
  }
}

export const sameHealthCheck = (a: HealthCheck, b: HealthCheck): boolean =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  a.path === b.path &&
  a.intervalSeconds === b.intervalSeconds &&
  a.timeoutSeconds === b.timeoutSeconds &&
  a.healthyThreshold === b.healthyThreshold &&
  a.unhealthyThreshold === b.unhealthyThreshold &&
  a.successCodes === b.successCodes
