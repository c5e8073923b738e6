import { completed, loadBalancerAttributes, targetGroupAttributes, wantedAttributes } from '../attributes.ts'
import type { Answer } from '../errors.ts'
import { listenerOfRule } from '../model.ts'
import { list, text } from '../request.ts'
import { equalLoadBalancer } from '../rows/load-balancers.ts'
import { equalTargetGroup, targetGroupDefaults } from '../rows/target-groups.ts'
import { listAt, parseXml } from '../xml.ts'
import { elbAnswer, type Handler, type HandlerContext } from './answer.ts'
import { loadBalancerAnswer } from './describes.ts'
import { changed, created } from './stored.ts'

/** Writes of Elastic Load Balancing: moto stores, and what it answers is given in AWS's full form. */
export const loadBalancingAnswers: Readonly<Record<string, Handler>> = {
  CreateLoadBalancer: async (context) => {
    const known = equalLoadBalancer(context)
    if (known !== undefined) return elbAnswer(context, { LoadBalancers: [loadBalancerAnswer(context, known)] })
    const kind = { list: 'LoadBalancers', arnName: 'LoadBalancerArn', parameters: withKnownIpAddressType(context) }
    return created(context, kind, async (arn) => {
      correctIpAddressType(context, arn)
      await context.world.reloadLoadBalancer(arn)
      context.own.createdAt.set(arn, context.now)
      const made = context.world.loadBalancer(arn)
      return made === undefined ? undefined : loadBalancerAnswer(context, made)
    })
  },
  DeleteLoadBalancer: async (context) => {
    const arn = text(context.request.input, 'LoadBalancerArn') ?? ''
    const { settings, own, world, now } = context
    const until = now + settings.securityGroupReleaseSeconds * settings.timeScale * 1000
    return changed(context, () => {
      for (const id of world.loadBalancer(arn)?.securityGroups ?? []) own.securityGroupsHeldUntil.set(id, until)
      world.forgetLoadBalancer(arn)
      own.forget(arn)
    })
  },
  SetSubnets: changesLoadBalancer,
  SetSecurityGroups: changesLoadBalancer,
  SetIpAddressType: changesLoadBalancer,
  CreateRule: (context) =>
    created(context, { list: 'Rules', arnName: 'RuleArn' }, async (arn, made) => {
      context.world.putRule(made)
      return context.world.rule(arn)?.answer
    }),
  ModifyRule: async (context) => {
    const arn = text(context.request.input, 'RuleArn') ?? ''
    const answer = await context.forward()
    if (answer.status >= 400) return answer
    for (const modified of listAt(parseXml(answer.body).value, 'ModifyRuleResult', 'Rules'))
      context.world.putRule(modified)
    return elbAnswer(context, { Rules: [context.world.rule(arn)?.answer ?? {}] })
  },
  DeleteRule: (context) => {
    const arn = text(context.request.input, 'RuleArn') ?? ''
    return changed(context, () => {
      context.world.forgetRule(arn)
      context.own.forget(arn)
    })
  },
  SetRulePriorities: setRulePriorities,
  CreateTargetGroup: async (context) => {
    const known = equalTargetGroup(context)
    if (known !== undefined) return elbAnswer(context, { TargetGroups: [known.answer] })
    const parameters = { ...targetGroupDefaults(context.request.input), ...context.request.parameters }
    return created(context, { list: 'TargetGroups', arnName: 'TargetGroupArn', parameters }, async (arn) => {
      correctTargetGroup(context, arn)
      await context.world.reloadTargetGroup(arn)
      return context.world.targetGroup(arn)?.answer
    })
  },
  ModifyTargetGroup: async (context) => {
    const arn = text(context.request.input, 'TargetGroupArn') ?? ''
    const answer = await context.forward()
    if (answer.status >= 400) return answer
    correctTargetGroup(context, arn)
    await context.world.reloadTargetGroup(arn)
    return elbAnswer(context, { TargetGroups: [context.world.targetGroup(arn)?.answer ?? {}] })
  },
  DeleteTargetGroup: async (context) => {
    const arn = text(context.request.input, 'TargetGroupArn') ?? ''
    if (context.world.targetGroup(arn) === undefined) return elbAnswer(context, {})
    return changed(context, () => {
      context.world.forgetTargetGroup(arn)
      context.own.forget(arn)
    })
  },
  ModifyLoadBalancerAttributes: async (context) => {
    const arn = text(context.request.input, 'LoadBalancerArn') ?? ''
    context.own.setAttributes(arn, wantedAttributes(list(context.request.input, 'Attributes')))
    return describeLoadBalancerAttributes(context)
  },
  DescribeLoadBalancerAttributes: async (context) => describeLoadBalancerAttributes(context),
  ModifyTargetGroupAttributes: async (context) => {
    const arn = text(context.request.input, 'TargetGroupArn') ?? ''
    context.own.setAttributes(arn, wantedAttributes(list(context.request.input, 'Attributes')))
    return describeTargetGroupAttributes(context)
  },
  DescribeTargetGroupAttributes: async (context) => describeTargetGroupAttributes(context),
}

