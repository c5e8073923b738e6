import type {
  Condition,
  DesiredListener,
  DesiredModel,
  DesiredRule,
  DesiredSecurityGroup,
  DesiredStack,
  DesiredTargetGroup,
  HealthCheck,
} from '../../../shared/model/model.ts'
import type {
  Observed,
  ObservedListener,
  ObservedLoadBalancer,
  ObservedRule,
  ObservedSecurityGroup,
  ObservedTargetGroup,
} from '../../../shared/model/observed.ts'
import type { TargetGroupBinding } from '../../../shared/kubernetes/objects.ts'
import { groupId } from '../../../shared/names/group-id.ts'
import { groupLabels, groupTags } from '../../../shared/names/tags.ts'
import { type GroupWorld, stepWriter, type StepWriter } from '../../../shared/plan/context.ts'
import type { Step } from '../../../shared/plan/step.ts'
import { printStep } from '../../scenarios/print.ts'

/** Values of one group with good defaults, and the same as AWS holds them: a test states only what matters to it. */

export const group = 'shop/web'
export const member = 'shop/web'

export const tagsOf = (resource: string): Readonly<Record<string, string>> =>
  groupTags('demo', groupId(group), resource)

export const host = (name: string): readonly Condition[] => [{ field: 'host-header', values: [name] }]

export const healthCheck: HealthCheck = {
  port: 'traffic-port',
  protocol: 'HTTP',
  path: '/',
  intervalSeconds: 15,
  timeoutSeconds: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  successCodes: '200',
}

/** The rule of host `name` that forwards to the target group of Service `service`. */
export const desiredRule = (name: string, service = 'web', changes: Partial<DesiredRule> = {}): DesiredRule => {
  const { 'ingress.k8s.aws/resource': _, ...tags } = tagsOf('')
  return { member, conditions: host(name), action: { is: 'forward', targetGroup: idOf(service) }, tags, ...changes }
}

/** The same as AWS holds it: `arn` is `rule-NAME`. */
export const awsRule = (
  priority: number,
  name: string,
  service = 'web',
  changes: Partial<ObservedRule> = {},
): ObservedRule => ({
  arn: `rule-${name}`,
  priority,
  conditions: host(name),
  actions: [{ is: 'forward', targetGroupArns: [`tg-${service}`] }],
  tags: tagsOf(`80:${priority}`),
  ...changes,
})

export const notFound = { is: 'fixed-response', statusCode: '404', contentType: 'text/plain' } as const

export const desiredListener = (
  rules: readonly DesiredRule[],
  changes: Partial<DesiredListener> = {},
): DesiredListener => ({
  port: 80,
  protocol: 'HTTP',
  defaultAction: notFound,
  rules,
  tags: tagsOf(String(changes.port ?? 80)),
  ...changes,
})

export const awsListener = (
  rules: readonly ObservedRule[],
  changes: Partial<ObservedListener> = {},
): ObservedListener => ({
  arn: `listener-${changes.port ?? 80}`,
  port: 80,
  protocol: 'HTTP',
  defaultActions: [notFound],
  rules,
  tags: tagsOf(String(changes.port ?? 80)),
  ...changes,
})

export const idOf = (service: string): string => `shop/web-${service}:80`

export const desiredTargetGroup = (service = 'web', changes: Partial<DesiredTargetGroup> = {}): DesiredTargetGroup => ({
  resourceId: idOf(service),
  name: `k8s-shop-${service}-1`,
  nameOfFamily: `k8s-shop-${service}-4`,
  nameOn: { internal: `k8s-shop-${service}-2`, 'internet-facing': `k8s-shop-${service}-3` },
  member,
  targetType: 'instance',
  protocol: 'HTTP',
  protocolVersion: 'HTTP1',
  ipAddressType: 'ipv4',
  port: 31509,
  healthCheck,
  attributes: {},
  tags: tagsOf(idOf(service)),
  binding: {
    namespace: 'shop',
    name: `k8s-shop-${service}-1`,
    service,
    port: 80,
    targetPorts: [31509],
    labels: groupLabels(groupId(group)),
  },
  ...changes,
})

export const awsTargetGroup = (service = 'web', changes: Partial<ObservedTargetGroup> = {}): ObservedTargetGroup => ({
  arn: `tg-${service}`,
  name: `k8s-shop-${service}-1`,
  targetType: 'instance',
  protocol: 'HTTP',
  protocolVersion: 'HTTP1',
  ipAddressType: 'ipv4',
  port: 31509,
  vpcId: 'vpc-1',
  healthCheck,
  loadBalancerArns: ['alb-1'],
  attributes: { is: 'unread' },
  targets: { is: 'unread' },
  tags: tagsOf(idOf(service)),
  ...changes,
})

