import type { Context } from '../context.ts'
import type { Answer } from '../errors.ts'
import type { Listener, LoadBalancer, TargetGroup } from '../model.ts'
import { has, text, texts } from '../request.ts'
import type { XmlRecord } from '../xml.ts'
import { elbAnswer, type Handler, type HandlerContext, page } from './answer.ts'

/** Lists of Elastic Load Balancing, in pages, from what the account holds. */
export const describeAnswers: Readonly<Record<string, Handler>> = {
  DescribeLoadBalancers: async (context) => {
    const { input } = context.request
    const arns = texts(input, 'LoadBalancerArns')
    const names = texts(input, 'Names')
    const wanted = context.world.loadBalancers.filter(
      ({ arn, name }) =>
        (!has(input, 'LoadBalancerArns') || arns.includes(arn)) && (!has(input, 'Names') || names.includes(name)),
    )
    return paged(
      context,
      'LoadBalancers',
      wanted.map((loadBalancer) => loadBalancerAnswer(context, loadBalancer)),
    )
  },
  DescribeListeners: async (context) => {
    const { input } = context.request
    const loadBalancerArn = text(input, 'LoadBalancerArn')
    const arns = texts(input, 'ListenerArns')
    const wanted = context.world.listeners.filter((listener) =>
      loadBalancerArn === undefined ? arns.includes(listener.arn) : listener.loadBalancerArn === loadBalancerArn,
    )
    return paged(
      context,
      'Listeners',
      wanted.map((listener) => listenerAnswer(context, listener)),
    )
  },
  DescribeRules: async (context) => {
    const { input } = context.request
    const listenerArn = text(input, 'ListenerArn')
    const wanted =
      listenerArn === undefined
        ? texts(input, 'RuleArns').flatMap((arn) => context.world.rule(arn) ?? [])
        : context.world.rulesOf(listenerArn)
    return paged(
      context,
      'Rules',
      wanted.map(({ answer }) => answer),
    )
  },
  DescribeTargetGroups: async (context) => {
    const { input } = context.request
    const loadBalancerArn = text(input, 'LoadBalancerArn')
    const users = context.world.users()
    const wanted = context.world.targetGroups.filter(
      ({ arn, name }) =>
        (!has(input, 'TargetGroupArns') || texts(input, 'TargetGroupArns').includes(arn)) &&
        (!has(input, 'Names') || texts(input, 'Names').includes(name)) &&
        (loadBalancerArn === undefined || users.get(arn)?.has(loadBalancerArn) === true),
    )
    return paged(
      context,
      'TargetGroups',
      wanted.map((targetGroup) => targetGroupAnswer(targetGroup, users)),
    )
  },
}

/** A load balancer as AWS answers it: `provisioning` for its first while. */
export function loadBalancerAnswer(
  { own, now, settings }: Pick<Context, 'own' | 'now' | 'settings'>,
  { arn, answer }: LoadBalancer,
): XmlRecord {
  const readyAt = (own.createdAt.get(arn) ?? -Infinity) + settings.provisioningSeconds * settings.timeScale * 1000
  return { ...answer, State: { Code: now < readyAt ? 'provisioning' : 'active' } }
}

/** A listener as AWS answers it: of its certificates the default one. */
export function listenerAnswer({ own }: Pick<Context, 'own'>, { arn, answer }: Listener): XmlRecord {
  const tls = own.tls.get(arn)
  if (tls === undefined) return answer
  const { policy, defaultCertificate, mutualAuthentication } = tls
  return {
    ...answer,
    SslPolicy: policy,
    Certificates: defaultCertificate === undefined ? [] : [{ CertificateArn: defaultCertificate }],
    MutualAuthentication: { Mode: mutualAuthentication },
  }
}

function targetGroupAnswer({ arn, answer }: TargetGroup, users: ReadonlyMap<string, ReadonlySet<string>>): XmlRecord {
  return { ...answer, LoadBalancerArns: [...(users.get(arn) ?? [])] }
}

/** One page of a list of Elastic Load Balancing. */
export function paged(context: HandlerContext, list: string, all: readonly XmlRecord[]): Answer {
  const { input } = context.request
  const { items, next } = page(all, {
    token: text(input, 'Marker'),
    size: Number(text(input, 'PageSize') ?? 400),
    forced: context.settings.pageSize,
  })
  return elbAnswer(context, { [list]: items, ...(next === undefined ? {} : { NextMarker: next }) })
}
