import type { Context, Row } from '../context.ts'
import { type Refusal, refuse } from '../errors.ts'
import { listenerOfRule, loadBalancerOfListener, targetGroupsOf } from '../model.ts'
import { has, type Input, list, text } from '../request.ts'

const routing = ['forward', 'redirect', 'fixed-response']
const known = [...routing, 'authenticate-oidc', 'authenticate-cognito', 'jwt-validation']
const contentTypes = ['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json']
const everywhere = ['CreateRule', 'ModifyRule', 'CreateListener', 'ModifyListener']

/** Rows about the actions of rules and the default actions of listeners ("Action types for listener rules"). */
export const actionRows: readonly Row[] = [
  {
    row: 19,
    refuses:
      'no action; an unknown one; two routing actions; a routing action that is not the last; an order missing or twice',
    actions: everywhere,
    judge: ({ request }) => {
      const actions = wantedActions(request)
      if (actions.length === 0)
        return request.action === 'CreateRule'
          ? refuse('InvalidLoadBalancerAction', 'A rule must have at least one action')
          : undefined
      const unknown = actions.find((action) => !known.includes(text(action, 'Type') ?? ''))
      if (unknown !== undefined) return refuse('ValidationError', `Invalid action type '${text(unknown, 'Type')}'`)
      const orders = actions.map((action) => text(action, 'Order'))
      if (actions.length > 1 && (orders.includes(undefined) || new Set(orders).size < orders.length))
        return refuse('InvalidLoadBalancerAction', 'Each action must have an order of its own')
      const sorted = actions.toSorted(
        (left, right) => Number(text(left, 'Order') ?? 1) - Number(text(right, 'Order') ?? 1),
      )
      const places = sorted.flatMap((action, index) => (routing.includes(text(action, 'Type') ?? '') ? [index] : []))
      return places.length === 1 && places[0] === sorted.length - 1
        ? undefined
        : refuse(
            'InvalidLoadBalancerAction',
            'The last action, and no other, must be a forward, redirect or fixed-response',
          )
    },
  },
  {
    row: 20,
    refuses: 'a fixed response or redirect with values that AWS does not take',
    actions: everywhere,
    judge: ({ request, world }) => {
      const { input } = request
      const listener = world.listener(text(input, 'ListenerArn') ?? listenerOfRule(text(input, 'RuleArn') ?? ''))
      const protocol = text(input, 'Protocol') ?? listener?.protocol ?? 'HTTP'
      const port = text(input, 'Port') ?? String(listener?.port ?? '')
      for (const action of wantedActions(request)) {
        const refusal = judgeFixedResponse(action) ?? judgeRedirect(action, protocol, port)
        if (refusal !== undefined) return refusal
      }
      return undefined
    },
  },
  {
    row: 20,
    refuses: 'a weight outside 0 to 999, more than 5 target groups, stickiness outside 1 to 604,800 seconds',
    actions: everywhere,
    judge: ({ request, settings: { quotas } }) => {
      for (const action of wantedActions(request)) {
        const tuples = list(action, 'ForwardConfig', 'TargetGroups')
        if (text(action, 'Type') === 'forward' && tuples.length === 0 && !has(action, 'TargetGroupArn'))
          return refuse('ValidationError', 'A target group must be specified for a forward action')
        if (tuples.length > quotas.targetGroupsPerAction)
          return refuse(
            'TooManyTargetGroups',
            `A forward action can have at most ${quotas.targetGroupsPerAction} target groups`,
          )
        const arns = tuples.map((tuple) => text(tuple, 'TargetGroupArn'))
        if (new Set(arns).size < arns.length)
          return refuse('ValidationError', 'A target group can only be given once in a forward action')
        const single = text(action, 'TargetGroupArn')
        if (single !== undefined && arns.length > 0 && (arns.length > 1 || arns[0] !== single))
          return refuse('InvalidLoadBalancerAction', 'TargetGroupArn and ForwardConfig must name the same target group')
        const weights = tuples.flatMap((tuple) => text(tuple, 'Weight') ?? [])
        if (weights.some((weight) => !inRange(weight, 0, 999)))
          return refuse('ValidationError', "The weight must be between '0' and '999'")
        const stickiness = text(action, 'ForwardConfig', 'TargetGroupStickinessConfig', 'DurationSeconds')
        if (stickiness !== undefined && !inRange(stickiness, 1, 604_800))
          return refuse('ValidationError', "The stickiness duration must be between '1' and '604800' seconds")
      }
      return undefined
    },
  },
  {
    row: 21,
    refuses: 'authentication on an HTTP listener',
    actions: everywhere,
    judge: ({ request, world }) => {
      const { input } = request
      const listener = world.listener(text(input, 'ListenerArn') ?? listenerOfRule(text(input, 'RuleArn') ?? ''))
      const protocol = text(input, 'Protocol') ?? listener?.protocol
      const types = wantedActions(request).map((action) => text(action, 'Type') ?? '')
      return protocol === 'HTTP' && types.some((type) => !routing.includes(type))
        ? refuse('InvalidLoadBalancerAction', 'Authentication actions are only supported on HTTPS listeners')
        : undefined
    },
  },
  {
    row: 22,
    refuses: 'a target group that does not exist, that another load balancer uses, or of another VPC',
    actions: everywhere,
    judge: (context) => {
      const { world, request } = context
      const loadBalancerArn = loadBalancerOf(request)
      const users = world.users()
      for (const arn of wantedTargetGroups(request)) {
        const targetGroup = world.targetGroup(arn)
        if (targetGroup === undefined)
          return refuse('TargetGroupNotFound', `One or more target groups not found: ${arn}`)
        if ([...(users.get(arn) ?? [])].some((user) => user !== loadBalancerArn))
          return refuse(
            'TargetGroupAssociationLimit',
            `The following target groups cannot be associated with more than one load balancer: ${arn}`,
          )
        const vpcId = world.loadBalancer(loadBalancerArn)?.vpcId
        if (targetGroup.vpcId !== '' && targetGroup.vpcId !== vpcId)
          return refuse(
            'InvalidConfigurationRequest',
            `The target group '${arn}' is not in the VPC of the load balancer`,
          )
      }
      return undefined
    },
  },
  {
    row: 30,
    refuses: 'more target groups on a load balancer than the quota',
    actions: everywhere,
    judge: ({ request, world, settings: { quotas } }) => {
      const loadBalancerArn = loadBalancerOf(request)
      const replaced = [
        text(request.input, 'RuleArn'),
        request.action === 'ModifyListener' ? text(request.input, 'ListenerArn') : undefined,
      ]
      const rest = world
        .listenersOf(loadBalancerArn)
        .flatMap(({ arn }) =>
          world
            .rulesOf(arn)
            .filter(
              (rule) => !(replaced.includes(rule.arn) || (rule.priority === 'default' && replaced.includes(arn))),
            ),
        )
        .flatMap((rule) => targetGroupsOf(rule.actions))
      const count = new Set([...rest, ...wantedTargetGroups(request)]).size
      return count > quotas.targetGroupsPerLoadBalancer
        ? refuse(
            'TooManyUniqueTargetGroupsPerLoadBalancer',
            `The maximum number of unique target groups has been reached on '${loadBalancerArn}'`,
          )
        : undefined
    },
  },
]

