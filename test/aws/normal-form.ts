import type { JudgedAction, JudgedCondition } from './data-plane/judge.ts'
import type { Fixture } from './fixture.ts'
import type { AwsState, ListenerTlsState } from './state.ts'

/**
 * The state without what differs from one run to the next, for comparing end states: ids become symbols (`subnet:public-a`,
 * `cert:app.example.com`, `node:a`, `sg:NAME`, `tg:RESOURCE_TAG`), the hash at the end of a target group's name, which holds a Service's UID, becomes
 * `#`, and what has no order is sorted. Order of condition values of one rule is left out too.
 */
export function normalForm(state: AwsState, fixture: Fixture): unknown {
  const symbols = symbolsOf(state, fixture)
  const symbol = (id: string) => symbols.get(id) ?? id
  const symbolsIn = (ids: readonly string[]) => ids.map(symbol).sort(compare)
  const action = (given: JudgedAction) => normalAction(given, symbol)
  return {
    loadBalancers: state.loadBalancers.map(
      ({ name, scheme, ipAddressType, vpcId, subnets, securityGroups, attributes, tags, listeners }) => ({
        name,
        scheme,
        ipAddressType,
        vpc: symbol(vpcId),
        subnets: symbolsIn(subnets),
        securityGroups: symbolsIn(securityGroups),
        attributes,
        tags,
        listeners: listeners.map((listener) => ({
          port: listener.port,
          protocol: listener.protocol,
          ...(listener.tls === undefined ? {} : { tls: normalTls(listener.tls, symbol) }),
          defaultActions: listener.defaultActions.map(action),
          tags: listener.tags,
          rules: listener.rules.map((rule) => ({
            priority: rule.priority,
            conditions: sortedByText(rule.conditions.map(normalCondition)),
            actions: rule.actions.map(action),
            tags: rule.tags,
          })),
        })),
      }),
    ),
    targetGroups: sortedByText(
      state.targetGroups.map(({ name, settings, attributes, tags, targets }) => ({
        name: withoutHash(name),
        settings: Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, symbol(value)])),
        attributes,
        tags,
        targets: targets.map(({ id, port }) => `${symbol(id)}:${port}`).sort(compare),
      })),
    ),
    securityGroups: state.securityGroups.map(({ name, description, vpcId, tags, inbound }) => ({
      name,
      description,
      vpc: symbol(vpcId),
      tags,
      inbound: inbound
        .map(({ protocol, from, to, source, description: why }) => [protocol, from, to, symbol(source), why].join(' '))
        .sort(compare),
    })),
  }
}

function symbolsOf(state: AwsState, fixture: Fixture): ReadonlyMap<string, string> {
  return new Map([
    [fixture.vpcId, 'vpc'],
    [fixture.m11VpcId, 'vpc:m11'],
    ...named('subnet', fixture.subnets),
    ...named('subnet:m11', fixture.m11Subnets),
    ...Object.entries(fixture.prefixLists).map(([name, id]) => [id, `pl:${name}`] as const),
    ...Object.entries(fixture.certificates).map(([domain, arn]) => [arn, `cert:${domain}`] as const),
    ...fixture.instances.map(({ id, zone }) => [id, `node:${zone.slice(-1)}`] as const),
    ...state.securityGroups.map(({ id, name }) => [id, `sg:${name}`] as const),
    ...state.targetGroups.map(
      ({ arn, name, tags }) => [arn, `tg:${tags['ingress.k8s.aws/resource'] ?? withoutHash(name)}`] as const,
    ),
  ])
}

function named(
  kind: string,
  ids: Readonly<Record<string, { readonly id: string }>>,
): readonly (readonly [string, string])[] {
  return Object.entries(ids).map(([name, { id }]) => [id, `${kind}:${name}`])
}

function normalTls(tls: ListenerTlsState, symbol: (id: string) => string): unknown {
  return {
    ...tls,
    defaultCertificate: symbol(tls.defaultCertificate),
    extraCertificates: tls.extraCertificates.map(symbol).sort(compare),
  }
}

function normalAction(action: JudgedAction, symbol: (id: string) => string): unknown {
  switch (action.type) {
    case 'forward': {
      const weight = (given: number) => (action.targetGroups.length === 1 ? 1 : given)
      const targetGroups = action.targetGroups.map(({ arn, weight: given }) => `${symbol(arn)} ${weight(given)}`)
      return { ...action, targetGroups: targetGroups.sort(compare) }
    }
    case 'redirect':
      return {
        protocol: '#{protocol}',
        host: '#{host}',
        port: '#{port}',
        path: '/#{path}',
        query: '#{query}',
        ...action,
      }
    case 'fixed-response':
      return action
    default:
      return action satisfies never
  }
}

function normalCondition(condition: JudgedCondition): unknown {
  return { ...condition, values: sortedByText<unknown>(condition.values) }
}

function withoutHash(name: string): string {
  return name.replace(/-[0-9a-f]{10}$/, '-#')
}

function sortedByText<T>(items: readonly T[]): readonly T[] {
  return items.toSorted((left, right) => compare(JSON.stringify(left), JSON.stringify(right)))
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
