import type { Row } from '../context.ts'
import { type Refusal, refuse } from '../errors.ts'
import { loadBalancerOfListener, listenerOfRule } from '../model.ts'
import { list, text } from '../request.ts'

/** Rows about rules, but for their conditions and actions. */
export const ruleRows: readonly Row[] = [
  {
    row: 17,
    refuses: 'an unknown rule',
    actions: ['DeleteRule', 'ModifyRule', 'SetRulePriorities'],
    judge: ({ request, world }) => {
      const arns =
        request.action === 'SetRulePriorities'
          ? list(request.input, 'RulePriorities').map((item) => text(item, 'RuleArn') ?? '')
          : [text(request.input, 'RuleArn') ?? '']
      const unknown = arns.find((arn) => world.rule(arn) === undefined)
      return unknown === undefined ? undefined : ruleNotFound(unknown)
    },
  },
  {
    row: 17,
    refuses: 'the deletion of a default rule, or any change of it but through its listener',
    actions: ['DeleteRule', 'ModifyRule', 'SetRulePriorities'],
    judge: ({ request, world }) => {
      const moved = list(request.input, 'RulePriorities').map((item) => text(item, 'RuleArn') ?? '')
      const isDefault = [...moved, text(request.input, 'RuleArn') ?? ''].some(
        (arn) => world.rule(arn)?.priority === 'default',
      )
      return isDefault
        ? refuse('OperationNotPermitted', 'Default rules cannot be deleted, moved or modified')
        : undefined
    },
  },
  {
    row: 15,
    refuses: 'a priority outside 1 to 50,000',
    actions: ['CreateRule', 'SetRulePriorities'],
    judge: ({ request }) => {
      const wanted =
        request.action === 'CreateRule'
          ? [text(request.input, 'Priority') ?? '']
          : list(request.input, 'RulePriorities').map((item) => text(item, 'Priority') ?? '')
      const wrong = wanted.find(
        (priority) => !(/^\d+$/.test(priority) && Number(priority) >= 1 && Number(priority) <= 50_000),
      )
      return wrong === undefined
        ? undefined
        : refuse('ValidationError', `Value '${wrong}' at 'priority' must be between 1 and 50000`)
    },
  },
  {
    row: 15,
    refuses: 'a priority that another rule has',
    actions: ['CreateRule'],
    judge: ({ request, world }) => {
      const priority = Number(text(request.input, 'Priority'))
      const taken = world.rulesOf(text(request.input, 'ListenerArn') ?? '').some((rule) => rule.priority === priority)
      return taken ? priorityInUse(priority) : undefined
    },
  },
  {
    row: 16,
    refuses: 'priorities after which two rules of a listener would have the same',
    actions: ['SetRulePriorities'],
    judge: ({ request, world }) => {
      const wanted = new Map(
        list(request.input, 'RulePriorities').map(
          (item) => [text(item, 'RuleArn') ?? '', Number(text(item, 'Priority'))] as const,
        ),
      )
      for (const listenerArn of new Set([...wanted.keys()].map(listenerOfRule))) {
        const after = world.rulesOf(listenerArn).map((rule) => wanted.get(rule.arn) ?? rule.priority)
        const twice = after.find((priority, index) => after.indexOf(priority) !== index)
        if (twice !== undefined) return priorityInUse(twice)
      }
      return undefined
    },
  },
  {
    row: 30,
    refuses: 'more rules than the quota of a load balancer, default rules not counted',
    actions: ['CreateRule'],
    judge: ({ request, world, settings: { quotas } }) => {
      const loadBalancerArn = loadBalancerOfListener(text(request.input, 'ListenerArn') ?? '')
      const count = world.listenersOf(loadBalancerArn).reduce((sum, { arn }) => sum + world.rulesOf(arn).length - 1, 0)
      return count >= quotas.rulesPerLoadBalancer
        ? refuse('TooManyRules', `The maximum number of rules has been reached on load balancer '${loadBalancerArn}'`)
        : undefined
    },
  },
]

/** The refusal for a rule that does not exist. */
export function ruleNotFound(arn: string): Refusal {
  return refuse('RuleNotFound', `One or more rules not found: ${arn}`)
}

function priorityInUse(priority: number | 'default'): Refusal {
  return refuse('PriorityInUse', `Priority '${priority}' is currently in use`)
}
