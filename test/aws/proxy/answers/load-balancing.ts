import { completed, loadBalancerAttributes, targetGroupAttributes } from '../attributes.ts'
import type { Answer } from '../errors.ts'
import { listenerOfRule } from '../model.ts'
import { list, text } from '../request.ts'
import { equalLoadBalancer } from '../rows/load-balancers.ts'
import { equalTargetGroup } from '../rows/target-groups.ts'
import { listAt, parseXml } from '../xml.ts'
import { elbAnswer, type Handler, type HandlerContext } from './answer.ts'
import { loadBalancerAnswer } from './describes.ts'
import { changed, created } from './stored.ts'

/** Writes of Elastic Load Balancing: moto stores, and what it answers is given in AWS's full form. */
export const loadBalancingAnswers: Readonly<Record<string, Handler>> = {
  CreateLoadBalancer: async (context) => {
    const known = equalLoadBalancer(context)
    if (known !== undefined) return elbAnswer(context, { LoadBalancers: [loadBalancerAnswer(context, known)] })
    return created(context, { list: 'LoadBalancers', arnName: 'LoadBalancerArn' }, async (arn) => {
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
    return created(context, { list: 'TargetGroups', arnName: 'TargetGroupArn' }, async (arn) => {
      await context.world.reloadTargetGroup(arn)
      return context.world.targetGroup(arn)?.answer
    })
  },
  ModifyTargetGroup: async (context) => {
    const arn = text(context.request.input, 'TargetGroupArn') ?? ''
    const answer = await context.forward()
    if (answer.status >= 400) return answer
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
    const answer = await context.forward()
    return answer.status >= 400 ? answer : describeLoadBalancerAttributes(context)
  },
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  ModifyTargetGroupAttributes: async (context) => {
    const answer = await context.forward()
    return answer.status >= 400 ? answer : describeTargetGroupAttributes(context)
  },
  DescribeTargetGroupAttributes: describeTargetGroupAttributes,
}

function changesLoadBalancer(context: HandlerContext): Promise<Answer> {
  return changed(context, () => context.world.reloadLoadBalancer(text(context.request.input, 'LoadBalancerArn') ?? ''))
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

async function describeLoadBalancerAttributes(context: HandlerContext): Promise<Answer> {
  const arn = text(context.request.input, 'LoadBalancerArn') ?? ''
  const set = await context.ask('elasticloadbalancing', 'DescribeLoadBalancerAttributes', { LoadBalancerArn: arn })
  const internal = context.world.loadBalancer(arn)?.scheme === 'internal'
  const overrides = internal ? { 'ipv6.deny_all_igw_traffic': 'true' } : {}
  return elbAnswer(context, { Attributes: completed(loadBalancerAttributes, set, overrides) })
}

async function describeTargetGroupAttributes(context: HandlerContext): Promise<Answer> {
  const set = await context.ask('elasticloadbalancing', 'DescribeTargetGroupAttributes', {
    TargetGroupArn: text(context.request.input, 'TargetGroupArn') ?? '',
  })
  return elbAnswer(context, { Attributes: completed(targetGroupAttributes, set) })
}
