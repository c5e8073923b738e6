import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Condition } from '../../shared/model/model.ts'
import type { ObservedAction, ObservedCondition } from '../../shared/model/observed.ts'
import { sameSet } from '../../shared/plan/compare.ts'
import type { Ref, RuleAction } from '../../shared/plan/step.ts'
import type { Made } from './io.ts'
import { resolve } from './references.ts'

/** Conditions in their config forms, which take what `Values` takes and more (ELBv2 API, `RuleCondition`). */
export const conditionsInput = (conditions: readonly Condition[]): RuleCondition[] =>
  conditions.map((condition) => {
    const config = { Values: [...condition.values] }
    switch (condition.field) {
      case 'host-header':
        return { Field: 'host-header', HostHeaderConfig: config }
      case 'path-pattern':
        return { Field: 'path-pattern', PathPatternConfig: config }
      default:
        return condition satisfies never
    }
  })

/** One action; a forward to one target group carries no weight, a response without a body none at all. */
export const actionsInput = (action: RuleAction, made: Made): Action[] => {
  switch (action.is) {
    case 'forward': {
      const TargetGroupArn = resolve(action.targetGroup, made)
      const TargetGroups =
        action.standIn === undefined
          ? [{ TargetGroupArn }]
          : [
              { TargetGroupArn: resolve(action.standIn, made), Weight: 1 },
              { TargetGroupArn, Weight: 0 },
            ]
      return [{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups } }]
    }
    case 'fixed-response': {
      const FixedResponseConfig = {
        StatusCode: action.statusCode,
        ContentType: action.contentType,
        ...(action.messageBody === undefined || action.messageBody === '' ? {} : { MessageBody: action.messageBody }),
      }
      return [{ Type: 'fixed-response', Order: 1, FixedResponseConfig }]
    }
    case 'redirect': {
      const { protocol: Protocol, port: Port, statusCode: StatusCode } = action
      return [{ Type: 'redirect', Order: 1, RedirectConfig: { Protocol, Port, StatusCode } }]
    }
    default:
      return action satisfies never
  }
}

/** What an action refers to. */
export const usedBy = (action: RuleAction): readonly Ref[] =>
  action.is === 'forward' ? [action.targetGroup, ...(action.standIn === undefined ? [] : [action.standIn])] : []

/** Whether AWS holds exactly the action. */
export const isSameAction = (observed: readonly ObservedAction[], wanted: RuleAction, made: Made): boolean => {
  const [only, ...more] = observed
  if (only === undefined || more.length > 0) return false
  switch (wanted.is) {
    case 'forward': {
      if (only.is !== 'forward') return false
      const { targetGroupArns, idle = [] } = only
      const arn = resolve(wanted.targetGroup, made)
      return wanted.standIn === undefined
        ? sameSet(targetGroupArns, [arn]) && idle.length === 0
        : sameSet(targetGroupArns, [resolve(wanted.standIn, made)]) && sameSet(idle, [arn])
    }
    case 'fixed-response':
      return (
        only.is === 'fixed-response' &&
        only.statusCode === wanted.statusCode &&
        only.contentType === wanted.contentType &&
        (only.messageBody ?? '') === (wanted.messageBody ?? '')
      )
    case 'redirect':
      return only.is === 'redirect' && only.protocol === wanted.protocol && only.port === wanted.port
    default:
      return wanted satisfies never
  }
}

/** Whether AWS holds exactly the conditions; their order and that of their values do not matter. */
export const isSameConditions = (observed: readonly ObservedCondition[], wanted: readonly Condition[]): boolean =>
  JSON.stringify(observed.map(conditionText).toSorted()) === JSON.stringify(wanted.map(conditionText).toSorted())

const conditionText = (condition: ObservedCondition): string =>
  JSON.stringify([condition.field, condition.field === 'other' ? condition.text : condition.values.toSorted()])
