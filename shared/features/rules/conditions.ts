import type { Finding } from '../../findings/finding.ts'
import { onSpec } from '../../findings/on-spec.ts'
import type { Ingress } from '../../kubernetes/objects.ts'
import type { Condition } from '../../model/model.ts'
import { quote } from '../../text/quote.ts'
import { conditionsOf, withoutTrailingSlash, type HostAndPath } from './values.ts'

/** Limits of the ELBv2 API for a condition value, and of wildcards in one rule (Elastic Load Balancing user guide). */
const maximumValue = 128
const maximumWildcards = 5

/** One path of `spec.rules`, with its place. */
export interface SpecRule extends HostAndPath {
  readonly ruleIndex: number
  readonly pathIndex: number
}

/** The conditions of one path of an Ingress, and what is wrong with, or worth saying of, its host and path. */
export const ruleConditions = (
  ingress: Ingress,
  rule: SpecRule,
): { readonly conditions: readonly Condition[]; readonly findings: readonly Finding[] } => ({
  conditions: conditionsOf(rule),
  findings: [...hostFindings(ingress, rule), ...pathFindings(ingress, rule)],
})

const hostFindings = (ingress: Ingress, { host, ruleIndex }: SpecRule): readonly Finding[] => {
  if (host === undefined || host === '') return []
  const message = wrongWithHost(host)
  if (message === undefined) return []
  return [
    onSpec(ingress, `spec.rules[${ruleIndex}].host`, {
      code: 'HostInvalid',
      kind: 'fault',
      anchor: host,
      value: quote(host),
      message,
      fix: 'write the full name of a public domain, or remove host to answer for every host',
      needs: 'object',
    }),
  ]
}

const wrongWithHost = (host: string): string | undefined => {
  if (host.length > maximumValue) return `a host condition takes at most ${maximumValue} characters`
  if (!/^[A-Za-z0-9.*?-]+$/.test(host)) return 'a host condition takes only letters, digits, hyphens, dots, * and ?'
  if (!host.includes('.')) return 'a host condition needs a name with a dot'
  return /\.[A-Za-z]+$/.test(host) ? undefined : 'a host condition takes only letters after the last dot'
}

type PathFinding = Pick<Finding, 'code' | 'kind' | 'message'> & Partial<Pick<Finding, 'value' | 'fix'>>

const pathFindings = (ingress: Ingress, rule: SpecRule): readonly Finding[] => {
  const found = wrongWithPath(rule) ?? matchesOnlyItself(rule)
  if (found === undefined) return []
  const path = `spec.rules[${rule.ruleIndex}].http.paths[${rule.pathIndex}].path`
  return [onSpec(ingress, path, { anchor: `${rule.host ?? ''}${rule.path}`, needs: 'object', ...found })]
}

const wrongWithPath = ({ host = '', path, pathType }: HostAndPath): PathFinding | undefined => {
  const fault = { kind: 'fault', value: quote(path) } as const
  const [wrong] = /[^A-Za-z0-9_.$/~"'@:+&*?-]/u.exec(path) ?? []
  if (wrong !== undefined)
    return {
      ...fault,
      code: 'PathCharacters',
      message: `a path condition does not take ${quote(wrong)}`,
      fix: /[([|{^]/.test(path)
        ? 'for a regular expression set alb.ingress.kubernetes.io/use-regex-path-match: "true" and pathType: ImplementationSpecific'
        : `write path: ${withStandIns(path, host)} with pathType: ImplementationSpecific`,
    }
  if (pathType !== 'ImplementationSpecific' && /[*?]/.test(path))
    return { ...fault, code: 'PathWildcard', message: `${pathType} takes no wildcard`, fix: withoutWildcards(path) }
  const longest = pathType === 'Prefix' ? maximumValue - '/*'.length : maximumValue
  if ((pathType === 'Prefix' ? withoutTrailingSlash(path) : path).length > longest)
    return {
      ...fault,
      code: 'PathTooLong',
      message: `may not be more than ${longest} bytes`,
      fix: `write path: ${path.slice(0, maximumValue - 1)}* with pathType: ImplementationSpecific`,
    }
  const inHost = wildcards(host)
  const count = inHost + (pathType === 'Prefix' ? 1 : wildcards(path))
  if (count <= maximumWildcards) return undefined
  return {
    kind: 'fault',
    code: 'RuleTooManyWildcards',
    value: String(count),
    message: `host and path must have at most ${maximumWildcards} wildcards (* and ?)`,
    ...(inHost < maximumWildcards ? { fix: `write path: ${withFewerWildcards(path, host)}` } : {}),
  }
}

const matchesOnlyItself = ({ path, pathType }: HostAndPath): PathFinding | undefined => {
  const lastSegment = path.slice(path.lastIndexOf('/') + 1)
  if (pathType !== 'ImplementationSpecific' || path === '' || path.includes('*') || lastSegment.includes('.'))
    return undefined
  return {
    kind: 'notice',
    code: 'PathMatchesOnlyItself',
    value: quote(path),
    message: `ImplementationSpecific ${quote(path)} matches only itself`,
    fix: 'use pathType: Prefix',
  }
}

const wildcards = (text: string): number => text.match(/[*?]/g)?.length ?? 0

const withoutWildcards = (path: string): string => {
  const stem = path.replace(/\/?\*$/, '')
  return /[*?]/.test(stem)
    ? 'write pathType: ImplementationSpecific'
    : `write path: ${stem === '' ? '/' : stem} with pathType: Prefix`
}

/** `?` for each character that is not taken. */
const withStandIns = (path: string, host: string): string =>
  withFewerWildcards(path.replaceAll(/[^A-Za-z0-9_.$/~"'@:+&*?-]/gu, '?').slice(0, maximumValue), host)

/** The path up to the last wildcard that the rule has room for, which becomes `*`. */
const withFewerWildcards = (path: string, host: string): string => {
  const room = Math.max(1, maximumWildcards - wildcards(host))
  if (wildcards(path) <= room) return path
  const places = Array.from(path.matchAll(/[*?]/g), ({ index }) => index)
  return `${path.slice(0, places[room - 1])}*`
}
