import { BlockList, isIPv6 } from 'node:net'
import { matchesGlob } from './glob.ts'

/** A request as a load balancer sees it. */
export interface JudgedRequest {
  readonly method: string
  /** The Host header without its port. */
  readonly host: string
  /** As sent, without the query. */
  readonly path: string
  /** As sent, without the question mark. */
  readonly query: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly sourceIp: string
}

/** A listener with its rules; the default rule is one of them. The order of the list does not matter. */
export interface JudgedListener {
  readonly protocol: string
  readonly port: number
  readonly rules: readonly JudgedRule[]
}

/** A rule of a listener. */
export interface JudgedRule {
  readonly priority: number | 'default'
  /** All of them must hold. */
  readonly conditions: readonly JudgedCondition[]
  readonly actions: readonly JudgedAction[]
}

/** One of the values must match. */
export type JudgedCondition =
  | {
      readonly field: 'host-header' | 'path-pattern' | 'http-request-method' | 'source-ip'
      readonly values: readonly string[]
    }
  | { readonly field: 'http-header'; readonly name: string; readonly values: readonly string[] }
  | { readonly field: 'query-string'; readonly values: readonly { readonly key?: string; readonly value: string }[] }

/** An action that answers a request. */
export type JudgedAction =
  | {
      readonly type: 'forward'
      readonly targetGroups: readonly { readonly arn: string; readonly weight: number }[]
      readonly stickinessSeconds?: number
    }
  | {
      readonly type: 'redirect'
      readonly statusCode: 'HTTP_301' | 'HTTP_302'
      readonly protocol?: string
      readonly host?: string
      readonly port?: string
      readonly path?: string
      readonly query?: string
    }
  | {
      readonly type: 'fixed-response'
      readonly statusCode: string
      readonly contentType?: string
      readonly messageBody?: string
    }

/** What the load balancer does with a request, and by which rule. */
export type Verdict =
  | { readonly does: 'forward'; readonly rule: JudgedRule; readonly targetGroupArn: string }
  | { readonly does: 'redirect'; readonly rule: JudgedRule; readonly status: 301 | 302; readonly location: string }
  | {
      readonly does: 'respond'
      readonly rule: JudgedRule
      readonly status: number
      readonly contentType?: string
      readonly body: string
    }

/**
 * Judges a request as an Application Load Balancer does: the first rule by priority whose conditions all hold, else the
 * default rule. `draw` in [0, 1) chooses among weighted target groups; where no target group has a weight, 503.
 */
export function judge(request: JudgedRequest, listener: JudgedListener, draw = 0): Verdict {
  const rule = ruleFor(request, listener)
  const action = rule.actions[rule.actions.length - 1]
  if (action === undefined) throw new Error(`rule ${rule.priority} has no action`)
  switch (action.type) {
    case 'forward': {
      const targetGroupArn = chooseTargetGroup(action.targetGroups, draw)
      return targetGroupArn === undefined
        ? { does: 'respond', rule, status: 503, body: '' }
        : { does: 'forward', rule, targetGroupArn }
    }
    case 'redirect':
      return {
        does: 'redirect',
        rule,
        status: action.statusCode === 'HTTP_301' ? 301 : 302,
        location: locationOf(request, listener, action),
      }
    case 'fixed-response': {
      const { statusCode, contentType, messageBody = '' } = action
      return {
        does: 'respond',
        rule,
        status: Number(statusCode),
        body: messageBody,
        ...(contentType === undefined ? {} : { contentType }),
      }
    }
    default:
      return action satisfies never
  }
}

/** The rule that answers a request. */
export function ruleFor(request: JudgedRequest, listener: JudgedListener): JudgedRule {
  const rank = (rule: JudgedRule) => (rule.priority === 'default' ? Infinity : rule.priority)
  const found = listener.rules
    .toSorted((left, right) => rank(left) - rank(right))
    .find((rule) => rule.priority === 'default' || rule.conditions.every((condition) => holds(condition, request)))
  if (found === undefined) throw new Error('a listener has a default rule')
  return found
}

function holds(condition: JudgedCondition, request: JudgedRequest): boolean {
  switch (condition.field) {
    case 'host-header':
      return condition.values.some((value) => matchesGlob(value.toLowerCase(), request.host.toLowerCase()))
    case 'path-pattern':
      return condition.values.some((value) => matchesGlob(value, request.path))
    case 'http-request-method':
      return condition.values.includes(request.method)
    case 'http-header': {
      const header = request.headers[condition.name.toLowerCase()]?.toLowerCase()
      return header !== undefined && condition.values.some((value) => matchesGlob(value.toLowerCase(), header, true))
    }
    case 'query-string': {
      const pairs = [...new URLSearchParams(request.query.toLowerCase())]
      return condition.values.some(({ key, value }) =>
        pairs.some(
          ([name, text]) =>
            (key === undefined || matchesGlob(key.toLowerCase(), name, true)) &&
            matchesGlob(value.toLowerCase(), text, true),
        ),
      )
    }
    case 'source-ip':
      return condition.values.some((value) => isInside(request.sourceIp, value))
    default:
      return condition satisfies never
  }
}

function isInside(address: string, block: string): boolean {
  const [network = '', length = ''] = block.split('/')
  if (isIPv6(network) !== isIPv6(address)) return false
  const family = isIPv6(network) ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(network, Number(length), family)
  return list.check(address, family)
}

function chooseTargetGroup(
  targetGroups: readonly { readonly arn: string; readonly weight: number }[],
  draw: number,
): string | undefined {
  const total = targetGroups.reduce((sum, { weight }) => sum + weight, 0)
  let rest = draw * total
  for (const { arn, weight } of targetGroups) {
    rest -= weight
    if (rest < 0) return arn
  }
  return undefined
}

type Redirect = Extract<JudgedAction, { type: 'redirect' }>

/** The Location of a redirect, its keywords replaced ("Redirect actions"). The port is always told, as AWS does. */
function locationOf(request: JudgedRequest, listener: JudgedListener, redirect: Redirect): string {
  const keywords: Readonly<Record<string, string>> = {
    protocol: listener.protocol,
    host: request.host,
    port: String(listener.port),
    path: request.path.replace(/^\//, ''),
    query: request.query,
  }
  const fill = (template: string) =>
    template.replaceAll(/#\{(protocol|host|port|path|query)\}/g, (_, name: string) => keywords[name] ?? '')
  const {
    protocol = '#{protocol}',
    host = '#{host}',
    port = '#{port}',
    path = '/#{path}',
    query = '#{query}',
  } = redirect
  const search = fill(query)
  return `${fill(protocol).toLowerCase()}://${fill(host)}:${fill(port)}${fill(path)}${search === '' ? '' : `?${search}`}`
}
