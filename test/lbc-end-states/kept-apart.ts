import type { Fixture } from '../aws/fixture.ts'
import type { EndState, LbcCase } from './case.ts'
import { parseCase } from './case.ts'

/**
 * The case with node ports of its own: side by side in one cluster no two Services may have the same. `index` is that of
 * the case among all.
 */
export const keptApart = (of: LbcCase, index: number): LbcCase => {
  const text = JSON.stringify(of.objects)
  const ports = [...new Set(Array.from(text.matchAll(/"nodePort":(\d+)/g), ([, port]) => Number(port)))]
  const own = new Map(ports.map((port, each) => [port, 31_000 + index * 10 + each]))
  return parseCase(
    JSON.parse(JSON.stringify(of), (_, value: unknown) =>
      typeof value === 'number' ? (own.get(value) ?? value) : value,
    ),
  )
}

/** The rules on the nodes that all cases together ask for: one for each source group, from the lowest to the highest port. */
export const nodeRulesOf = (states: readonly EndState[]): EndState['securityGroups'][number]['inbound'] => {
  const all = states.flatMap(({ securityGroups }) => securityGroups.find(({ name }) => name === 'nodes')?.inbound ?? [])
  return [
    ...Map.groupBy(all, ([protocol, , , source, why]) => JSON.stringify([protocol, source, why])).values(),
  ].flatMap((rules) => {
    const [first] = rules
    if (first === undefined) return []
    const [protocol, , , source, why] = first
    return [
      [protocol, Math.min(...rules.map(([, from]) => from)), Math.max(...rules.map(([, , to]) => to)), source, why],
    ]
  })
}

/** The objects of a case as kubectl takes them, with the ids of what they name, and with their namespace. */
export const manifestsOf = (
  { namespace, objects }: LbcCase,
  fixture: Fixture,
): readonly Readonly<Record<string, unknown>>[] => {
  const ids = new Map<string, string>([
    ...Object.entries(fixture.subnets).map(([name, { id }]) => [`subnet:${name}`, id] as const),
    ...Object.entries(fixture.securityGroups).map(([name, id]) => [`sg:${name}`, id] as const),
    ...Object.entries(fixture.certificates).map(([domain, arn]) => [`cert:${domain}`, arn] as const),
  ])
  const placed = (text: string): string =>
    text.replaceAll(/\$\{([^}]+)\}/g, (_, symbol: string) => {
      const id = ids.get(symbol)
      if (id === undefined) throw new Error(`the account has no ${symbol}`)
      return id
    })
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...objects.map(({ metadata, ...object }) => ({
      ...object,
      metadata: {
        ...metadata,
        namespace,
        annotations: Object.fromEntries(
          Object.entries(metadata.annotations ?? {}).map(([key, value]) => [key, placed(value)]),
        ),
      },
    })),
  ]
}