export const binding = (service = 'web', changes: Partial<TargetGroupBinding> = {}): TargetGroupBinding => ({
  namespace: 'shop',
  name: `k8s-shop-${service}-1`,
  uid: 'uid',
  resourceVersion: '1',
  creationTimestamp: '',
  labels: groupLabels(groupId(group)),
  annotations: {},
  finalizers: [],
  generation: 1,
  spec: bindingSpec(service),
  ...changes,
})

export const bindingSpec = (service = 'web', nodePorts: readonly number[] = [31509]): TargetGroupBinding['spec'] => ({
  targetGroupARN: `tg-${service}`,
  targetType: 'instance',
  serviceRef: { name: service, port: 80 },
  networking: {
    ingress: nodePorts.map((port) => ({
      from: [{ securityGroup: { groupID: 'sg-backend' } }],
      ports: [{ protocol: 'TCP', port }],
    })),
  },
})

export const frontend: DesiredSecurityGroup = {
  name: 'k8s-shop-web-2',
  description: 'managed',
  inbound: [{ port: 80, cidr: '0.0.0.0/0' }],
  tags: tagsOf('ManagedLBSecurityGroup'),
}

export const desiredStack = (changes: Partial<DesiredStack> = {}): DesiredStack => ({
  loadBalancer: {
    name: 'k8s-shop-web-1',
    scheme: 'internal',
    ipAddressType: 'ipv4',
    subnets: { known: ['subnet-a', 'subnet-c'] },
    attributes: {},
    tags: tagsOf('LoadBalancer'),
  },
  securityGroups: { is: 'managed', backend: true, frontend },
  listeners: [desiredListener([desiredRule('a')])],
  targetGroups: [desiredTargetGroup()],
  ...changes,
})

export const awsLoadBalancer = (changes: Partial<ObservedLoadBalancer> = {}): ObservedLoadBalancer => ({
  arn: 'alb-1',
  name: 'k8s-shop-web-1',
  dnsName: 'k8s-shop-web-1.example',
  scheme: 'internal',
  state: 'active',
  ipAddressType: 'ipv4',
  vpcId: 'vpc-1',
  subnetIds: ['subnet-c', 'subnet-a'],
  securityGroupIds: ['sg-backend', 'sg-1'],
  tags: tagsOf('LoadBalancer'),
  listeners: { is: 'read', value: [awsListener([awsRule(1, 'a')])] },
  attributes: { is: 'unread' },
  ...changes,
})

export const awsSecurityGroup = (changes: Partial<ObservedSecurityGroup> = {}): ObservedSecurityGroup => ({
  id: 'sg-1',
  name: 'k8s-shop-web-2',
  description: 'managed',
  vpcId: 'vpc-1',
  inbound: [inbound(80)],
  tags: tagsOf('ManagedLBSecurityGroup'),
  ...changes,
})

export const inbound = (port: number, cidr = '0.0.0.0/0'): ObservedSecurityGroup['inbound'][number] => ({
  protocol: 'tcp',
  fromPort: port,
  toPort: port,
  source: { is: 'cidr', cidr },
  description: '',
})

/** The state that `desiredStack()` ends in. */
export const built: Observed = {
  complete: true,
  loadBalancers: [awsLoadBalancer()],
  targetGroups: [awsTargetGroup()],
  securityGroups: [awsSecurityGroup()],
}

export const empty: Observed = { complete: true, loadBalancers: [], targetGroups: [], securityGroups: [] }

export const stackModel = (changes: Partial<DesiredStack> = {}): DesiredModel => ({
  is: 'stack',
  group,
  stack: desiredStack(changes),
})

/** What is planned for: by default the state that is wanted already. */
export const worldOf = (changes: Partial<GroupWorld> = {}): GroupWorld => ({
  model: stackModel(),
  observed: built,
  bindings: [binding()],
  cluster: 'demo',
  vpcId: 'vpc-1',
  externalManagedTags: [],
  backendGroup: 'sg-backend',
  backendGroupWanted: { name: 'k8s-traffic-demo', tags: {} },
  trusted: false,
  explained: true,
  replacement: 'built',
  whole: false,
  ...changes,
})

/** Steps in their order, one line each. */
export const told = (steps: readonly Step[]): readonly string[] => steps.map((step) => printStep(step, (arn) => arn))

/** The steps that a part of the planner writes. */
export const written = (plan: (writer: StepWriter) => void): readonly string[] => {
  const writer = stepWriter(group)
  plan(writer)
  return told(writer.steps)
}
