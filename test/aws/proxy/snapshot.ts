import { judgedListener } from '../data-plane/read-rules.ts'
import type { AwsState, ListenerState, LoadBalancerState, TargetGroupState } from '../state.ts'
import { loadBalancerAttributes, setAttributes, targetGroupAttributes } from './attributes.ts'
import type { Context } from './context.ts'
import { readSecurityGroups } from './ec2-reads.ts'
import type { Listener, LoadBalancer, TargetGroup } from './model.ts'
import { textAt } from './xml.ts'

type View = Pick<Context, 'world' | 'own' | 'ask' | 'now'>

/** Reads the whole state of the account. */
export async function readState(view: View): Promise<AwsState> {
  const loadBalancers = view.world.loadBalancers.map((loadBalancer) => loadBalancerState(view, loadBalancer))
  const targetGroups = view.world.targetGroups.map((targetGroup) => targetGroupState(view, targetGroup))
  const securityGroups = (await readSecurityGroups(view))
    .filter(({ name }) => name !== 'default')
    .map(({ id, name, description, vpcId, tags, inbound }) => ({
      id,
      name,
      description,
      vpcId,
      tags: sorted(tags),
      inbound: inbound.toSorted((left, right) => compare(JSON.stringify(left), JSON.stringify(right))),
    }))
  return {
    loadBalancers: loadBalancers.sort(byName),
    targetGroups: targetGroups.sort(byName),
    securityGroups: securityGroups.sort(byName),
  }
}

function loadBalancerState(view: View, loadBalancer: LoadBalancer): LoadBalancerState {
  const { arn, name, dnsName, scheme, ipAddressType, vpcId } = loadBalancer
  return {
    arn,
    name,
    dnsName,
    scheme,
    ipAddressType,
    vpcId,
    subnets: loadBalancer.subnets.map(({ id }) => id).sort(compare),
    securityGroups: loadBalancer.securityGroups.toSorted(compare),
    attributes: sorted(setAttributes(loadBalancerAttributes, view.own.attributesOf(arn))),
    tags: tagsOf(view, arn),
    listeners: view.world
      .listenersOf(arn)
      .map((listener) => listenerState(view, listener))
      .sort((left, right) => left.port - right.port),
  }
}

function listenerState(view: View, listener: Listener): ListenerState {
  const { arn, port, protocol } = listener
  const known = view.world.rulesOf(arn)
  const judged = judgedListener(listener, known).rules
  return {
    arn,
    port,
    protocol,
    ...tlsState(view, arn),
    defaultActions: judged.find(({ priority }) => priority === 'default')?.actions ?? [],
    tags: tagsOf(view, arn),
    rules: known.flatMap((rule, index) => {
      const { conditions = [], actions = [] } = judged[index] ?? {}
      return rule.priority === 'default'
        ? []
        : [{ arn: rule.arn, priority: rule.priority, conditions, actions, tags: tagsOf(view, rule.arn) }]
    }),
  }
}

function tlsState({ own }: View, listenerArn: string): Pick<ListenerState, 'tls'> {
  const tls = own.tls.get(listenerArn)
  if (tls === undefined) return {}
  const { defaultCertificate = '', extraCertificates } = tls
  return { tls: { ...tls, defaultCertificate, extraCertificates: extraCertificates.toSorted(compare) } }
}

function targetGroupState(view: View, { arn, name, answer }: TargetGroup): TargetGroupState {
  const settings = Object.entries(answer).flatMap(([key, value]) =>
    typeof value === 'string' && value !== '' && !['TargetGroupArn', 'TargetGroupName'].includes(key)
      ? [[key, value] as const]
      : [],
  )
  return {
    arn,
    name,
    settings: sorted({ ...Object.fromEntries(settings), ...matcherOf(answer) }),
    attributes: sorted(setAttributes(targetGroupAttributes, view.own.attributesOf(arn))),
    tags: tagsOf(view, arn),
    targets: view.own
      .targetsOf(arn, view.now)
      .flatMap(({ id, port, drainsUntil }) => (drainsUntil === undefined ? [{ id, port }] : []))
      .sort((left, right) => compare(left.id, right.id) || left.port - right.port),
  }
}

function matcherOf(answer: TargetGroup['answer']): Readonly<Record<string, string>> {
  const [http, grpc] = [textAt(answer, 'Matcher', 'HttpCode'), textAt(answer, 'Matcher', 'GrpcCode')]
  return grpc === undefined ? { HttpCode: http ?? '' } : { GrpcCode: grpc }
}

function tagsOf(view: View, arn: string): Readonly<Record<string, string>> {
  return sorted(Object.fromEntries(view.own.tags.get(arn) ?? []))
}

function sorted(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).sort(([left], [right]) => compare(left, right)))
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return compare(left.name, right.name)
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
