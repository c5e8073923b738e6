import { rulesOf } from '../../shared/aws/details.ts'
import { createRule, deleteRule, modifyRule, setRulePriorities } from '../../shared/aws/elastic-load-balancing.ts'
import { hasRemedy } from '../../shared/aws/errors.ts'
import { readRule } from '../../shared/aws/read/listener.ts'
import { readTagsOf } from '../../shared/aws/read/tags.ts'
import { actionsInput, conditionsInput, isSameAction, isSameConditions, usedBy } from './actions.ts'
import type { ApplyIo, Made, StepOf, StepResult } from './io.ts'
import { resolve } from './references.ts'
import { remove, whileInvisible } from './retry.ts'
import { completeTags, foreign, isOurs, tagList } from './tags.ts'

/** Creates the rule, or takes the one that an earlier attempt made: same priority, content and tags. */
export const runCreateRule = async (io: ApplyIo, step: StepOf<'create-rule'>, made: Made): Promise<StepResult> => {
  const listenerArn = resolve(step.listener, made)
  const input = {
    ListenerArn: listenerArn,
    Priority: step.priority,
    Conditions: conditionsInput(step.conditions),
    Actions: actionsInput(step.action, made),
    Tags: tagList(step.tags),
  }
  try {
    const output = await whileInvisible(io, [step.listener, ...usedBy(step.action)], () =>
      io.aws.call(createRule, input, io.signal),
    )
    const arn = output.Rules?.[0]?.RuleArn
    if (arn === undefined) throw foreign({ ...call, code: 'NoAnswer', message: 'CreateRule answered no rule' })
    return { made: arn, written: [] }
  } catch (error) {
    if (!hasRemedy(error, 'duplicate')) throw error
    return adopt(io, step, listenerArn, made)
  }
}

const call = { service: 'elasticloadbalancing', action: 'CreateRule' } as const

const adopt = async (
  io: ApplyIo,
  step: StepOf<'create-rule'>,
  listenerArn: string,
  made: Made,
): Promise<StepResult> => {
  const rules = await rulesOf(io.aws, listenerArn, io.signal)
  const found = rules
    .flatMap((rule) => readRule(rule, () => ({})) ?? [])
    .find((rule) => rule.priority === step.priority)
  const tags = found === undefined ? {} : ((await readTagsOf(io.aws, [found.arn], io.signal)).get(found.arn) ?? {})
  const isSame =
    found !== undefined &&
    isOurs(tags, step.tags) &&
    isSameConditions(found.conditions, step.conditions) &&
    isSameAction(found.actions, step.action, made)
  if (!isSame) {
    const message = `a rule of priority ${step.priority} exists and is not as it should be`
    throw foreign({ ...call, code: 'PriorityInUse', message })
  }
  await completeTags(io, found.arn, tags, step.tags)
  return { made: found.arn, written: [] }
}

export const runModifyRule = async (io: ApplyIo, step: StepOf<'modify-rule'>, made: Made): Promise<StepResult> => {
  const input = {
    RuleArn: resolve(step.rule, made),
    Conditions: conditionsInput(step.conditions),
    Actions: actionsInput(step.action, made),
  }
  await whileInvisible(io, [step.rule, ...usedBy(step.action)], () => io.aws.call(modifyRule, input, io.signal))
  return { written: [] }
}

/** Atomic: priorities may be swapped. */
export const runSetRulePriorities = async (
  io: ApplyIo,
  step: StepOf<'set-rule-priorities'>,
  made: Made,
): Promise<StepResult> => {
  const RulePriorities = step.priorities.map(({ rule, priority }) => ({
    RuleArn: resolve(rule, made),
    Priority: priority,
  }))
  await whileInvisible(
    io,
    step.priorities.map(({ rule }) => rule),
    () => io.aws.call(setRulePriorities, { RulePriorities }, io.signal),
  )
  return { written: [] }
}

export const runDeleteRule = async (io: ApplyIo, step: StepOf<'delete-rule'>, made: Made): Promise<StepResult> => {
  const arn = resolve(step.rule, made)
  await remove(io, { step, id: arn }, () => io.aws.call(deleteRule, { RuleArn: arn }, io.signal))
  return { written: [] }
}
