import type { JudgedAction, JudgedCondition } from '../aws/data-plane/judge.ts'
import type { Fixture } from '../aws/fixture.ts'
import type { AwsState, ListenerState, SecurityGroupState, TargetGroupState } from '../aws/state.ts'
import { tagKeys } from '../../shared/names/tags.ts'
import type { EndState, EndStateAction, EndStateListener } from './case.ts'

/** What a group has in the emulated account, with the group of the nodes and, where its load balancer carries it, the backend group, as the cases tell it. */
export const endStateOf = (state: AwsState, fixture: Fixture, group: string): EndState => {
  const symbols = symbolsOf(state, fixture)
  const isOurs = ({ tags }: { readonly tags: Readonly<Record<string, string>> }): boolean =>
    tags[tagKeys.stack] === group
  const loadBalancers = state.loadBalancers.filter(isOurs)
  const carried = new Set(loadBalancers.flatMap(({ securityGroups }) => securityGroups))
  return {
    loadBalancers: loadBalancers.map(({ name, scheme, ipAddressType, attributes, securityGroups, ...rest }) => ({
      name,
      scheme: scheme === 'internal' ? scheme : 'internet-facing',
      ip: ipAddressType,
      ...named(attributes),
      groups: securityGroups.map(symbols),
      subnets: rest.subnets.map(symbols),
      listeners: rest.listeners.map((listener) => listenerOf(listener, symbols)),
      tags: { ...rest.tags },
    })),
    targetGroups: state.targetGroups.filter(isOurs).map((of) => targetGroupOf(of, symbols)),
    securityGroups: state.securityGroups
      .filter(
        (of) =>
          isOurs(of) ||
          of.id === fixture.securityGroups.nodes ||
          (carried.has(of.id) && of.tags[tagKeys.clusterResource] === 'backend-sg'),
      )
      .map((of) => securityGroupOf(of, symbols)),
  }
}

type Symbols = (id: string) => string

/** Ids and ARNs by what the cases call them. */
export const symbolsOf = (state: Pick<AwsState, 'securityGroups' | 'targetGroups'>, fixture: Fixture): Symbols => {
  const symbols = new Map([
    [fixture.vpcId, 'vpc'],
    ...Object.entries(fixture.subnets).map(([name, { id }]) => [id, `subnet:${name}`] as const),
    ...Object.entries(fixture.certificates).map(([domain, arn]) => [arn, `cert:${domain}`] as const),
    ...fixture.instances.map(({ id, zone }) => [id, `node:${zone.slice(-1)}`] as const),
    ...state.securityGroups.map(({ id, name }) => [id, `sg:${name}`] as const),
    ...state.targetGroups.map(({ arn, tags }) => [arn, `tg:${tags[tagKeys.resource] ?? ''}`] as const),
  ])
  return (id) => symbols.get(id) ?? id
}

const named = (attributes: Readonly<Record<string, string>>): { readonly attributes?: Record<string, string> } =>
  Object.keys(attributes).length === 0 ? {} : { attributes: { ...attributes } }

const listenerOf = (
  { port, protocol, tls, defaultActions, tags, rules }: ListenerState,
  symbols: Symbols,
): EndStateListener => ({
  port,
  protocol,
  policy: tls?.policy ?? null,
  default: tls === undefined ? [] : [symbols(tls.defaultCertificate)],
  extra: (tls?.extraCertificates ?? []).map(symbols).toSorted(),
  defaultActions: defaultActions.map((action) => actionOf(action, symbols)),
  tags: { ...tags },
  rules: rules.map(({ priority, conditions, actions, tags: own }) => ({
    priority,
    conditions: conditions.map(conditionOf),
    actions: actions.map((action) => actionOf(action, symbols)),
    tags: { ...own },
  })),
})

const conditionOf = (condition: JudgedCondition): EndStateListener['rules'][number]['conditions'][number] => {
  const { field } = condition
  if (field !== 'host-header' && field !== 'path-pattern') throw new Error(`no case has a condition on ${field}`)
  return { field, values: condition.values.toSorted() }
}

const actionOf = (action: JudgedAction, symbols: Symbols): EndStateAction => {
  switch (action.type) {
    case 'forward': {
      const isOne = action.targetGroups.length === 1
      return {
        type: 'forward',
        groups: action.targetGroups.map(({ arn, weight }) => [symbols(arn), isOne ? 1 : weight]),
      }
    }
    case 'fixed-response':
      return {
        Type: 'fixed-response',
        FixedResponseConfig: {
          ContentType: action.contentType ?? '',
          StatusCode: action.statusCode,
          ...(action.messageBody === undefined ? {} : { MessageBody: action.messageBody }),
        },
      }
    case 'redirect': {
      const { protocol, host = '#{host}', path = '/#{path}', port = '#{port}', query = '#{query}', statusCode } = action
      if (protocol !== 'HTTPS' || host !== '#{host}' || path !== '/#{path}' || query !== '#{query}')
        throw new Error(`no case has the redirect ${JSON.stringify(action)}`)
      if (statusCode !== 'HTTP_301') throw new Error(`no case has the status code ${statusCode}`)
      return {
        Type: 'redirect',
        RedirectConfig: {
          Host: host,
          Path: path,
          Port: port,
          Protocol: protocol,
          Query: query,
          StatusCode: statusCode,
        },
      }
    }
    default:
      return action satisfies never
  }
}

const targetGroupOf = (
  { name, settings, attributes, tags, targets }: TargetGroupState,
  symbols: Symbols,
): EndState['targetGroups'][number] => {
  const text = (key: string): string => settings[key] ?? ''
  const protocol = text('HealthCheckProtocol')
  const { GrpcCode } = settings
  return {
    ...named(attributes),
    HealthCheckIntervalSeconds: Number(text('HealthCheckIntervalSeconds')),
    HealthCheckPath: text('HealthCheckPath'),
    HealthCheckPort: text('HealthCheckPort'),
    HealthCheckProtocol: protocol === 'HTTPS' ? protocol : 'HTTP',
    HealthCheckTimeoutSeconds: Number(text('HealthCheckTimeoutSeconds')),
    HealthyThresholdCount: Number(text('HealthyThresholdCount')),
    IpAddressType: text('IpAddressType'),
    Matcher: GrpcCode === undefined ? { HttpCode: text('HttpCode') } : { GrpcCode },
    Port: Number(text('Port')),
    Protocol: text('Protocol'),
    ProtocolVersion: text('ProtocolVersion'),
    TargetType: text('TargetType'),
    UnhealthyThresholdCount: Number(text('UnhealthyThresholdCount')),
    name,
    tags: { ...tags },
    targets: targets.map(({ id, port }) => [symbols(id), port]),
  }
}

const securityGroupOf = (
  { name, description, tags, inbound }: SecurityGroupState,
  symbols: Symbols,
): EndState['securityGroups'][number] => ({
  name,
  description,
  tags: { ...tags },
  inbound: inbound.map(({ protocol, from, to, source, description: why }) => [
    protocol,
    Number(from),
    Number(to),
    symbols(source),
    why,
  ]),
})