async function changesLoadBalancer(context: HandlerContext): Promise<Answer> {
  const arn = text(context.request.input, 'LoadBalancerArn') ?? ''
  const answer = await context.forward(withKnownIpAddressType(context))
  if (answer.status >= 400) return answer
  correctIpAddressType(context, arn)
  await context.world.reloadLoadBalancer(arn)
  const { action, input } = context.request
  return action === 'SetIpAddressType'
    ? elbAnswer(context, { IpAddressType: text(input, 'IpAddressType') ?? '' })
    : answer
}

/** moto does not know the youngest of the three types. */
function withKnownIpAddressType({ request }: HandlerContext): Readonly<Record<string, string>> {
  const { IpAddressType: wanted, ...others } = request.parameters
  if (wanted === undefined) return others
  return { ...others, IpAddressType: wanted.startsWith('dualstack') ? 'dualstack' : wanted }
}

function correctIpAddressType({ request, world }: HandlerContext, arn: string): void {
  const wanted = text(request.input, 'IpAddressType')
  if (wanted !== undefined) world.correct(arn, { IpAddressType: wanted })
}

/** moto refuses priorities that are taken at the moment, so rules move out of the way first; nobody sees the way. */
async function setRulePriorities(context: HandlerContext): Promise<Answer> {
  const wanted = list(context.request.input, 'RulePriorities').map((item) => ({
    arn: text(item, 'RuleArn') ?? '',
    priority: Number(text(item, 'Priority')),
  }))
  const moved = wanted.filter(({ arn, priority }) => context.world.rule(arn)?.priority !== priority)
  for (const offset of [100_000, 0]) {
    const parameters = moved.flatMap(({ arn, priority }, index) => [
      [`RulePriorities.member.${index + 1}.RuleArn`, arn],
      [`RulePriorities.member.${index + 1}.Priority`, String(priority + offset)],
    ])
    if (moved.length > 0) await context.ask('elasticloadbalancing', 'SetRulePriorities', Object.fromEntries(parameters))
  }
  for (const listenerArn of new Set(moved.map(({ arn }) => listenerOfRule(arn))))
    await context.world.reloadRules(listenerArn)
  return elbAnswer(context, { Rules: wanted.map(({ arn }) => context.world.rule(arn)?.answer ?? {}) })
}

/** moto keeps no matcher of GRPC codes that is changed, and no control port. */
function correctTargetGroup({ request, world }: HandlerContext, arn: string): void {
  const grpc = text(request.input, 'Matcher', 'GrpcCode')
  if (grpc !== undefined) world.correct(arn, { Matcher: { GrpcCode: grpc } })
  const control = text(request.input, 'TargetControlPort')
  if (control !== undefined) world.correct(arn, { TargetControlPort: control })
}

function describeLoadBalancerAttributes(context: HandlerContext): Answer {
  const arn = text(context.request.input, 'LoadBalancerArn') ?? ''
  const internal = context.world.loadBalancer(arn)?.scheme === 'internal'
  const overrides = internal ? { 'ipv6.deny_all_igw_traffic': 'true' } : {}
  const attributes = completed(loadBalancerAttributes, context.own.attributesOf(arn), overrides)
  return elbAnswer(context, { Attributes: attributes })
}

function describeTargetGroupAttributes(context: HandlerContext): Answer {
  const set = context.own.attributesOf(text(context.request.input, 'TargetGroupArn') ?? '')
  return elbAnswer(context, { Attributes: completed(targetGroupAttributes, set) })
}
