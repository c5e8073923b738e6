import t from 'tap'
import { hostAndPathFindings } from '../../../../shared/features/rules/findings.ts'
import { conditionsOf, type HostAndPath } from '../../../../shared/features/rules/conditions.ts'
import type { Ingress } from '../../../../shared/kubernetes/objects.ts'
import { causeMessage, warningText } from '../../../../shared/findings/text.ts'

const ingress: Ingress = {
  namespace: 'shop',
  name: 'web',
  uid: '',
  resourceVersion: '',
  creationTimestamp: '',
  labels: {},
  annotations: {},
  finalizers: [],
  chosenKeys: [],
  status: { ports: [] },
  spec: { rules: [], tlsHosts: [] },
}

const backend = { is: 'service', name: 'web', port: { number: 80 } } as const

/** An Ingress with a first path that is right and the given one, and what is found in it. */
const of = ({ host, path, pathType }: HostAndPath, tlsHosts: readonly string[] = []) => {
  const paths = [
    { path: '/first', pathType: 'Exact', backend },
    { path, pathType, backend },
  ] as const
  const rules = [{ ...(host === undefined ? {} : { host }), paths }]
  return {
    conditions: conditionsOf({ ...rules[0], path, pathType }),
    findings: hostAndPathFindings({ ...ingress, spec: { rules, tlsHosts } }),
  }
}

const built: readonly { readonly rule: HostAndPath; readonly host?: string; readonly paths: readonly string[] }[] = [
  { rule: { path: '/p', pathType: 'Exact' }, paths: ['/p'] },
  { rule: { path: '/p/', pathType: 'Exact' }, paths: ['/p/'] },
  { rule: { path: '/', pathType: 'Prefix' }, paths: ['/*'] },
  { rule: { path: '/a', pathType: 'Prefix' }, paths: ['/a', '/a/*'] },
  { rule: { path: '/a/', pathType: 'Prefix' }, paths: ['/a', '/a/*'] },
  { rule: { path: '/a//', pathType: 'Prefix' }, paths: ['/a/', '/a//*'] },
  { rule: { path: '/img/*.png', pathType: 'ImplementationSpecific' }, paths: ['/img/*.png'] },
  { rule: { path: '', pathType: 'ImplementationSpecific' }, paths: ['/*'] },
  { rule: { host: '', path: '/p', pathType: 'Exact' }, paths: ['/p'] },
  { rule: { host: 'a.example.com', path: '', pathType: 'ImplementationSpecific' }, host: 'a.example.com', paths: [] },
  { rule: { host: '*.example.com', path: '/', pathType: 'Prefix' }, host: '*.example.com', paths: ['/*'] },
]
for (const { rule, host, paths } of built) {
  void t.test(
    `${rule.pathType} ${rule.host ?? ''}${rule.path} has host ${host} and paths ${paths.join(' ')}`,
    async (t) => {
      const { conditions, findings } = of(rule)
      t.same(conditions, [
        ...(host === undefined ? [] : [{ field: 'host-header', values: [host] }]),
        ...(paths.length === 0 ? [] : [{ field: 'path-pattern', values: paths }]),
      ])
      t.same(findings, [])
    },
  )
}

const exact = (path: string): HostAndPath => ({ path, pathType: 'Exact' })
const prefix = (path: string): HostAndPath => ({ path, pathType: 'Prefix' })
const specific = (path: string): HostAndPath => ({ path, pathType: 'ImplementationSpecific' })
const hosted = (host: string): HostAndPath => ({ host, path: '/', pathType: 'Prefix' })

const wrongHost = 'write the full name of a public domain, or remove host to answer for every host'

