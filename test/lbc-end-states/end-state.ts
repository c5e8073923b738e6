import { bindingFinalizer, bindingSpec } from '../../controller/lanes/binding-object.ts'
import { loadBalancerDefault } from '../../shared/features/attributes/load-balancer-table.ts'
import { targetGroupDefault } from '../../shared/features/attributes/target-group-table.ts'
import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import type { ObservedAction, ObservedSecurityGroup, Read } from '../../shared/model/observed.ts'
import { tagKeys } from '../../shared/names/tags.ts'
import { planTargets } from '../../shared/plan/bindings.ts'
import type { GroupWorld } from '../../shared/plan/context.ts'
import { planGroup } from '../../shared/plan/group.ts'
import { noEndpoints } from '../../shared/plan/pod-targets.ts'
import { planNodeRules } from '../../shared/plan/security.ts'
import type { Attributes, DesiredBinding } from '../../shared/model/model.ts'
import { AwsMemory } from '../laws/world.ts'
import type { EndState, EndStateAction, EndStateBinding } from './case.ts'
import {
  backendGroupWanted,
  type CaseWorld,
  certificateArns,
  groupsOfInstance,
  nodeGroup,
  nodes,
  securityGroupIds,
  subnetIds,
} from './world.ts'

/** What is planned for a case with what is there; every AWS object is read. */
export const worldOf = (
  { model }: CaseWorld,
  there: Pick<GroupWorld, 'observed' | 'bindings' | 'backendGroup'>,
): GroupWorld => ({
  model,
  ...there,
  cluster: 'demo',
  vpcId: 'vpc',
  externalManagedTags: [],
  backendGroupWanted,
  trusted: false,
  explained: true,
  replacement: 'built',
  whole: false,
})

/** Builds a case from nothing: the group, then the targets of its bindings, then the rules on the nodes. */
export const buildCase = (
  world: CaseWorld,
): { readonly aws: EndState; readonly bindings: readonly EndStateBinding[] } => {
  const memory = new AwsMemory()
  const { steps } = planGroup(worldOf(world, { observed: memory.observed(), bindings: [], backendGroup: undefined }))
  const wanted = steps.flatMap((step) => (step.is === 'apply-binding' ? [step.binding] : []))
  memory.apply(steps)
  const bindings = [...memory.bindings.values()]
  const service = (namespace: string, name: string) =>
    world.services.find((each) => each.namespace === namespace && each.name === name)
  const nodeRules = planNodeRules({
    bindings,
    service,
    nodes,
    endpoints: noEndpoints,
    groupsOfInstance,
    groupsOfPod: new Map(),
    observed: [nodeGroup],
    clusterName: 'demo',
    given: new Set(),
  }).steps.flatMap((step) => (step.is === 'authorize-ingress' ? step.rules : []))
  const inbound = nodeRules.flatMap((rule) =>
    rule.source.is === 'made-group' ? [] : [{ ...rule, source: rule.source }],
  )
  const targets = new Map(
    bindings.map((binding) => [
      binding.spec.targetGroupARN,
      planTargets({
        binding,
        service: service(binding.namespace, binding.spec.serviceRef.name),
        nodes,
        endpoints: noEndpoints,
        observed: [],
      }).steps.flatMap((step) => (step.is === 'register-targets' ? step.targets : [])),
    ]),
  )
  const names = new Map([
    ...Array.from(securityGroupIds, ([symbol, id]) => [id, symbol] as const),
    ...Array.from(memory.securityGroups.values(), ({ id, name }) => [id, `sg:${name}`] as const),
  ])
  return {
    aws: {
      loadBalancers: loadBalancersOf(world, memory, names),
      targetGroups: [...memory.targetGroups.values()].map((group) => ({
        ...attributesOf(
          stackOf(world)?.targetGroups.find(({ name }) => name === group.name)?.attributes,
          group.attributes,
          targetGroupDefault,
        ),
        HealthCheckIntervalSeconds: group.healthCheck.intervalSeconds,
        HealthCheckPath: group.healthCheck.path,
        HealthCheckPort: group.healthCheck.port,
        HealthCheckProtocol: group.healthCheck.protocol,
        HealthCheckTimeoutSeconds: group.healthCheck.timeoutSeconds,
        HealthyThresholdCount: group.healthCheck.healthyThreshold,
        IpAddressType: group.ipAddressType,
        Matcher:
          group.protocolVersion === 'GRPC'
            ? { GrpcCode: group.healthCheck.successCodes }
            : { HttpCode: group.healthCheck.successCodes },
        Port: group.port,
        Protocol: group.protocol,
        ProtocolVersion: group.protocolVersion,
        TargetType: group.targetType,
        UnhealthyThresholdCount: group.healthCheck.unhealthyThreshold,
        name: group.name,
        tags: group.tags,
        targets: (targets.get(group.arn) ?? []).map(({ id, port }) => [id.replace('i-0', 'node:'), port]),
      })),
      securityGroups: [...memory.securityGroups.values(), { ...nodeGroup, inbound }].map((group) =>
        securityGroupOf(group, names),
      ),
    },
    bindings: bindings.map((binding) => bindingOf(binding, memory, wanted, names)),
  }
}

