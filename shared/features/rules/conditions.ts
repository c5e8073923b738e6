import type { IngressPath } from '../../kubernetes/objects.ts'
import type { Condition } from '../../model/model.ts'

/** Host and path of one rule as an Ingress writes them. An empty path is none. */
export interface HostAndPath {
  readonly host?: string
  readonly path: string
  readonly pathType: IngressPath['pathType']
}

/**
 * The conditions of a rule, host before path; a rule with neither takes every request by its path.
 *
 * | path type | path | values of the path pattern |
 * |---|---|---|
 * | Exact | `/p` | `/p` |
 * | Prefix | `/` | `/*` |
 * | Prefix | `/a`, `/a/` | `/a`, `/a/*` |
 * | ImplementationSpecific | any | as written |
 */
export const conditionsOf = (rule: HostAndPath): readonly Condition[] => {
  const host: readonly Condition[] =
    rule.host === undefined || rule.host === '' ? [] : [{ field: 'host-header', values: [rule.host] }]
  const values = pathValues(rule)
  const path: readonly Condition[] = values.length === 0 ? [] : [{ field: 'path-pattern', values }]
  const conditions = [...host, ...path]
  return conditions.length === 0 ? [{ field: 'path-pattern', values: ['/*'] }] : conditions
}

/** A Prefix path without its one trailing slash: empty for `/`. */
export const withoutTrailingSlash = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path)

const pathValues = ({ path, pathType }: HostAndPath): readonly string[] => {
  if (path === '') return []
  if (pathType !== 'Prefix') return [path]
  const stem = withoutTrailingSlash(path)
  return stem === '' ? ['/*'] : [stem, `${stem}/*`]
}
