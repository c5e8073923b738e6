import type { TargetGroupBinding } from '../kubernetes/objects.ts'
import type {
  Action,
  DesiredListener,
  DesiredModel,
  DesiredSecurityGroup,
  DesiredStack,
  DesiredTargetGroup,
} from '../model/model.ts'
import type {
  Observed,
  ObservedAction,
  ObservedListener,
  ObservedLoadBalancer,
  ObservedSecurityGroup,
  ObservedTargetGroup,
} from '../model/observed.ts'
import { resourceIds, tagKeys } from '../names/tags.ts'
import { bindingObject } from './binding-object.ts'

/** What a group has, without a look at AWS. */
export interface Assumed {
  readonly observed: Observed
  /** Its TargetGroupBindings. */
  readonly bindings: readonly TargetGroupBinding[]
}

/** What is known besides the model. */
export interface AssumeOf {
  readonly vpcId: string
  /** The id of the backend security group. */
  readonly backendGroup: string
  /** TargetGroupBindings of the group as they are: a target group keeps the name that its binding has. */
  readonly bindings: readonly TargetGroupBinding[]
  /** The name of the load balancer as it is; without it that of the model. */
  readonly loadBalancerName?: string
}

/**
 * The state of a group as if its model had been applied in full: the resources of the model under assumed ARNs. A model
 * that wants nothing, or of which nothing is known, gives nothing.
 */
export const assume = (model: DesiredModel, of: AssumeOf): Assumed => {
  if (model.is !== 'stack') return { observed: nothing, bindings: [] }
  const { stack } = model
  const names = new Map(
    stack.targetGroups.map((targetGroup) => [targetGroup.resourceId, nameOf(targetGroup, of.bindings)] as const),
  )
  const source = sourceOf(stack, of)
  const targetGroups = stack.targetGroups.map((targetGroup) => targetGroupOf(targetGroup, names, stack, of))
  return {
    observed: {
      complete: true,
      loadBalancers: [loadBalancerOf(stack, names, of)],
      targetGroups,
      securityGroups: stack.securityGroups.is === 'managed' ? [securityGroupOf(stack.securityGroups.frontend, of)] : [],
    },
    bindings: stack.targetGroups.map((targetGroup) => {
      const name = names.get(targetGroup.resourceId) ?? targetGroup.binding.name
      const { targetType } = targetGroup
      return bindingObject({ ...targetGroup.binding, name }, { arn: targetGroupArn(name), targetType }, source)
    }),
  }
}

const nothing: Observed = { complete: true, loadBalancers: [], targetGroups: [], securityGroups: [] }

const loadBalancerArn = (stack: DesiredStack): string => `load-balancer/${stack.loadBalancer.name}`
const targetGroupArn = (name: string): string => `target-group/${name}`
const securityGroupId = (frontend: DesiredSecurityGroup): string => `security-group/${frontend.name}`

const securityGroupIds = ({ securityGroups }: DesiredStack, of: AssumeOf): readonly string[] => {
  const own =
    securityGroups.is === 'managed'
      ? [securityGroupId(securityGroups.frontend)]
      : 'known' in securityGroups.ids
        ? securityGroups.ids.known
        : []
  return securityGroups.backend ? [...own, of.backendGroup] : own
}

/** The source of the rules on targets; undefined where nobody opens the targets. */
const sourceOf = ({ securityGroups }: DesiredStack, of: AssumeOf): string | undefined => {
  if (securityGroups.backend) return of.backendGroup
  return securityGroups.is === 'managed' ? securityGroupId(securityGroups.frontend) : undefined
}

/** The name that the live target group of a Service port was given when it was made; its binding has the same. */
const nameOf = (targetGroup: DesiredTargetGroup, bindings: readonly TargetGroupBinding[]): string => {
  const { namespace, service, port } = targetGroup.binding
  const live = bindings.filter(
    (binding) =>
      binding.namespace === namespace &&
      binding.spec.serviceRef.name === service &&
      binding.spec.serviceRef.port === port,
  )
  return (live.find(({ name }) => name === targetGroup.name) ?? live[0])?.name ?? targetGroup.name
}

const loadBalancerOf = (
  stack: DesiredStack,
  names: ReadonlyMap<string, string>,
  of: AssumeOf,
): ObservedLoadBalancer => {
  const { scheme, ipAddressType, subnets, attributes, tags } = stack.loadBalancer
  return {
    arn: loadBalancerArn(stack),
    name: of.loadBalancerName ?? stack.loadBalancer.name,
    dnsName: '',
    scheme,
    state: 'active',
    ipAddressType,
    vpcId: of.vpcId,
    subnetIds: 'known' in subnets ? subnets.known : [],
    securityGroupIds: securityGroupIds(stack, of),
    tags,
    attributes: { is: 'read', value: attributes },
    listeners: { is: 'read', value: stack.listeners.map((listener) => listenerOf(listener, names)) },
  }
}

const listenerOf = (listener: DesiredListener, names: ReadonlyMap<string, string>): ObservedListener => {
  const { port, protocol, tls, tags } = listener
  const action = (wanted: Action): readonly ObservedAction[] =>
    wanted.is === 'forward'
      ? [{ is: 'forward', targetGroupArns: [targetGroupArn(names.get(wanted.targetGroup) ?? wanted.targetGroup)] }]
      : [wanted]
  return {
    arn: `listener/${port}`,
    port,
    protocol,
    ...(tls === undefined ? {} : { tls }),
    defaultActions: action(listener.defaultAction),
    rules: listener.rules.map((rule, index) => {
      const id = resourceIds.rule({ port, priority: index + 1 })
      return {
        arn: `rule/${id}`,
        priority: index + 1,
        conditions: rule.conditions,
        actions: action(rule.action),
        tags: { ...rule.tags, [tagKeys.resource]: id },
      }
    }),
    tags,
  }
}

const targetGroupOf = (
  targetGroup: DesiredTargetGroup,
  names: ReadonlyMap<string, string>,
  stack: DesiredStack,
  of: AssumeOf,
): ObservedTargetGroup => {
  const { resourceId, targetType, protocol, protocolVersion, ipAddressType, port, healthCheck, tags } = targetGroup
  const name = names.get(resourceId) ?? targetGroup.name
  return {
    arn: targetGroupArn(name),
    name,
    targetType,
    protocol,
    protocolVersion,
    ipAddressType,
    port,
    vpcId: of.vpcId,
    healthCheck,
    loadBalancerArns: [loadBalancerArn(stack)],
    attributes: { is: 'read', value: targetGroup.attributes },
    targets: { is: 'unread' },
    tags,
  }
}

const securityGroupOf = (frontend: DesiredSecurityGroup, of: AssumeOf): ObservedSecurityGroup => {
  const { name, description, inbound, tags } = frontend
  return {
    id: securityGroupId(frontend),
    name,
    description,
    vpcId: of.vpcId,
    inbound: inbound.map(({ port, cidr }) => ({
      protocol: 'tcp',
      fromPort: port,
      toPort: port,
      source: { is: 'cidr', cidr },
      description: '',
    })),
    tags,
  }
}