const stackOf = ({ model }: CaseWorld) => (model.is === 'stack' ? model.stack : undefined)

/** Attributes that the case names, as AWS holds them. */
const attributesOf = (
  wanted: Attributes | undefined,
  live: Read<Attributes>,
  defaultOf: (key: string) => string | undefined,
): { readonly attributes?: Record<string, string> } => {
  const keys = Object.keys(wanted ?? {})
  if (keys.length === 0 || live.is === 'unread') return {}
  return { attributes: Object.fromEntries(keys.map((key) => [key, live.value[key] ?? defaultOf(key) ?? ''])) }
}

const loadBalancersOf = (
  world: CaseWorld,
  memory: AwsMemory,
  names: ReadonlyMap<string, string>,
): EndState['loadBalancers'] => {
  const symbols = new Map([...subnetIds, ...certificateArns].map(([symbol, id]) => [id, symbol]))
  const symbolOf = (id: string): string => symbols.get(id) ?? id
  const action = (of: ObservedAction): EndStateAction => {
    switch (of.is) {
      case 'forward':
        return {
          type: 'forward',
          groups: of.targetGroupArns.map((arn) => [
            `tg:${memory.targetGroups.get(arn)?.tags[tagKeys.resource] ?? arn}`,
            1,
          ]),
        }
      case 'fixed-response':
        return {
          Type: 'fixed-response',
          FixedResponseConfig: {
            ContentType: of.contentType,
            StatusCode: of.statusCode,
            ...(of.messageBody === undefined ? {} : { MessageBody: of.messageBody }),
          },
        }
      case 'redirect':
        return {
          Type: 'redirect',
          RedirectConfig: {
            Host: '#{host}',
            Path: '/#{path}',
            Port: of.port,
            Protocol: of.protocol,
            Query: '#{query}',
            StatusCode: of.statusCode,
          },
        }
      case 'other':
        throw new Error(of.text)
      default:
        return of satisfies never
    }
  }
  return [...memory.loadBalancers.values()].map(({ name, ipAddressType, securityGroupIds, ...rest }) => ({
    name,
    scheme: rest.scheme,
    ip: ipAddressType,
    ...attributesOf(stackOf(world)?.loadBalancer.attributes, rest.attributes, (key) =>
      loadBalancerDefault(key, rest.scheme),
    ),
    groups: securityGroupIds.map((id) => names.get(id) ?? id),
    subnets: rest.subnetIds.map(symbolOf),
    tags: rest.tags,
    listeners: rest.listeners.map(({ port, protocol, tls, defaultActions, rules, tags }) => ({
      port,
      protocol,
      policy: tls?.sslPolicy ?? null,
      default: tls === undefined ? [] : [symbolOf(tls.defaultCertificate)],
      extra: (tls?.certificates ?? []).map(symbolOf).toSorted(),
      defaultActions: defaultActions.map(action),
      tags,
      rules: rules.map(({ priority, conditions, actions, tags: own }) => ({
        priority,
        conditions: conditions.map((condition) => {
          if (condition.field === 'other') throw new Error(condition.text)
          return { field: condition.field, values: condition.values.toSorted() }
        }),
        actions: actions.map(action),
        tags: own,
      })),
    })),
  }))
}

const securityGroupOf = (
  { name, description, inbound, tags }: ObservedSecurityGroup,
  names: ReadonlyMap<string, string>,
): EndState['securityGroups'][number] => ({
  name,
  description,
  tags,
  inbound: inbound.map(({ protocol, fromPort, toPort, source, description: of }) => {
    switch (source.is) {
      case 'cidr':
        return [protocol, fromPort, toPort, source.cidr, of]
      case 'group':
        return [protocol, fromPort, toPort, names.get(source.groupId) ?? source.groupId, of]
      case 'prefix-list':
        return [protocol, fromPort, toPort, source.id, of]
      default:
        return source satisfies never
    }
  }),
})

/** The TargetGroupBinding as the controller writes it, without the ARN, which is random. */
const bindingOf = (
  { name, namespace, spec }: TargetGroupBinding,
  memory: AwsMemory,
  wanted: readonly DesiredBinding[],
  names: ReadonlyMap<string, string>,
): EndStateBinding => {
  const binding = wanted.find((each) => each.name === name && each.namespace === namespace)
  const targetGroup = memory.targetGroups.get(spec.targetGroupARN)
  if (binding === undefined || targetGroup === undefined) throw new Error(`${name} is bound to nothing`)
  const groupId = spec.networking?.ingress[0]?.from[0]?.securityGroup?.groupID
  const source = groupId === undefined ? undefined : (names.get(groupId) ?? groupId)
  const { targetGroupARN: _, ...written } = bindingSpec(binding, { ...targetGroup, vpcId: 'vpc' }, source)
  return { name, labels: { ...binding.labels }, finalizers: [bindingFinalizer], spec: { ...written } }
}
