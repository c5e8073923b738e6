import type { Row } from '../context.ts'
import { refuse } from '../errors.ts'
import { has, text, texts } from '../request.ts'
import { listenerNotFound } from './listeners.ts'
import { loadBalancerNotFound } from './load-balancers.ts'
import { ruleNotFound } from './rules.ts'
import { targetGroupNotFound } from './target-groups.ts'

/** Row 32: what describes refuse. */
export const describeRows: readonly Row[] = [
  {
    row: 32,
    refuses: 'more than 20 ARNs or names in a describe; two ways of selection at once',
    actions: ['DescribeLoadBalancers', 'DescribeListeners', 'DescribeRules', 'DescribeTargetGroups'],
    judge: ({ request }) => {
      const lists = ['LoadBalancerArns', 'Names', 'ListenerArns', 'RuleArns', 'TargetGroupArns']
      const long = lists.find((name) => texts(request.input, name).length > 20)
      if (long !== undefined)
        return refuse(
          'ValidationError',
          `'${long}' failed to satisfy constraint: Member must have length less than or equal to 20`,
        )
      const given = [...lists, 'LoadBalancerArn', 'ListenerArn'].filter((name) => has(request.input, name))
      return given.length > 1
        ? refuse('ValidationError', `${given.join(', ')} cannot be specified at the same time`)
        : undefined
    },
  },
  {
    row: 32,
    refuses: 'listeners or rules of nothing in particular',
    actions: ['DescribeListeners', 'DescribeRules'],
    judge: ({ request: { input, action } }) => {
      const [one, many] =
        action === 'DescribeListeners' ? ['LoadBalancerArn', 'ListenerArns'] : ['ListenerArn', 'RuleArns']
      return has(input, one) || has(input, many)
        ? undefined
        : refuse('ValidationError', `You must specify either ${many} or a ${one}`)
    },
  },
  {
    row: 32,
    refuses: 'an unknown load balancer, also among known ones',
    actions: ['DescribeLoadBalancers', 'DescribeListeners', 'DescribeTargetGroups'],
    judge: ({ request: { input, action }, world }) => {
      const one = text(input, 'LoadBalancerArn')
      const arns = [...texts(input, 'LoadBalancerArns'), ...(one === undefined ? [] : [one])]
      const unknownArn = arns.find((arn) => world.loadBalancer(arn) === undefined)
      if (unknownArn !== undefined) return loadBalancerNotFound(unknownArn)
      const names = action === 'DescribeLoadBalancers' ? texts(input, 'Names') : []
      const unknownName = names.find((name) => !world.loadBalancers.some((loadBalancer) => loadBalancer.name === name))
      return unknownName === undefined ? undefined : loadBalancerNotFound(unknownName)
    },
  },
  {
    row: 32,
    refuses: 'an unknown listener, rule or target group, also among known ones',
    actions: ['DescribeListeners', 'DescribeRules', 'DescribeTargetGroups'],
    judge: ({ request: { input, action }, world }) => {
      const one = text(input, 'ListenerArn')
      const listener = [...texts(input, 'ListenerArns'), ...(one === undefined ? [] : [one])].find(
        (arn) => world.listener(arn) === undefined,
      )
      if (listener !== undefined) return listenerNotFound(listener)
      const rule = texts(input, 'RuleArns').find((arn) => world.rule(arn) === undefined)
      if (rule !== undefined) return ruleNotFound(rule)
      if (action !== 'DescribeTargetGroups') return undefined
      const targetGroup =
        texts(input, 'TargetGroupArns').find((arn) => world.targetGroup(arn) === undefined) ??
        texts(input, 'Names').find((name) => !world.targetGroups.some((known) => known.name === name))
      return targetGroup === undefined ? undefined : targetGroupNotFound(targetGroup)
    },
  },
  {
    row: 33,
    refuses: 'a page size outside 1 to 400',
    actions: ['DescribeLoadBalancers', 'DescribeListeners', 'DescribeRules', 'DescribeTargetGroups'],
    judge: ({ request }) => {
      const size = text(request.input, 'PageSize')
      return size === undefined || (/^\d+$/.test(size) && Number(size) >= 1 && Number(size) <= 400)
        ? undefined
        : refuse('ValidationError', `Value '${size}' at 'pageSize' must be between 1 and 400`)
    },
  },
]
