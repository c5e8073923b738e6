import type { Attributes } from '../model/model.ts'
import type { ObservedListener, ObservedTarget } from '../model/observed.ts'
import type { Aws } from './client.ts'
import type { Listener } from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  describeListenerCertificates,
  describeListeners,
  describeLoadBalancerAttributes,
  describeRules,
  describeTargetGroupAttributes,
  describeTargetHealth,
} from './elastic-load-balancing.ts'
import { markerPages } from './pages.ts'
import { readListener } from './read/listener.ts'
import { readTagsOf } from './read/tags.ts'
import { readTarget } from './read/target-group.ts'

/** Listeners, rules and their tags of one load balancer: 1 call, 1 per listener, 1 per 20 listeners and rules. */
export const readDetails = async (
  aws: Aws,
  loadBalancerArn: string,
  signal?: AbortSignal,
): Promise<readonly ObservedListener[]> => {
  const input = { LoadBalancerArn: loadBalancerArn }
  const listeners = await markerPages(aws, describeListeners, input, (output) => output.Listeners, signal)
  const withRules = await Promise.all(
    listeners.map(async (listener) => ({
      listener,
      rules: await rulesOf(aws, listener.ListenerArn, signal),
      certificates: await certificatesOf(aws, listener, signal),
    })),
  )
  const arns = withRules.flatMap(({ listener, rules }) => [
    ...(listener.ListenerArn === undefined ? [] : [listener.ListenerArn]),
    ...rules.flatMap((rule) => (rule.IsDefault === true ? [] : (rule.RuleArn ?? []))),
  ])
  const tags = await readTagsOf(aws, arns, signal)
  return withRules
    .flatMap(
      ({ listener, rules, certificates }) =>
        readListener(listener, rules, (arn) => tags.get(arn) ?? {}, certificates) ?? [],
    )
    .toSorted((a, b) => a.port - b.port)
}

/** ARNs of the certificates that an HTTPS listener chooses among by SNI; the default one only where it is added too. */
const certificatesOf = async (aws: Aws, listener: Listener, signal?: AbortSignal): Promise<readonly string[]> => {
  if (listener.ListenerArn === undefined || listener.Protocol !== 'HTTPS') return []
  const input = { ListenerArn: listener.ListenerArn }
  const all = await markerPages(aws, describeListenerCertificates, input, (output) => output.Certificates, signal)
  return all.flatMap(({ CertificateArn: arn, IsDefault: isDefault }) =>
    arn === undefined || isDefault === true ? [] : [arn],
  )
}

/** Rules of a listener, the default one among them. */
export const rulesOf = (aws: Aws, listenerArn: string | undefined, signal?: AbortSignal) =>
  listenerArn === undefined
    ? Promise.resolve([])
    : markerPages(aws, describeRules, { ListenerArn: listenerArn }, (output) => output.Rules, signal)

/** Targets of a target group with their health, those that drain among them. */
export const readTargets = async (
  aws: Aws,
  targetGroupArn: string,
  signal?: AbortSignal,
): Promise<readonly ObservedTarget[]> => {
  const output = await aws.call(describeTargetHealth, { TargetGroupArn: targetGroupArn }, signal)
  return (output.TargetHealthDescriptions ?? []).map(readTarget)
}

/** Attributes of a load balancer: 1 call. */
export const readLoadBalancerAttributes = async (
  aws: Aws,
  loadBalancerArn: string,
  signal?: AbortSignal,
): Promise<Attributes> => {
  const output = await aws.call(describeLoadBalancerAttributes, { LoadBalancerArn: loadBalancerArn }, signal)
  return byKey(output.Attributes)
}

/** Attributes of a target group: 1 call. */
export const readTargetGroupAttributes = async (
  aws: Aws,
  targetGroupArn: string,
  signal?: AbortSignal,
): Promise<Attributes> => {
  const output = await aws.call(describeTargetGroupAttributes, { TargetGroupArn: targetGroupArn }, signal)
  return byKey(output.Attributes)
}

const byKey = (
  attributes: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Attributes =>
  Object.fromEntries(
    (attributes ?? []).flatMap(({ Key: key, Value: value }) => (key === undefined ? [] : [[key, value ?? '']])),
  )
