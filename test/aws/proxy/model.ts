import { listAt, recordAt, textAt, type Xml, type XmlRecord } from './xml.ts'

/** Load balancers, listeners, rules and target groups as they are in the account. `answer` is what AWS answers for each. */
export interface LoadBalancer {
  readonly arn: string
  readonly name: string
  readonly dnsName: string
  readonly scheme: string
  readonly ipAddressType: string
  readonly vpcId: string
  readonly subnets: readonly { readonly id: string; readonly zone: string }[]
  readonly securityGroups: readonly string[]
  readonly answer: XmlRecord
}

export interface Listener {
  readonly arn: string
  readonly loadBalancerArn: string
  readonly port: number
  readonly protocol: string
  readonly defaultActions: readonly XmlRecord[]
  readonly answer: XmlRecord
}

export interface Rule {
  readonly arn: string
  readonly listenerArn: string
  readonly priority: number | 'default'
  readonly conditions: readonly XmlRecord[]
  readonly actions: readonly XmlRecord[]
  readonly answer: XmlRecord
}

export interface TargetGroup {
  readonly arn: string
  readonly name: string
  readonly protocol: string
  readonly port: number
  readonly vpcId: string
  readonly targetType: string
  readonly answer: XmlRecord
}

/** Reads what moto answers for a load balancer. */
export function readLoadBalancer(value: Xml): LoadBalancer {
  return {
    arn: need(value, 'LoadBalancerArn'),
    name: need(value, 'LoadBalancerName'),
    dnsName: need(value, 'DNSName'),
    scheme: textAt(value, 'Scheme') ?? 'internet-facing',
    ipAddressType: textAt(value, 'IpAddressType') ?? 'ipv4',
    vpcId: textAt(value, 'VpcId') ?? '',
    subnets: listAt(value, 'AvailabilityZones').map((zone) => ({
      id: need(zone, 'SubnetId'),
      zone: need(zone, 'ZoneName'),
    })),
    securityGroups: listAt(value, 'SecurityGroups').filter((id) => typeof id === 'string'),
    answer: recordAt(value),
  }
}

/** Reads what moto answers for a listener, without its TLS side, which the proxy keeps. */
export function readListener(value: Xml): Listener {
  const defaultActions = listAt(value, 'DefaultActions').map(readAction)
  const protocol = need(value, 'Protocol')
  const { SslPolicy: _, AlpnPolicy: __, Certificates: ___, MutualAuthentication: ____, ...rest } = recordAt(value)
  return {
    arn: need(value, 'ListenerArn'),
    loadBalancerArn: need(value, 'LoadBalancerArn'),
    port: Number(need(value, 'Port')),
    protocol,
    defaultActions,
    answer: {
      ...rest,
      DefaultActions: defaultActions,
    },
  }
}

/** Reads what moto answers for a rule. */
export function readRule(value: Xml): Rule {
  const arn = need(value, 'RuleArn')
  const priority = need(value, 'Priority')
  const actions = listAt(value, 'Actions').map(readAction)
  const conditions = listAt(value, 'Conditions').map(readCondition)
  return {
    arn,
    listenerArn: listenerOfRule(arn),
    priority: priority === 'default' ? 'default' : Number(priority),
    conditions,
    actions,
    answer: { ...recordAt(value), Conditions: conditions, Actions: actions },
  }
}

/** Reads what moto answers for a target group. */
export function readTargetGroup(value: Xml): TargetGroup {
  return {
    arn: need(value, 'TargetGroupArn'),
    name: need(value, 'TargetGroupName'),
    protocol: textAt(value, 'Protocol') ?? '',
    port: Number(textAt(value, 'Port') ?? 0),
    vpcId: textAt(value, 'VpcId') ?? '',
    targetType: textAt(value, 'TargetType') ?? 'instance',
    answer: recordAt(value),
  }
}

/** The parts of a redirect that leave a request's own part as it is (API reference, RedirectActionConfig). */
export const redirectDefaults: Readonly<Record<string, string>> = {
  Protocol: '#{protocol}',
  Host: '#{host}',
  Port: '#{port}',
  Path: '/#{path}',
  Query: '#{query}',
}

/** An action as AWS answers it: with its order, a redirect with all of its parts, a forward to one target group in both of its forms. */
function readAction(value: Xml, index: number): XmlRecord {
  const action: XmlRecord = { Order: String(index + 1), ...recordAt(value) }
  if (action['Type'] === 'redirect')
    return { ...action, RedirectConfig: { ...redirectDefaults, ...recordAt(value, 'RedirectConfig') } }
  if (action['Type'] !== 'forward') return action
  const single = textAt(value, 'TargetGroupArn')
  const tuples = listAt(value, 'ForwardConfig', 'TargetGroups')
  const onlyArn = tuples.length === 1 ? textAt(tuples[0], 'TargetGroupArn') : undefined
  const arn = single ?? onlyArn
  return {
    ...action,
    ...(arn === undefined ? {} : { TargetGroupArn: arn }),
    ForwardConfig: {
      TargetGroups: single !== undefined && tuples.length === 0 ? [{ TargetGroupArn: single, Weight: '1' }] : tuples,
      TargetGroupStickinessConfig: {
        Enabled: 'false',
        ...recordAt(value, 'ForwardConfig', 'TargetGroupStickinessConfig'),
      },
    },
  }
}

const echoedForms: Readonly<Record<string, string>> = {
  'host-header': 'HostHeaderConfig',
  'path-pattern': 'PathPatternConfig',
}

/** A condition as AWS answers it: host and path values in both of their forms. */
function readCondition(value: Xml): XmlRecord {
  const condition = recordAt(value)
  const form = echoedForms[textAt(value, 'Field') ?? '']
  if (form === undefined) return condition
  const configured = listAt(value, form, 'Values')
  const values = configured.length > 0 ? configured : listAt(value, 'Values')
  return { ...condition, Values: values, [form]: { ...recordAt(value, form), Values: values } }
}

/** ARNs of the target groups that actions forward to, each once. */
export function targetGroupsOf(actions: readonly XmlRecord[]): readonly string[] {
  const arns = actions.flatMap((action) =>
    listAt(action, 'ForwardConfig', 'TargetGroups').flatMap((tuple) => textAt(tuple, 'TargetGroupArn') ?? []),
  )
  return [...new Set(arns)]
}

/** The listener's ARN in a rule's. */
export function listenerOfRule(ruleArn: string): string {
  return ruleArn.slice(0, ruleArn.lastIndexOf('/')).replace(':listener-rule/', ':listener/')
}

/** The load balancer's ARN in a listener's. */
export function loadBalancerOfListener(listenerArn: string): string {
  return listenerArn.slice(0, listenerArn.lastIndexOf('/')).replace(':listener/', ':loadbalancer/')
}

function need(value: Xml, name: string): string {
  const found = textAt(value, name)
  if (found === undefined) throw new Error(`moto left out ${name}`)
  return found
}
