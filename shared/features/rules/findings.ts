import { falseSpellings } from '../../annotation/codecs/scalars.ts'
import type { Finding } from '../../findings/finding.ts'
import { onSpec } from '../../findings/on-spec.ts'
import type { Ingress, IngressRule } from '../../kubernetes/objects.ts'
import { prefix } from '../../names/annotation-keys.ts'
import { quote } from '../../text/quote.ts'
import { withoutTrailingSlash, type HostAndPath } from './conditions.ts'

/** Limits of the ELBv2 API for a condition value, and of wildcards in one rule (Elastic Load Balancing user guide). */
const maximumValue = 128
const maximumWildcards = 5

/** As much of a path as a message repeats. */
const maximumRepeated = 64

/** What is wrong with, or worth saying of, the hosts and paths of one Ingress, by its `spec` alone. */
export const hostAndPathFindings = (ingress: Ingress): readonly Finding[] =>
  ingress.spec.rules.flatMap((rule, index) => {
    const at = `spec.rules[${index}]`
    const host =
      rule.host === undefined || rule.host === '' ? noHost(ingress, rule, at) : wrongHost(ingress, rule.host, at)
    const paths = rule.paths.map((path, pathIndex) =>
      pathFinding(ingress, { ...path, host: rule.host ?? '' }, `${at}.http.paths[${pathIndex}].path`),
    )
    return [host, ...paths].filter((found) => found !== undefined)
  })

const noHost = (ingress: Ingress, { paths }: IngressRule, at: string): Finding | undefined => {
  if (ingress.spec.tlsHosts.length === 0 || paths.length === 0) return undefined
  const usable = ingress.spec.tlsHosts.find((host) => wrongWithHost(host) === undefined)
  return onSpec(ingress, at, {
    code: 'TlsHostsWithoutRuleHost',
    kind: 'notice',
    anchor: paths.map(({ path }) => path).join(','),
    message: 'has no host, so it answers for every host, though spec.tls names hosts',
    ...(usable === undefined ? {} : { fix: `write host: ${usable}` }),
    needs: 'object',
  })
}

const wrongHost = (ingress: Ingress, host: string, at: string): Finding | undefined => {
  const message = wrongWithHost(host)
  if (message === undefined) return undefined
  return onSpec(ingress, `${at}.host`, {
    code: 'HostInvalid',
    kind: 'fault',
    anchor: host,
    value: quote(host),
    message,
    fix: 'write the full name of a public domain, or remove host to answer for every host',
    needs: 'object',
  })
}

const wrongWithHost = (host: string): string | undefined => {
  if (host.length > maximumValue) return `a host condition takes at most ${maximumValue} characters`
  if (!/^[A-Za-z0-9.*?-]+$/.test(host)) return 'a host condition takes only letters, digits, hyphens, dots, * and ?'
  if (!host.includes('.')) return 'a host condition needs a name with a dot'
  return /\.[A-Za-z]+$/.test(host) ? undefined : 'a host condition takes only letters after the last dot'
}

type PathFinding = Pick<Finding, 'code' | 'kind' | 'message'> & Partial<Pick<Finding, 'value' | 'fix'>>

/** Whether paths without a type of their own are meant as regular expressions, which other rules are for. */
const isRegex = ({ annotations }: Ingress, { pathType }: HostAndPath): boolean =>
  pathType === 'ImplementationSpecific' &&
  !['', ...falseSpellings].includes((annotations[`${prefix}use-regex-path-match`] ?? '').trim())

const pathFinding = (ingress: Ingress, rule: HostAndPath, at: string): Finding | undefined => {
  if (isRegex(ingress, rule)) return undefined
  const found = wrongWithPath(rule) ?? matchesOnlyItself(rule)
  if (found === undefined) return undefined
  return onSpec(ingress, at, { anchor: `${rule.host ?? ''}${rule.path}`, needs: 'object', ...found })
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
        : `write path: ${withStandIns({ path, pathType }, host)} with pathType: ImplementationSpecific`,
    }
  const longest = pathType === 'Prefix' ? maximumValue - '/*'.length : maximumValue
  if ((pathType === 'Prefix' ? withoutTrailingSlash(path) : path).length > longest)
    return {
      ...fault,
      code: 'PathTooLong',
      message: `may not be more than ${longest} bytes`,
      fix: `write path: ${withFewerWildcards(`${path.slice(0, maximumRepeated - 1)}*`, host)} with pathType: ImplementationSpecific`,
    }
  if (pathType !== 'ImplementationSpecific' && /[*?]/.test(path))
    return {
      ...fault,
      code: 'PathWildcard',
      message: `${pathType} takes no wildcard`,
      fix: withoutWildcards(path, host),
    }
  const inHost = wildcards(host)
  const count = inHost + (pathType === 'Prefix' ? 1 : wildcards(path))
  if (count <= maximumWildcards) return undefined
  return {
    kind: 'fault',
    code: 'RuleTooManyWildcards',
    value: String(count),
    message: `host and path must have at most ${maximumWildcards} wildcards (* and ?)`,
    ...(inHost < maximumWildcards
      ? { fix: `write path: ${withFewerWildcards(path, host).slice(0, maximumRepeated)}` }
      : {}),
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
    fix: path.includes('?') ? `write path: ${path.slice(0, maximumRepeated - 1)}*` : 'use pathType: Prefix',
  }
}

const wildcards = (text: string): number => text.match(/[*?]/g)?.length ?? 0

const withoutWildcards = (path: string, host: string): string => {
  const stem = path.replace(/\/?\*$/, '')
  if (!/[*?]/.test(stem) && stem.length <= maximumRepeated)
    return `write path: ${stem === '' ? '/' : stem} with pathType: Prefix`
  const fewer = withFewerWildcards(path, host)
  return fewer === path
    ? 'write pathType: ImplementationSpecific'
    : `write path: ${fewer.slice(0, maximumRepeated)} with pathType: ImplementationSpecific`
}

/**
 * Wildcards for the characters that are not taken: `?` for one that a request may hold as it is (RFC 3986, `pchar`), `*`
 * for those that a request holds as several, percent-encoded; at the end of a Prefix path also `*`.
 */
const withStandIns = ({ path, pathType }: HostAndPath, host: string): string => {
  const stem = path
    .replaceAll(/[%=,;()!]/g, '?')
    .replaceAll(/[^A-Za-z0-9_.$/~"'@:+&*?-]+/gu, '*')
    .slice(0, maximumRepeated - 1)
  return withFewerWildcards(pathType === 'Prefix' && !stem.endsWith('*') ? `${stem}*` : stem, host)
}

/** The path up to the last wildcard that the rule has room for, which becomes `*`. */
const withFewerWildcards = (path: string, host: string): string => {
  const room = Math.max(1, maximumWildcards - wildcards(host))
  if (wildcards(path) <= room) return path
  const places = Array.from(path.matchAll(/[*?]/g), ({ index }) => index)
  return `${path.slice(0, places[room - 1])}*`
}
