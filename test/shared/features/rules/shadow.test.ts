import * as fc from 'fast-check'
import t from 'tap'
import { effectiveOrder } from '../../../../shared/features/rules/order.ts'
import { covers, orderNotices, type PlacedRule } from '../../../../shared/features/rules/shadow.ts'
import { anyRules, requests, rule, takes } from './build.ts'

const told = (rules: readonly PlacedRule[]): readonly string[] =>
  orderNotices(effectiveOrder(rules)).map(({ code, warning }) => `${warning} [${code}]`)

const cases: readonly {
  readonly name: string
  readonly rules: readonly PlacedRule[]
  readonly want: readonly string[]
}[] = [
  {
    name: 'a catch-all in front of a path',
    rules: [rule('Glob /*'), rule('Glob /admin')],
    want: ['rule 2 (/admin) can never match: rule 1 (/*) comes first [RuleShadowed]'],
  },
  {
    name: 'a catch-all of the same host',
    rules: [rule('Glob a.example.com/*'), rule('Prefix a.example.com/admin')],
    want: ['rule 2 (/admin) can never match: rule 1 (/*) comes first [RuleShadowed]'],
  },
  {
    name: 'a catch-all of every host names the host that it takes from',
    rules: [rule('Glob /*'), rule('Prefix a.example.com/admin')],
    want: ['rule 2 (a.example.com/admin) can never match: rule 1 (/*) comes first [RuleShadowed]'],
  },
  {
    name: 'a catch-all of another member',
    rules: [rule('Glob /*', 'edge/all'), rule('Exact /admin')],
    want: ['rule 2 (/admin) can never match: rule 1 (/*) of edge/all comes first [RuleShadowed]'],
  },
  {
    name: 'the same conditions twice',
    rules: [rule('Prefix a.example.com/api'), rule('Prefix A.example.com/api/')],
    want: ['rule 2 (/api/) can never match: rule 1 (/api) has the same conditions and comes first [RuleDuplicate]'],
  },
  {
    name: 'a path that two globs take only together is not told',
    rules: [rule('Glob /a*'), rule('Glob /b*'), rule('Glob /?*')],
    want: [],
  },
  {
    name: 'rules that the correction puts in their right order are not told',
    rules: [rule('Prefix /'), rule('Prefix /admin')],
    want: [],
  },
  {
    name: 'a wildcard host takes a host of several labels whose own rules leave paths free',
    rules: [rule('Prefix a.b.example.com/api'), rule('Prefix *.example.com/')],
    want: [
      'host *.example.com also takes requests for a.b.example.com, which a Kubernetes wildcard does not [WildcardHostCatches]',
    ],
  },
  {
    name: 'a wildcard host takes nothing from a host that takes all its own requests',
    rules: [rule('Prefix a.b.example.com/'), rule('Prefix *.example.com/')],
    want: [],
  },
  {
    name: 'a wildcard host takes a host of one label as Kubernetes does',
    rules: [rule('Prefix a.example.com/api'), rule('Prefix *.example.com/')],
    want: [],
  },
]
for (const { name, rules, want } of cases) {
  void t.test(name, async (t) => t.strictSame(told(rules), want))
}

void t.test('a notice stands at the path that it is about', async (t) => {
  const shadowed = { ...rule('Glob /admin'), fieldPath: 'spec.rules[0].http.paths[1].path' }
  t.match(orderNotices({ rules: [rule('Glob /*'), shadowed], cycles: [] }), [
    {
      kind: 'notice',
      member: 'shop/web',
      path: 'spec.rules[0].http.paths[1].path',
      anchor: '/admin',
      origin: { object: { namespace: 'shop', name: 'web' } },
    },
  ])
})

void t.test('rules of a cycle are told once to each member', async (t) => {
  const [a, b, c] = [rule('Prefix /a'), rule('Prefix /b'), rule('Prefix /c', 'shop/api')]
  const notices = orderNotices({ rules: [a, b, c], cycles: [[a, c]] })
  t.strictSame(notices.map(({ member }) => member).toSorted(), ['shop/api', 'shop/web'])
  t.equal(
    notices[0]?.warning,
    'rules 1, 3 keep their declared order: what the Ingress specification demands contradicts itself',
  )
})

void t.test('a rule that is told never to match takes no request', async () => {
  fc.assert(
    fc.property(anyRules, (declared) => {
      const { rules } = effectiveOrder(declared)
      return rules.every((later, index) =>
        rules
          .slice(0, index)
          .every(
            (earlier) =>
              !covers(earlier, later) || requests.every((request) => !takes(later, request) || takes(earlier, request)),
          ),
      )
    }),
    { numRuns: 300 },
  )
})
