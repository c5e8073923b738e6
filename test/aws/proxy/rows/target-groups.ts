import type { Context, Row } from '../context.ts'
import { attributeFault, targetGroupAttributes, targetGroupConflict, wantedAttributes } from '../attributes.ts'
import { type Refusal, refuse } from '../errors.ts'
import type { TargetGroup } from '../model.ts'
import { type Input, list, text } from '../request.ts'
import { textAt } from '../xml.ts'

/** Rows about target groups. */
export const targetGroupRows: readonly Row[] = [
  {
    row: 32,
    refuses: 'an unknown target group',
    actions: [
      'ModifyTargetGroup',
      'ModifyTargetGroupAttributes',
      'DescribeTargetGroupAttributes',
      'DeleteTargetGroup',
      'RegisterTargets',
      'DeregisterTargets',
      'DescribeTargetHealth',
    ],
    judge: ({ request, world }) => {
      const arn = text(request.input, 'TargetGroupArn') ?? ''
      // deleting a target group that is gone succeeds on AWS
      return world.targetGroup(arn) !== undefined || request.action === 'DeleteTargetGroup'
        ? undefined
        : targetGroupNotFound(arn)
    },
  },
  {
    row: 23,
    refuses:
      'a name over 32 characters, with other characters than letters, digits and hyphens, or with a hyphen at an edge',
    actions: ['CreateTargetGroup'],
    judge: ({ request }) => {
      const name = text(request.input, 'Name') ?? ''
      return /^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(name)
        ? undefined
        : refuse(
            'ValidationError',
            `The target group name '${name}' must have 1 to 32 letters, digits or hyphens, and no hyphen at its ends`,
          )
    },
  },
  {
    row: 23,
    refuses: 'a protocol, version, target type or port that AWS does not take',
    actions: ['CreateTargetGroup'],
    judge: ({ request }) => {
      const { input } = request
      const targetType = text(input, 'TargetType') ?? 'instance'
      if (!['instance', 'ip', 'lambda', 'alb'].includes(targetType))
        return refuse('ValidationError', `Value '${targetType}' at 'targetType' is not valid`)
      if (targetType === 'lambda') return undefined
      const port = text(input, 'Port') ?? ''
      if (!inRange(port, 1, 65_535))
        return refuse('ValidationError', `Value '${port}' at 'port' must be between 1 and 65535`)
      const version = text(input, 'ProtocolVersion')
      if (version !== undefined && !['HTTP1', 'HTTP2', 'GRPC'].includes(version))
        return refuse('ValidationError', `The protocol version '${version}' is not valid`)
      const ipAddressType = text(input, 'IpAddressType')
      return ipAddressType === undefined || ['ipv4', 'ipv6'].includes(ipAddressType)
        ? undefined
        : refuse('ValidationError', `The IP address type '${ipAddressType}' is not valid`)
    },
  },
  {
    row: 23,
    refuses: 'a name that a target group with other settings has',
    actions: ['CreateTargetGroup'],
    judge: (context) => {
      const name = text(context.request.input, 'Name')
      const known = context.world.targetGroups.some((targetGroup) => targetGroup.name === name)
      return known && equalTargetGroup(context) === undefined
        ? refuse(
            'DuplicateTargetGroupName',
            `A target group with the same name '${name}' exists, but with different settings`,
          )
        : undefined
    },
  },
  {
    row: 24,
    refuses: 'a health check out of its ranges, or with a timeout that is not below the interval',
    actions: ['CreateTargetGroup', 'ModifyTargetGroup'],
    judge: ({ request, world }) => {
      const { input } = request
      const known = world.targetGroup(text(input, 'TargetGroupArn') ?? '')?.answer
      const part = (name: string) => text(input, name) ?? (known === undefined ? undefined : textAt(known, name))
      const [interval, timeout] = [part('HealthCheckIntervalSeconds') ?? '30', part('HealthCheckTimeoutSeconds') ?? '5']
      if (!inRange(interval, 5, 300))
        return refuse('ValidationError', `Health check interval '${interval}' must be between 5 and 300 seconds`)
      if (!inRange(timeout, 2, 120))
        return refuse('ValidationError', `Health check timeout '${timeout}' must be between 2 and 120 seconds`)
      if (Number(timeout) >= Number(interval))
        return refuse(
          'ValidationError',
          `Health check timeout '${timeout}' must be smaller than the interval '${interval}'`,
        )
      for (const name of ['HealthyThresholdCount', 'UnhealthyThresholdCount']) {
        const value = part(name)
        if (value !== undefined && !inRange(value, 2, 10))
          return refuse('ValidationError', `${name} '${value}' must be between 2 and 10`)
      }
      return undefined
    },
  },
  {
    row: 24,
    refuses: 'a health check path, port, protocol or success codes that AWS does not take',
    actions: ['CreateTargetGroup', 'ModifyTargetGroup'],
    judge: ({ request, world }) => {
      const { input } = request
      const path = text(input, 'HealthCheckPath')
      if (path !== undefined && !(path.startsWith('/') && path.length <= 1024))
        return refuse('ValidationError', `Health check path '${path}' must begin with '/'`)
      const port = text(input, 'HealthCheckPort')
      if (port !== undefined && port !== 'traffic-port' && !inRange(port, 1, 65_535))
        return refuse('ValidationError', `Health check port '${port}' is not valid`)
      const protocol = text(input, 'HealthCheckProtocol')
      if (protocol !== undefined && protocol !== 'HTTP' && protocol !== 'HTTPS')
        return refuse(
          'InvalidConfigurationRequest',
          `Health check protocol '${protocol}' is not valid for an HTTP target group`,
        )
      return matcherFault(input, world)
    },
  },
  {
    row: 7,
    refuses:
      'an attribute of a target group that does not exist, a value out of its set, attributes that do not go together',
    actions: ['ModifyTargetGroupAttributes'],
    judge: ({ request, own }) => {
      const wanted = list(request.input, 'Attributes')
      const before = own.attributesOf(text(request.input, 'TargetGroupArn') ?? '')
      return (
        attributeFault('Target group', targetGroupAttributes, wanted) ??
        targetGroupConflict(new Map([...before, ...wantedAttributes(wanted)]))
      )
    },
  },
  {
    row: 30,
    refuses: 'more target groups than the quota',
    actions: ['CreateTargetGroup'],
    judge: (context) =>
      equalTargetGroup(context) === undefined &&
      context.world.targetGroups.length >= context.settings.quotas.targetGroups
        ? refuse(
            'TooManyTargetGroups',
            `The maximum number of target groups has been reached: ${context.settings.quotas.targetGroups}`,
          )
        : undefined,
  },
  {
    row: 25,
    refuses: 'the deletion of a target group that a rule or default action uses, or used until some seconds ago',
    actions: ['DeleteTargetGroup'],
    judge: ({ request, world, own, now }) => {
      const arn = text(request.input, 'TargetGroupArn') ?? ''
      const inUse = world.users().has(arn) || (own.targetGroupsHeldUntil.get(arn) ?? 0) > now
      return inUse
        ? refuse('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`)
        : undefined
    },
  },
]

/** The refusal for a target group that does not exist. */
export function targetGroupNotFound(arn: string): Refusal {
  return refuse('TargetGroupNotFound', `One or more target groups not found: ${arn}`)
}

/** The target group that has the name and all settings of a create: AWS answers it instead of making another. */
export function equalTargetGroup({
  request,
  world,
  settings,
}: Pick<Context, 'request' | 'world' | 'settings'>): TargetGroup | undefined {
  const { input } = request
  if (settings.lax) return undefined
  const { 'Matcher.HttpCode': http, 'Matcher.GrpcCode': grpc, ...defaults } = targetGroupDefaults(input)
  const same = ({ answer }: TargetGroup) =>
    ['Protocol', 'Port', 'VpcId', ...Object.keys(defaults)].every(
      (name) => (textAt(answer, name) ?? '') === (text(input, name) ?? defaults[name] ?? ''),
    ) &&
    (textAt(answer, 'Matcher', 'HttpCode') ?? '') === (text(input, 'Matcher', 'HttpCode') ?? http ?? '') &&
    (textAt(answer, 'Matcher', 'GrpcCode') ?? '') === (text(input, 'Matcher', 'GrpcCode') ?? grpc ?? '')
  return world.targetGroups.find((targetGroup) => targetGroup.name === text(input, 'Name') && same(targetGroup))
}

/** What AWS puts for settings of an HTTP or HTTPS target group that a create leaves out (API reference, CreateTargetGroup). */
export function targetGroupDefaults(input: Input): Readonly<Record<string, string>> {
  if (text(input, 'TargetType') === 'lambda') return {}
  const isGrpc = text(input, 'ProtocolVersion') === 'GRPC'
  return {
    TargetType: 'instance',
    ProtocolVersion: 'HTTP1',
    IpAddressType: 'ipv4',
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: 'traffic-port',
    HealthCheckPath: isGrpc ? '/AWS.ALB/healthcheck' : '/',
    HealthCheckEnabled: 'true',
    HealthCheckIntervalSeconds: '30',
    HealthCheckTimeoutSeconds: '5',
    HealthyThresholdCount: '5',
    UnhealthyThresholdCount: '2',
    ...(isGrpc ? { 'Matcher.GrpcCode': '12' } : { 'Matcher.HttpCode': '200' }),
  }
}

/** GRPC target groups are matched by GRPC codes, the others by HTTP codes (API reference, Matcher). */
function matcherFault(input: Input, world: Context['world']): Refusal | undefined {
  const [http, grpc] = [text(input, 'Matcher', 'HttpCode'), text(input, 'Matcher', 'GrpcCode')]
  const known = world.targetGroup(text(input, 'TargetGroupArn') ?? '')?.answer
  const version = text(input, 'ProtocolVersion') ?? (known === undefined ? 'HTTP1' : textAt(known, 'ProtocolVersion'))
  if ((version === 'GRPC' ? http : grpc) !== undefined)
    return refuse('InvalidConfigurationRequest', `The matcher is not that of protocol version '${version}'`)
  if (http !== undefined && !http.split(',').every((range) => isCodeRange(range, 200, 499)))
    return refuse('ValidationError', `Health check matcher HTTP code '${http}' must be within '200-499'`)
  return grpc === undefined || grpc.split(',').every((range) => isCodeRange(range, 0, 99))
    ? undefined
    : refuse('ValidationError', `Health check matcher GRPC code '${grpc}' must be within '0-99'`)
}

function isCodeRange(range: string, least: number, most: number): boolean {
  const [low = '', high = low] = range.split('-')
  return /^\d+(-\d+)?$/.test(range) && Number(low) >= least && Number(high) <= most && Number(low) <= Number(high)
}

function inRange(value: string, low: number, high: number): boolean {
  return /^\d+$/.test(value) && Number(value) >= low && Number(value) <= high
}
