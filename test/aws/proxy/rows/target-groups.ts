import type { Context, Row } from '../context.ts'
import { attributeFault, targetGroupAttributes } from '../attributes.ts'
import { type Refusal, refuse } from '../errors.ts'
import type { TargetGroup } from '../model.ts'
import { list, text } from '../request.ts'
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
      return version === undefined || ['HTTP1', 'HTTP2', 'GRPC'].includes(version)
        ? undefined
        : refuse('ValidationError', `The protocol version '${version}' is not valid`)
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
    judge: ({ request }) => {
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
      const codes = text(input, 'Matcher', 'HttpCode')
      return codes === undefined || codes.split(',').every(isCodeRange)
        ? undefined
        : refuse('ValidationError', `Health check matcher HTTP code '${codes}' must be within '200-499'`)
    },
  },
  {
    row: 7,
    refuses: 'an attribute of a target group that does not exist, or a value out of its set',
    actions: ['ModifyTargetGroupAttributes'],
    judge: ({ request }) => attributeFault('Target group', targetGroupAttributes, list(request.input, 'Attributes')),
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
  const defaults: Readonly<Record<string, string>> = {
    TargetType: 'instance',
    ProtocolVersion: 'HTTP1',
    IpAddressType: 'ipv4',
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: 'traffic-port',
    HealthCheckPath: '/',
    HealthCheckEnabled: 'true',
    HealthCheckIntervalSeconds: '30',
    HealthCheckTimeoutSeconds: '5',
    HealthyThresholdCount: '5',
    UnhealthyThresholdCount: '2',
  }
  const same = ({ answer }: TargetGroup) =>
    ['Protocol', 'Port', 'VpcId', ...Object.keys(defaults)].every(
      (name) => (textAt(answer, name) ?? '') === (text(input, name) ?? defaults[name] ?? ''),
    ) && (textAt(answer, 'Matcher', 'HttpCode') ?? '200') === (text(input, 'Matcher', 'HttpCode') ?? '200')
  return world.targetGroups.find((targetGroup) => targetGroup.name === text(input, 'Name') && same(targetGroup))
}

function isCodeRange(range: string): boolean {
  const [low = '', high = low] = range.split('-')
  return /^\d{3}(-\d{3})?$/.test(range) && Number(low) >= 200 && Number(high) <= 499 && Number(low) <= Number(high)
}

function inRange(value: string, low: number, high: number): boolean {
  return /^\d+$/.test(value) && Number(value) >= low && Number(value) <= high
}