const refused: readonly { readonly rule: HostAndPath; readonly want: string; readonly better?: HostAndPath }[] = [
  {
    rule: exact('/img/*'),
    want: 'Invalid value: "/img/*": Exact takes no wildcard; write path: /img with pathType: Prefix [PathWildcard]',
    better: prefix('/img'),
  },
  {
    rule: prefix('/*'),
    want: 'Invalid value: "/*": Prefix takes no wildcard; write path: / with pathType: Prefix [PathWildcard]',
    better: prefix('/'),
  },
  {
    rule: exact('/a?c'),
    want: 'Invalid value: "/a?c": Exact takes no wildcard; write pathType: ImplementationSpecific [PathWildcard]',
    better: specific('/a?c.html'),
  },
  {
    rule: prefix('/a b'),
    want: 'Invalid value: "/a b": a path condition does not take " "; write path: /a*b* with pathType: ImplementationSpecific [PathCharacters]',
    better: specific('/a*b*'),
  },
  {
    rule: exact('/a b'),
    want: 'Invalid value: "/a b": a path condition does not take " "; write path: /a*b with pathType: ImplementationSpecific [PathCharacters]',
    better: specific('/a*b'),
  },
  {
    rule: prefix('/a%20/'),
    want: 'Invalid value: "/a%20/": a path condition does not take "%"; write path: /a?20/* with pathType: ImplementationSpecific [PathCharacters]',
    better: specific('/a?20/*'),
  },
  {
    rule: exact('/%20'),
    want: 'Invalid value: "/%20": a path condition does not take "%"; write path: /?20 with pathType: ImplementationSpecific [PathCharacters]',
  },
  {
    rule: specific('/é=日#,;x/y/z*'),
    want: 'Invalid value: "/é=日#,;x/y/z*": a path condition does not take "é"; write path: /*?*?* with pathType: ImplementationSpecific [PathCharacters]',
    better: specific('/*?*?*'),
  },
  {
    rule: specific('/(a|b)'),
    want: 'Invalid value: "/(a|b)": a path condition does not take "("; for a regular expression set alb.ingress.kubernetes.io/use-regex-path-match: "true" and pathType: ImplementationSpecific [PathCharacters]',
  },
  {
    rule: exact(`/${'a'.repeat(128)}`),
    want: `Too long: may not be more than 128 bytes; write path: /${'a'.repeat(62)}* with pathType: ImplementationSpecific [PathTooLong]`,
    better: specific(`/${'a'.repeat(62)}*`),
  },
  {
    rule: prefix(`/${'a'.repeat(126)}`),
    want: `Too long: may not be more than 126 bytes; write path: /${'a'.repeat(62)}* with pathType: ImplementationSpecific [PathTooLong]`,
    better: specific(`/${'a'.repeat(62)}*`),
  },
  {
    rule: specific('/a*b*c*d*e*f*g'),
    want: 'Too many: 6: host and path must have at most 5 wildcards (* and ?); write path: /a*b*c*d*e* [RuleTooManyWildcards]',
    better: specific('/a*b*c*d*e*'),
  },
  {
    rule: { ...specific('/a?b?c?d?e?'), host: '*.example.com' },
    want: 'Too many: 6: host and path must have at most 5 wildcards (* and ?); write path: /a?b?c?d* [RuleTooManyWildcards]',
    better: { ...specific('/a?b?c?d*'), host: '*.example.com' },
  },
  {
    rule: hosted('localhost'),
    want: `Invalid value: "localhost": a host condition needs a name with a dot; ${wrongHost} [HostInvalid]`,
  },
  {
    rule: hosted('foo.bar1'),
    want: `Invalid value: "foo.bar1": a host condition takes only letters after the last dot; ${wrongHost} [HostInvalid]`,
  },
  {
    rule: hosted('app.xn--p1ai'),
    want: `Invalid value: "app.xn--p1ai": a host condition takes only letters after the last dot; ${wrongHost} [HostInvalid]`,
  },
  {
    rule: hosted('a_b.example.com'),
    want: `Invalid value: "a_b.example.com": a host condition takes only letters, digits, hyphens, dots, * and ?; ${wrongHost} [HostInvalid]`,
  },
]
for (const { rule, want, better } of refused) {
  void t.test(`${rule.pathType} ${rule.host ?? ''}${rule.path.slice(0, 40)} is refused`, async (t) => {
    const { findings } = of(rule)
    t.same(findings.map(causeMessage), [want])
    t.match(findings, [{ kind: 'fault', member: 'shop/web', needs: 'object' }])
    if (better !== undefined) t.same(of(better).findings, [], 'what is told to write instead passes')
  })
}

void t.test('a host of 129 characters is refused', async (t) => {
  t.match(of(hosted(`${'a'.repeat(125)}.com`)).findings, [{ code: 'HostInvalid', path: 'spec.rules[0].host' }])
  t.same(of(hosted(`${'a'.repeat(124)}.com`)).findings, [])
})

void t.test('an ImplementationSpecific path without wildcard and without file name matches only itself', async (t) => {
  const { findings } = of(specific('/app'))
  t.match(findings, [{ kind: 'notice', code: 'PathMatchesOnlyItself', path: 'spec.rules[0].http.paths[1].path' }])
  t.same(findings.map(warningText), [
    'rules[0].paths[1].path: ImplementationSpecific "/app" matches only itself; use pathType: Prefix',
  ])
  t.same(of(specific('/a?b')).findings.map(warningText), [
    'rules[0].paths[1].path: ImplementationSpecific "/a?b" matches only itself; write path: /a?b*',
  ])
  for (const path of ['/app*', '/a?b*', '/favicon.ico', '']) t.same(of(specific(path)).findings, [], path)
})

void t.test('a rule without host is told when spec.tls names hosts', async (t) => {
  t.same(of(exact('/a'), ['a.example.com']).findings.map(warningText), [
    'rules[0]: has no host, so it answers for every host, though spec.tls names hosts; write host: a.example.com',
  ])
  t.same(of({ ...exact('/a'), host: 'a.example.com' }, ['a.example.com']).findings, [])
})
