import { targetGroupAttributes } from '../attributes.ts'
import { list, text, texts } from '../request.ts'
import { wantedTargets } from '../rows/targets.ts'
import { textAt, type XmlRecord } from '../xml.ts'
import type { RegisteredTarget } from '../own.ts'
import { elbAnswer, type Handler, type HandlerContext } from './answer.ts'

/** Targets and tags, which the proxy keeps itself. */
export const targetAnswers: Readonly<Record<string, Handler>> = {
  RegisterTargets: async (context) => {
    const { now } = context
    const added = wantedTargets(context).map((target) => ({ ...target, registeredAt: now }))
    context.own.register(text(context.request.input, 'TargetGroupArn') ?? '', added, now)
    return elbAnswer(context, {})
  },
  DeregisterTargets: async (context) => {
    const { now, settings, world } = context
    const arn = text(context.request.input, 'TargetGroupArn') ?? ''
    const delay = world.users().has(arn) ? deregistrationDelay(context, arn) * settings.timeScale * 1000 : 0
    context.own.deregister(arn, wantedTargets(context), now + delay, now)
    return elbAnswer(context, {})
  },
  DescribeTargetHealth: async (context) => {
    const arn = text(context.request.input, 'TargetGroupArn') ?? ''
    const registered = context.own.targetsOf(arn, context.now)
    const asked = wantedTargets(context)
    const wanted: readonly (RegisteredTarget | Omit<RegisteredTarget, 'registeredAt'>)[] =
      asked.length === 0
        ? registered
        : asked.map((target) => registered.find(({ id, port }) => id === target.id && port === target.port) ?? target)
    return elbAnswer(context, { TargetHealthDescriptions: wanted.map((target) => description(context, arn, target)) })
  },
  AddTags: async (context) => {
    const added = list(context.request.input, 'Tags').map(
      (tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? ''] as const,
    )
    for (const arn of texts(context.request.input, 'ResourceArns'))
      context.own.tags.set(arn, new Map([...(context.own.tags.get(arn) ?? []), ...added]))
    return elbAnswer(context, {})
  },
  RemoveTags: async (context) => {
    const removed = texts(context.request.input, 'TagKeys')
    for (const arn of texts(context.request.input, 'ResourceArns'))
      context.own.tags.set(
        arn,
        new Map([...(context.own.tags.get(arn) ?? [])].filter(([key]) => !removed.includes(key))),
      )
    return elbAnswer(context, {})
  },
  DescribeTags: async (context) =>
    elbAnswer(context, {
      TagDescriptions: texts(context.request.input, 'ResourceArns').map((arn) => ({
        ResourceArn: arn,
        Tags: [...(context.own.tags.get(arn) ?? [])].map(([Key, Value]) => ({ Key, Value })),
      })),
    }),
}

/** Seconds. */
function deregistrationDelay({ own }: HandlerContext, arn: string): number {
  const key = 'deregistration_delay.timeout_seconds'
  return Number(own.attributesOf(arn).get(key) ?? targetGroupAttributes[key]?.fallback)
}

function description(
  context: HandlerContext,
  arn: string,
  target: RegisteredTarget | Omit<RegisteredTarget, 'registeredAt'>,
): XmlRecord {
  const checkPort = textAt(context.world.targetGroup(arn)?.answer, 'HealthCheckPort') ?? 'traffic-port'
  return {
    Target: {
      Id: target.id,
      Port: String(target.port),
      ...(target.zone === undefined ? {} : { AvailabilityZone: target.zone }),
    },
    HealthCheckPort: checkPort === 'traffic-port' ? String(target.port) : checkPort,
    TargetHealth: health(context, arn, target),
  }
}

/** States and reasons as in the API reference, TargetHealth. */
function health(
  context: HandlerContext,
  arn: string,
  target: RegisteredTarget | Omit<RegisteredTarget, 'registeredAt'>,
): XmlRecord {
  if (!('registeredAt' in target))
    return {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    }
  if (target.drainsUntil !== undefined)
    return {
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    }
  const since = context.own.targetGroupsUsedSince.get(arn)
  if (since === undefined)
    return {
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target group is not configured to receive traffic from the load balancer',
    }
  const begun = Math.max(since, target.registeredAt)
  const { initialHealthSeconds, timeScale } = context.settings
  const probed = context.health(arn, target.id, target.port)
  if (probed === 'initial' || context.now < begun + initialHealthSeconds * timeScale * 1000)
    return { State: 'initial', Reason: 'Elb.InitialHealthChecking', Description: 'Initial health checks in progress' }
  return probed === 'unhealthy'
    ? { State: 'unhealthy', Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' }
    : { State: 'healthy' }
}
