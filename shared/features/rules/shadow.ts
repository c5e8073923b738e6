import type { Finding } from '../../findings/finding.ts'
import type { Condition } from '../../model/model.ts'
import { globMatches, globsInclude } from './globs.ts'
import { valuesOf, type ListenerRule, type Ordered } from './order.ts'

/** A rule with its field path in its Ingress (`spec.rules[0].http.paths[1].path`), where that is known. */
export interface PlacedRule extends ListenerRule {
  readonly fieldPath?: string
}

/**
 * What is worth telling of the rules of one listener, in effective order: rules that can never match, hosts that a
 * wildcard takes although Kubernetes would not, and rules whose order contradicts itself. Numbers are priorities.
 */
export const orderNotices = ({ rules, cycles }: Ordered<PlacedRule>): readonly Finding[] => [
  ...neverMatching(rules),
  ...wildcardHostNotices(rules),
  ...cycles.flatMap((cycle) => cycleNotices(rules, cycle)),
]

/** Whether every request of `later` is taken by `earlier`. */
export const covers = (earlier: ListenerRule, later: ListenerRule): boolean =>
  (['host-header', 'path-pattern'] as const).every((field) => {
    const outer = valuesOf(earlier, field)
    if (outer === undefined) return true
    // A path always begins with a slash, so `/*` takes a rule that has no path condition.
    const inner = valuesOf(later, field) ?? (field === 'path-pattern' ? ['/*'] : ['*'])
    return inner.every((value) => globsInclude(outer, value))
  })

const neverMatching = (rules: readonly PlacedRule[]): readonly Finding[] =>
  rules.flatMap((later, index) => {
    const at = rules.slice(0, index).findIndex((earlier) => covers(earlier, later))
    const earlier = rules[at]
    if (earlier === undefined) return []
    const same = sameConditions(earlier.conditions, later.conditions)
    const of = earlier.member === later.member ? '' : ` of ${earlier.member}`
    const withHost = hostOf(earlier) !== hostOf(later)
    const why = same ? 'has the same conditions and comes first' : 'comes first'
    const text = `rule ${index + 1} (${label(later, withHost)}) can never match: rule ${at + 1} (${label(earlier, withHost)})${of} ${why}`
    return [notice(later, same ? 'RuleDuplicate' : 'RuleShadowed', text)]
  })

const wildcardHostNotices = (rules: readonly PlacedRule[]): readonly Finding[] => {
  const hosts = new Set(rules.map(hostOf).filter((host) => host !== '' && !/[*?]/.test(host)))
  const told = new Set<string>()
  return rules.flatMap((wildcard, index) => {
    const suffix = /^\*(\.[^*?]+)$/.exec(hostOf(wildcard))?.[1]
    if (suffix === undefined) return []
    return [...hosts].flatMap((host) => {
      const severalLabels = globMatches(hostOf(wildcard), host) && host.slice(0, -suffix.length).includes('.')
      const key = `${hostOf(wildcard)} ${host}`
      if (!severalLabels || told.has(key) || isTakenBefore(rules.slice(0, index), host, wildcard)) return []
      told.add(key)
      const text = `host ${hostOf(wildcard)} also takes requests for ${host}, which a Kubernetes wildcard does not`
      return [notice(wildcard, 'WildcardHostCatches', text)]
    })
  })
}

/** Whether the rules in front of a wildcard host leave it no request for one host. */
const isTakenBefore = (rules: readonly PlacedRule[], host: string, wildcard: PlacedRule): boolean => {
  const paths = wildcard.conditions.filter(({ field }) => field === 'path-pattern')
  const conditions: readonly Condition[] = [{ field: 'host-header', values: [host] }, ...paths]
  return rules.some((rule) => covers(rule, { ...wildcard, conditions }))
}

const cycleNotices = (rules: readonly PlacedRule[], cycle: readonly PlacedRule[]): readonly Finding[] => {
  const numbers = cycle.map((rule) => rules.indexOf(rule) + 1).toSorted((a, b) => a - b)
  const text = `rules ${numbers.join(', ')} keep their declared order: what the Ingress specification demands contradicts itself`
  const members = new Map(cycle.toReversed().map((rule) => [rule.member, rule]))
  return Array.from(members.values(), (rule) => notice(rule, 'RuleOrder', text))
}

const notice = (
  rule: PlacedRule,
  code: 'RuleDuplicate' | 'RuleShadowed' | 'WildcardHostCatches' | 'RuleOrder',
  text: string,
): Finding => {
  const [namespace = '', name = ''] = rule.member.split('/')
  const path = rule.fieldPath ?? 'spec.rules'
  return {
    code,
    kind: 'notice',
    member: rule.member,
    origin: { source: 'spec', object: { kind: 'Ingress', namespace, name }, key: path },
    path,
    anchor: `${hostOf(rule)}${rule.path}`,
    message: text,
    warning: text,
    needs: 'cluster',
    tenancy: false,
  }
}

const hostOf = (rule: ListenerRule): string => (rule.host ?? '').toLowerCase()

/** The path as it is matched where that is one value, else as it is written. */
const label = (rule: ListenerRule, withHost: boolean): string => {
  const values = valuesOf(rule, 'path-pattern')
  const path = values?.length === 1 ? values[0] : rule.path
  return `${withHost ? hostOf(rule) : ''}${path ?? ''}`
}

const sameConditions = (a: readonly Condition[], b: readonly Condition[]): boolean => canonical(a) === canonical(b)

const canonical = (conditions: readonly Condition[]): string =>
  conditions
    .map(({ field, values }) =>
      JSON.stringify([field, values.map((v) => (field === 'host-header' ? v.toLowerCase() : v)).toSorted()]),
    )
    .toSorted()
    .join()
