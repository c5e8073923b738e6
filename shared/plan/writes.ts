import type { NameOfRef } from './names.ts'
import type { Step } from './step.ts'

/** One call that changes AWS: the action of its API, and what it acts on by name. */
export interface Write {
  readonly action: string
  readonly on: string
}

/** The AWS writes of a step. Steps on TargetGroupBinding objects have none. */
export const writesOf = (step: Step, name: NameOfRef): readonly Write[] => {
  switch (step.is) {
    case 'create-security-group':
      return [{ action: 'CreateSecurityGroup', on: step.name }]
    case 'delete-security-group':
      return [{ action: 'DeleteSecurityGroup', on: step.name }]
    case 'authorize-ingress':
      return [{ action: 'AuthorizeSecurityGroupIngress', on: name(step.securityGroup) }]
    case 'revoke-ingress':
      return [{ action: 'RevokeSecurityGroupIngress', on: name(step.securityGroup) }]
    case 'tag-ec2':
      return tagWrites(step, name, { set: 'CreateTags', remove: 'DeleteTags' })
    case 'tag':
      return tagWrites(step, name, { set: 'AddTags', remove: 'RemoveTags' })
    case 'create-load-balancer':
      return [{ action: 'CreateLoadBalancer', on: step.name }]
    case 'set-security-groups':
      return [{ action: 'SetSecurityGroups', on: name(step.loadBalancer) }]
    case 'set-subnets':
      return [{ action: 'SetSubnets', on: name(step.loadBalancer) }]
    case 'set-ip-address-type':
      return [{ action: 'SetIpAddressType', on: name(step.loadBalancer) }]
    case 'modify-load-balancer-attributes':
      return [{ action: 'ModifyLoadBalancerAttributes', on: name(step.loadBalancer) }]
    case 'delete-load-balancer':
      return [{ action: 'DeleteLoadBalancer', on: step.name }]
    case 'create-target-group':
      return [{ action: 'CreateTargetGroup', on: step.name }]
    case 'modify-target-group':
      return [{ action: 'ModifyTargetGroup', on: name(step.targetGroup) }]
    case 'modify-target-group-attributes':
      return [{ action: 'ModifyTargetGroupAttributes', on: name(step.targetGroup) }]
    case 'delete-target-group':
      return [{ action: 'DeleteTargetGroup', on: step.name }]
    case 'create-listener':
      return [{ action: 'CreateListener', on: `${step.protocol}:${step.port}` }]
    case 'modify-listener':
      return [{ action: 'ModifyListener', on: `${step.protocol}:${step.port}` }]
    case 'add-listener-certificate':
      return [{ action: 'AddListenerCertificates', on: name(step.listener) }]
    case 'remove-listener-certificate':
      return [{ action: 'RemoveListenerCertificates', on: name(step.listener) }]
    case 'delete-listener':
      return [{ action: 'DeleteListener', on: name(step.listener) }]
    case 'create-rule':
      return [{ action: 'CreateRule', on: name({ madeBy: step.id }) }]
    case 'modify-rule':
      return [{ action: 'ModifyRule', on: name(step.rule) }]
    case 'set-rule-priorities':
      return [{ action: 'SetRulePriorities', on: step.priorities.map(({ rule }) => name(rule)).join(' ') }]
    case 'delete-rule':
      return [{ action: 'DeleteRule', on: name(step.rule) }]
    case 'register-targets':
      return [{ action: 'RegisterTargets', on: name(step.targetGroup) }]
    case 'deregister-targets':
      return [{ action: 'DeregisterTargets', on: name(step.targetGroup) }]
    case 'apply-binding':
    case 'delete-binding':
    case 'await-targets':
      return []
    default:
      return step satisfies never
  }
}

const tagWrites = (
  step: Extract<Step, { readonly is: 'tag' | 'tag-ec2' }>,
  name: NameOfRef,
  actions: { readonly set: string; readonly remove: string },
): readonly Write[] => {
  const on = name(step.resource)
  return [
    ...(Object.keys(step.set).length === 0 ? [] : [{ action: actions.set, on }]),
    ...(step.remove.length === 0 ? [] : [{ action: actions.remove, on }]),
  ]
}

/**
 * Writes as JSON of at most `limit` characters: names by action, or how many there are of each where the names are too
 * long; with the reasons why the plan may not be all.
 */
export const writesJson = (writes: readonly Write[], incomplete: readonly string[], limit: number): string => {
  const names = new Map<string, string[]>()
  for (const { action, on } of writes) names.set(action, [...(names.get(action) ?? []), on])
  const rest = incomplete.length === 0 ? {} : { incomplete }
  const whole = JSON.stringify({ writes: Object.fromEntries(names), ...rest })
  if (whole.length <= limit) return whole
  const counts = Object.fromEntries([...names].map(([action, of]) => [action, of.length]))
  return JSON.stringify({ writes: counts, ...rest })
}
