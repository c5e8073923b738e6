import type { Attributes, Condition, HealthCheck, Tags } from '../../shared/model/model.ts'
import { tagKeys } from '../../shared/names/tags.ts'
import type { ListenerDefaults, IngressRuleRef, Ref, RuleAction, Step } from '../../shared/plan/step.ts'

/** Names what exists by ARN or id; what a step makes is named by the subject of that step. */
export type NameOf = (arn: string) => string

/** One line for a step: phase, action, what it acts on, what it sets. Tags of the group itself are left out. */
export const printStep = (step: Step, nameOf: NameOf): string =>
  `${step.phase.padEnd(6)} ${step.is} ${words(step, (ref) => refText(ref, nameOf)).join(' ')}`

const refText = (ref: Ref, nameOf: NameOf): string =>
  'arn' in ref ? nameOf(ref.arn) : ref.madeBy.split('/').slice(2).join('/')

const words = (step: Step, name: (ref: Ref) => string): readonly string[] => {
  switch (step.is) {
    case 'create-security-group':
      return [step.name, JSON.stringify(step.description), tagsText(step.tags)]
    case 'delete-security-group':
    case 'delete-load-balancer':
    case 'delete-target-group':
      return [step.name]
    case 'authorize-ingress':
    case 'revoke-ingress':
      return [name(step.securityGroup), step.rules.map((rule) => inboundText(rule, name)).join(', ')]
    case 'tag':
    case 'tag-ec2':
      return [name(step.resource), ...tagChangeText(step.set, step.remove)]
    case 'create-load-balancer':
      return [
        step.name,
        step.scheme,
        step.ipAddressType,
        `subnets ${step.subnetIds.join(',')}`,
        `security-groups ${step.securityGroups.map(name).join(',')}`,
        tagsText(step.tags),
      ]
    case 'set-security-groups':
      return [name(step.loadBalancer), step.securityGroups.map(name).join(',')]
    case 'set-subnets':
      return [name(step.loadBalancer), step.subnetIds.join(',')]
    case 'set-ip-address-type':
      return [name(step.loadBalancer), step.ipAddressType]
    case 'create-target-group':
      return [
        step.name,
        step.targetType,
        `${step.protocol}:${step.port}`,
        step.protocolVersion,
        step.ipAddressType,
        healthCheckText(step.healthCheck),
        tagsText(step.tags),
      ]
    case 'modify-target-group':
      return [name(step.targetGroup), healthCheckText(step.healthCheck)]
    case 'create-listener':
      return [
        `${step.protocol}:${step.port}`,
        `on ${name(step.loadBalancer)}`,
        ...tlsText(step.tls),
        `default ${actionText(step.defaultAction, name)}`,
        tagsText(step.tags),
      ]
    case 'modify-listener':
      return [
        name(step.listener),
        `${step.protocol}:${step.port}`,
        ...tlsText(step.tls),
        `default ${actionText(step.defaultAction, name)}`,
      ]
    case 'add-listener-certificate':
    case 'remove-listener-certificate':
      return [name(step.listener), step.certificate]
    case 'modify-load-balancer-attributes':
      return [name(step.loadBalancer), attributesText(step.attributes)]
    case 'modify-target-group-attributes':
      return [name(step.targetGroup), attributesText(step.attributes)]
    case 'delete-listener':
      return [name(step.listener)]
    case 'create-rule':
      return [
        step.id.split('/').at(-1) ?? '',
        conditionsText(step.conditions),
        `-> ${actionText(step.action, name)}`,
        tagsText(step.tags),
      ]
    case 'modify-rule':
      return [name(step.rule), conditionsText(step.conditions), `-> ${actionText(step.action, name)}`]
    case 'set-rule-priorities':
      return [step.priorities.map(({ rule, priority }) => `${name(rule)} -> ${priority}`).join(', ')]
    case 'delete-rule':
      return [name(step.rule)]
    case 'apply-binding': {
      const { namespace, name: own, service, port, targetPorts } = step.binding
      const from = step.sourceGroup === undefined ? [] : [`from ${name(step.sourceGroup)}`]
      return [
        `${namespace}/${own}`,
        `service ${service}:${port}`,
        `target-group ${name(step.targetGroup)}`,
        `node-ports ${targetPorts.join(',')}`,
        ...from,
      ]
    }
    case 'delete-binding':
    case 'await-targets':
      return [`${step.namespace}/${step.name}`]
    case 'register-targets':
    case 'deregister-targets':
      return [name(step.targetGroup), step.targets.map(({ id, port }) => `${id}:${port}`).join(',')]
    default:
      return step satisfies never
  }
}

const tagText = ([key, value]: readonly [string, string]): string => `${key}=${JSON.stringify(value).slice(1, -1)}`

/** Of the tags by which resources are found only the resource id is shown. */
const attributesText = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')

const tagsText = (tags: Tags): string =>
  `{${Object.entries(tags)
    .filter(([key]) => key !== tagKeys.cluster && key !== tagKeys.stack)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(tagText)
    .join(', ')}}`

const tagChangeText = (set: Tags, remove: readonly string[]): readonly string[] => [
  ...Object.entries(set).map((entry) => `+${tagText(entry)}`),
  ...remove.map((key) => `-${key}`),
]

const inboundText = ({ protocol, fromPort, toPort, source }: IngressRuleRef, name: (ref: Ref) => string): string => {
  const ports = fromPort === toPort ? String(fromPort) : `${fromPort}-${toPort}`
  return `${protocol} ${ports} from ${sourceText(source, name)}`
}

const sourceText = (source: IngressRuleRef['source'], name: (ref: Ref) => string): string => {
  switch (source.is) {
    case 'cidr':
      return source.cidr
    case 'group':
      return name({ arn: source.groupId })
    case 'made-group':
      return name(source.group)
    case 'prefix-list':
      return source.id
    default:
      return source satisfies never
  }
}

const conditionsText = (conditions: readonly Condition[]): string =>
  conditions.map(({ field, values }) => `${field}=${values.join(',')}`).join(' ')

const actionText = (action: RuleAction, name: (ref: Ref) => string): string => {
  if (action.is === 'fixed-response') {
    const body = action.messageBody === undefined ? '' : ` ${JSON.stringify(action.messageBody)}`
    return `fixed-response ${action.statusCode} ${action.contentType}${body}`
  }
  if (action.is === 'redirect') return `redirect ${action.statusCode} ${action.protocol}:${action.port}`
  const { targetGroup, standIn } = action
  return standIn === undefined
    ? `forward ${name(targetGroup)}`
    : `forward ${name(standIn)}, with weight 0 ${name(targetGroup)}`
}

const tlsText = (tls: ListenerDefaults | undefined): readonly string[] =>
  tls === undefined ? [] : [`certificate ${tls.defaultCertificate}`, `policy ${tls.sslPolicy}`]

const healthCheckText = (check: HealthCheck): string =>
  [
    `health-check ${check.protocol}:${check.port}${check.path}`,
    `interval ${check.intervalSeconds}s`,
    `timeout ${check.timeoutSeconds}s`,
    `healthy ${check.healthyThreshold}`,
    `unhealthy ${check.unhealthyThreshold}`,
    `success ${check.successCodes}`,
  ].join(' ')
