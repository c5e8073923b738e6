import * as fc from 'fast-check'
import type { ListenerRule } from '../../../../shared/features/rules/order.ts'
import { conditionsOf, type HostAndPath } from '../../../../shared/features/rules/conditions.ts'

/** A rule from `Exact a.example.com/path`, as short as a test wants it. */
export const rule = (text: string, member = 'shop/web'): ListenerRule => {
  const [type = '', rest = ''] = text.split(' ')
  const slash = rest.includes('/') ? rest.indexOf('/') : rest.length
  const host = rest.slice(0, slash)
  const hostAndPath: HostAndPath = {
    ...(host === '' ? {} : { host }),
    path: rest.slice(slash),
    pathType: type === 'Exact' || type === 'Prefix' ? type : 'ImplementationSpecific',
  }
  return { ...hostAndPath, member, conditions: conditionsOf(hostAndPath) }
}

/** The text that gives the rule. */
export const written = ({ host, path, pathType }: ListenerRule): string =>
  `${pathType === 'ImplementationSpecific' ? 'Glob' : pathType} ${host ?? ''}${path}`

export interface Request {
  readonly host: string
  readonly path: string
}

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll('.', String.raw`\.`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text)

/** Whether an ALB takes the request for the rule: all conditions hold, each by one of its values. */
export const takes = (rule: ListenerRule, request: Request): boolean =>
  rule.conditions.every(({ field, values }) =>
    values.some((value) => matches(value, field === 'host-header' ? request.host : request.path)),
  )

/** All short requests over the words that the generated rules use. */
export const requests: readonly Request[] = ['a.com', 'b.a.com', 'c.a.com', 'd.b.a.com', 'e.com'].flatMap((host) =>
  ['/', '/a', '/a/', '/b', '/ab', '/a/b', '/a/c', '/a/b/', '/a/b/c', '/b/a', '/c'].map((path) => ({ host, path })),
)

const hosts = fc.constantFrom('', 'a.com', 'b.a.com', 'c.a.com', '*.a.com', '*.b.a.com')
const paths = fc.constantFrom('/', '/a', '/a/', '/b', '/a/b', '/a/b/', '/a/b/c')
const globs = fc.constantFrom('', '/*', '/a*', '/*/b', '/?', '/a/*', '/a')

const ordinary = fc.tuple(fc.constantFrom('Exact', 'Prefix'), hosts, paths)
const pinned = fc.tuple(fc.constant('Glob'), fc.oneof(hosts, fc.constantFrom('*.com', '?.a.com')), globs)

const toRule = ([type, host, path]: readonly [string, string, string]): ListenerRule => rule(`${type} ${host}${path}`)

export const ordinaryRules = fc.array(ordinary.map(toRule), { maxLength: 7 })
export const anyRules = fc.array(fc.oneof(ordinary, pinned).map(toRule), { maxLength: 7 })
