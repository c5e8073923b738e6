import type { Condition } from '../../model/model.ts'
import { withoutTrailingSlash, type HostAndPath } from './conditions.ts'
import { globsIntersect } from './globs.ts'

/** A rule among the rules of one listener. */
export interface ListenerRule extends HostAndPath {
  /** `namespace/name` of its Ingress. */
  readonly member: string
  readonly conditions: readonly Condition[]
}

/** Rules in the order of their priorities, and the sets of rules whose order contradicts itself. */
export interface Ordered<Rule> {
  readonly rules: readonly Rule[]
  readonly cycles: readonly (readonly Rule[])[]
}

/**
 * The paths of one `spec.rules` entry in declared order: Exact as written, then Prefix by falling length as written,
 * then ImplementationSpecific as written. It is the order of aws-load-balancer-controller.
 */
export const declaredOrder = <Path extends Pick<HostAndPath, 'path' | 'pathType'>>(
  paths: readonly Path[],
): readonly Path[] => {
  const ofType = (pathType: HostAndPath['pathType']): readonly Path[] =>
    paths.filter((path) => path.pathType === pathType)
  return [
    ...ofType('Exact'),
    ...ofType('Prefix').toSorted((a, b) => b.path.length - a.path.length),
    ...ofType('ImplementationSpecific'),
  ]
}

/**
 * The smallest correction of the declared order of one listener that makes the load balancer answer as the Ingress
 * specification demands ("Multiple matches", "Hostname wildcards"). Rules that no violation touches keep their order.
 */
export const effectiveOrder = <Rule extends ListenerRule>(declared: readonly Rule[]): Ordered<Rule> => {
  const followers = constraints(declared)
  const cycles = cyclesOf(followers)
  for (const cycle of cycles) {
    for (const [place, index] of cycle.entries()) {
      const next = cycle[place + 1]
      followers[index] = (followers[index] ?? []).filter((other) => !cycle.includes(other))
      if (next !== undefined) followers[index].push(next)
    }
  }
  const pick = (indices: readonly number[]): readonly Rule[] =>
    indices.flatMap((index) => {
      const rule = declared[index]
      return rule === undefined ? [] : [rule]
    })
  return { rules: pick(topological(followers)), cycles: cycles.map(pick) }
}

/** Whether some request satisfies host and path of both rules; the case of a host does not count. */
export const rulesOverlap = (a: ListenerRule, b: ListenerRule): boolean =>
  conditionsOverlap(valuesOf(a, 'host-header'), valuesOf(b, 'host-header')) &&
  conditionsOverlap(valuesOf(a, 'path-pattern'), valuesOf(b, 'path-pattern'))

/** All values of a rule's conditions of one field, hosts in lower case; undefined where it has none. */
export const valuesOf = (rule: ListenerRule, field: Condition['field']): readonly string[] | undefined => {
  const condition = rule.conditions.find((candidate) => candidate.field === field)
  return field === 'host-header' ? condition?.values.map((value) => value.toLowerCase()) : condition?.values
}

const conditionsOverlap = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  a === undefined || b === undefined || a.some((one) => b.some((other) => globsIntersect(one, other)))

/** Precedence of an ordinary rule, compared from left to right, the higher first. Undefined for a pinned rule. */
type Precedence = readonly [hostClass: number, suffixLength: number, pathLength: number, exactPath: number]

const precedenceOf = ({ host = '', path, pathType }: ListenerRule): Precedence | undefined => {
  const suffix = /^\*(\.[^*?]+)$/.exec(host)?.[1]
  if (suffix === undefined && /[*?]/.test(host)) return undefined
  if (pathType === 'ImplementationSpecific' && path !== '') return undefined
  const hostClass = host === '' ? 0 : suffix === undefined ? 2 : 1
  return [hostClass, suffix?.length ?? 0, withoutTrailingSlash(path).length, pathType === 'Exact' ? 1 : 0]
}

const comparePrecedence = (a: Precedence, b: Precedence): number => {
  const differs = a.findIndex((part, index) => part !== b[index])
  return differs < 0 ? 0 : (b[differs] ?? 0) - (a[differs] ?? 0)
}

/** For each rule the rules that must come after it. */
const constraints = (declared: readonly ListenerRule[]): number[][] => {
  const rules = declared.map((rule) => ({ rule, precedence: precedenceOf(rule) }))
  const followers: number[][] = declared.map(() => [])
  for (const [i, first] of rules.entries()) {
    for (const [j, second] of rules.entries()) {
      if (j <= i || !rulesOverlap(first.rule, second.rule)) continue
      const violated =
        first.precedence !== undefined &&
        second.precedence !== undefined &&
        comparePrecedence(first.precedence, second.precedence) > 0
      const pinnedBetween = (): boolean =>
        rules
          .slice(i + 1, j)
          .some(
            ({ rule, precedence }) =>
              precedence === undefined && rulesOverlap(first.rule, rule) && rulesOverlap(rule, second.rule),
          )
      if (violated && !pinnedBetween()) followers[j]?.push(i)
      else followers[i]?.push(j)
    }
  }
  return followers
}

/** Sets of more than one rule of which each must come after each other (strongly connected), indices ascending. */
const cyclesOf = (followers: readonly (readonly number[])[]): readonly (readonly number[])[] => {
  const reached = followers.map((_, start) => {
    const seen = new Set<number>()
    const pending = [...(followers[start] ?? [])]
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (seen.has(index)) continue
      seen.add(index)
      pending.push(...(followers[index] ?? []))
    }
    return seen
  })
  const inCycle = followers.map((_, index) => reached[index]?.has(index) === true)
  return followers.flatMap((_, index) => {
    if (!inCycle[index]) return []
    const cycle = followers.flatMap((_, other) =>
      other === index || (reached[index]?.has(other) && reached[other]?.has(index)) ? [other] : [],
    )
    return cycle[0] === index ? [cycle] : []
  })
}

/** Always takes the free rule with the smallest declared index. */
const topological = (followers: readonly (readonly number[])[]): readonly number[] => {
  const waitsFor = followers.map(() => 0)
  for (const index of followers.flat()) waitsFor[index] = (waitsFor[index] ?? 0) + 1
  const order: number[] = []
  const taken = new Set<number>()
  while (order.length < followers.length) {
    const free = waitsFor.findIndex((count, index) => count === 0 && !taken.has(index))
    if (free < 0) throw new Error('rules in a cycle were not resolved')
    taken.add(free)
    order.push(free)
    for (const index of followers[free] ?? []) waitsFor[index] = (waitsFor[index] ?? 0) - 1
  }
  return order
}