function wantedActions({ input }: Context['request']): readonly Input[] {
  return [...list(input, 'Actions'), ...list(input, 'DefaultActions')]
}

function wantedTargetGroups(request: Context['request']): readonly string[] {
  return wantedActions(request).flatMap((action) => [
    ...list(action, 'ForwardConfig', 'TargetGroups').flatMap((tuple) => text(tuple, 'TargetGroupArn') ?? []),
    ...(has(action, 'TargetGroupArn') ? [text(action, 'TargetGroupArn') ?? ''] : []),
  ])
}

function loadBalancerOf({ input }: Context['request']): string {
  const listenerArn = text(input, 'ListenerArn') ?? listenerOfRule(text(input, 'RuleArn') ?? '')
  return text(input, 'LoadBalancerArn') ?? loadBalancerOfListener(listenerArn)
}

function judgeFixedResponse(action: Input): Refusal | undefined {
  if (text(action, 'Type') !== 'fixed-response') return undefined
  const statusCode = text(action, 'FixedResponseConfig', 'StatusCode') ?? ''
  if (!/^[245]\d\d$/.test(statusCode))
    return refuse('ValidationError', `The fixed response status code '${statusCode}' must be 2XX, 4XX or 5XX`)
  const contentType = text(action, 'FixedResponseConfig', 'ContentType')
  if (contentType !== undefined && !contentTypes.includes(contentType))
    return refuse(
      'InvalidLoadBalancerAction',
      `The content type '${contentType}' must be one of ${contentTypes.join(', ')}`,
    )
  const body = text(action, 'FixedResponseConfig', 'MessageBody') ?? ''
  return Buffer.byteLength(body) > 1024
    ? refuse('ValidationError', 'The fixed response body is longer than 1024 bytes')
    : undefined
}

function judgeRedirect(action: Input, listenerProtocol: string, listenerPort: string): Refusal | undefined {
  if (text(action, 'Type') !== 'redirect') return undefined
  const part = (name: string, fallback: string) => text(action, 'RedirectConfig', name) ?? fallback
  const [statusCode, protocol, host, port, path, query] = [
    part('StatusCode', ''),
    part('Protocol', '#{protocol}'),
    part('Host', '#{host}'),
    part('Port', '#{port}'),
    part('Path', '/#{path}'),
    part('Query', '#{query}'),
  ]
  if (statusCode !== 'HTTP_301' && statusCode !== 'HTTP_302')
    return refuse('ValidationError', `The redirect status code '${statusCode}' must be HTTP_301 or HTTP_302`)
  if (!['HTTP', 'HTTPS', '#{protocol}'].includes(protocol))
    return refuse('ValidationError', `The redirect protocol '${protocol}' is not valid`)
  if (port !== '#{port}' && !inRange(port, 1, 65_535))
    return refuse('ValidationError', `The redirect port '${port}' is not valid`)
  if (!path.startsWith('/') || path.length > 128)
    return refuse('ValidationError', `The redirect path '${path}' must begin with '/' and have at most 128 characters`)
  if (host === '' || host.length > 128)
    return refuse('ValidationError', `The redirect host '${host}' must have 1 to 128 characters`)
  if (query.startsWith('?') || query.length > 128)
    return refuse('ValidationError', `The redirect query '${query}' is not valid`)
  if (listenerProtocol === 'HTTPS' && protocol === 'HTTP')
    return refuse('InvalidLoadBalancerAction', 'You cannot redirect from HTTPS to HTTP')
  const sameProtocol = protocol === '#{protocol}' || protocol === listenerProtocol
  const samePort = port === '#{port}' || port === listenerPort
  return sameProtocol && samePort && host === '#{host}' && path === '/#{path}'
    ? refuse('InvalidLoadBalancerAction', 'The redirect configuration would cause a redirect loop')
    : undefined
}

function inRange(value: string, low: number, high: number): boolean {
  return /^\d+$/.test(value) && Number(value) >= low && Number(value) <= high
}
