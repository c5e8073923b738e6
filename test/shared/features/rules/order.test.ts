import * as fc from 'fast-check'
import t from 'tap'
import {
  declaredOrder,
  effectiveOrder,
  rulesOverlap,
  type ListenerRule,
} from '../../../../shared/features/rules/order.ts'
import { anyRules, ordinaryRules, requests, rule, takes, written } from './build.ts'

void t.test('paths of one rule stand Exact first, then Prefix by falling length, then the others', async (t) => {
  const paths = [
    'Prefix /a',
    'Glob /z*',
    'Exact /b',
    'Prefix /aa',
    'Prefix /c/',
    'Exact /a',
    'Glob /y*',
    'Prefix /bb',
  ].map((text) => rule(text))
  t.strictSame(declaredOrder(paths).map(written), [
    'Exact /b',
    'Exact /a',
    'Prefix /aa',
    'Prefix /c/',
    'Prefix /bb',
    'Prefix /a',
    'Glob /z*',
    'Glob /y*',
  ])
})

const cases: readonly {
  readonly name: string
  readonly declared: readonly string[]
  readonly want: readonly string[]
}[] = [
  {
    name: 'rules that do not overlap keep their order',
    declared: ['Prefix a.example.com/a', 'Exact /b', 'Prefix /cc', 'Prefix b.example.com/ccc'],
    want: ['Prefix a.example.com/a', 'Exact /b', 'Prefix /cc', 'Prefix b.example.com/ccc'],
  },
  {
    name: 'a longer prefix goes before a shorter one that takes its requests',
    declared: ['Prefix /', 'Prefix /admin'],
    want: ['Prefix /admin', 'Prefix /'],
  },
  {
    name: 'an exact path goes before a prefix of the same length',
    declared: ['Prefix /a', 'Exact /a'],
    want: ['Exact /a', 'Prefix /a'],
  },
  {
    name: 'an exact host goes before a wildcard, a wildcard before none',
    declared: ['Prefix /path', 'Prefix *.example.com/path', 'Prefix a.example.com/'],
    want: ['Prefix a.example.com/', 'Prefix *.example.com/path', 'Prefix /path'],
  },
  {
    name: 'a wildcard of a longer suffix goes first',
    declared: ['Prefix *.example.com/', 'Prefix *.a.example.com/'],
    want: ['Prefix *.a.example.com/', 'Prefix *.example.com/'],
  },
  {
    name: 'hosts meet without regard to case',
    declared: ['Prefix A.example.com/', 'Prefix a.EXAMPLE.com/admin'],
    want: ['Prefix a.EXAMPLE.com/admin', 'Prefix A.example.com/'],
  },
  {
    name: 'only the rule that must move moves, and just as far as it must',
    declared: ['Prefix a.example.com/', 'Prefix b.example.com/', 'Prefix c.example.com/', 'Prefix b.example.com/x'],
    want: ['Prefix a.example.com/', 'Prefix c.example.com/', 'Prefix b.example.com/x', 'Prefix b.example.com/'],
  },
  {
    name: 'an ImplementationSpecific rule stays where it is declared',
    declared: ['Glob /*', 'Prefix /admin'],
    want: ['Glob /*', 'Prefix /admin'],
  },
  {
    name: 'nothing moves over an ImplementationSpecific rule that meets both',
    declared: ['Prefix /', 'Glob /*x', 'Prefix /admin'],
    want: ['Prefix /', 'Glob /*x', 'Prefix /admin'],
  },
  {
    name: 'a rule moves over an ImplementationSpecific rule that meets only one of the two',
    declared: ['Prefix /', 'Glob /b', 'Prefix /admin'],
    want: ['Prefix /admin', 'Prefix /', 'Glob /b'],
  },
  {
    name: 'equal rules keep their order',
    declared: ['Exact /a', 'Prefix /b', 'Exact /a'],
    want: ['Exact /a', 'Prefix /b', 'Exact /a'],
  },
]
for (const { name, declared, want } of cases) {
  void t.test(name, async (t) => {
    const { rules, cycles } = effectiveOrder(declared.map((text) => rule(text)))
    t.strictSame(rules.map(written), want)
    t.same(cycles, [])
  })
}

void t.test('rules whose order contradicts itself keep their declared order and are named', async (t) => {
  // Each rule but the first must come after the one before it, and the first after the last.
  const declared = ['Prefix /a', 'Glob d.com/*', 'Glob *.com/b', 'Prefix c.com/'].map((text) => rule(text))
  const apart = rule('Exact /e')
  const { rules, cycles } = effectiveOrder([...declared, apart])
  t.strictSame(rules, [...declared, apart])
  t.strictSame(cycles, [declared])
})

const firstTaking = (rules: readonly ListenerRule[], request: (typeof requests)[number]): ListenerRule | undefined =>
  rules.find((candidate) => takes(candidate, request))

/** Precedence of the Ingress specification, written down a second time. */
const rank = ({ host = '', path, pathType }: ListenerRule): readonly number[] => [
  host === '' ? 0 : host.startsWith('*') ? 1 : 2,
  host.startsWith('*') ? host.length : 0,
  path.replace(/\/$/, '').length,
  pathType === 'Exact' ? 1 : 0,
]

const outranks = (a: ListenerRule, b: ListenerRule): boolean => {
  const [ra, rb] = [rank(a), rank(b)]
  const differs = ra.findIndex((part, index) => part !== rb[index])
  return differs >= 0 && (ra[differs] ?? 0) > (rb[differs] ?? 0)
}

void t.test('among Exact and Prefix rules each request gets the one that the specification puts first', async () => {
  fc.assert(
    fc.property(ordinaryRules, (declared) => {
      const { rules, cycles } = effectiveOrder(declared)
      return (
        cycles.length === 0 &&
        requests.every((request) => {
          const candidates = declared.filter((candidate) => takes(candidate, request))
          const best = candidates.find((one) => !candidates.some((other) => outranks(other, one)))
          return firstTaking(rules, request) === best
        })
      )
    }),
    { numRuns: 300 },
  )
})

void t.test('rules of any kind come out once each, and the same way again', async () => {
  fc.assert(
    fc.property(anyRules, (declared) => {
      const { rules } = effectiveOrder(declared)
      const again = effectiveOrder(declared).rules
      return (
        rules.length === declared.length &&
        new Set(rules).size === new Set(declared).size &&
        rules.every((one, index) => one === again[index])
      )
    }),
    { numRuns: 300 },
  )
})

void t.test('rules without a violation keep their declared order', async () => {
  fc.assert(
    fc.property(anyRules, (declared) => {
      const violated = declared.some((first, i) =>
        declared.some(
          (second, j) =>
            i < j && rulesOverlap(first, second) && isOrdinary(first) && isOrdinary(second) && outranks(second, first),
        ),
      )
      const { rules } = effectiveOrder(declared)
      return violated || rules.every((one, index) => one === declared[index])
    }),
    { numRuns: 500 },
  )
})

const isOrdinary = ({ host = '', path, pathType }: ListenerRule): boolean =>
  !/[*?]/.test(host.replace(/^\*\./, '')) && (pathType !== 'ImplementationSpecific' || path === '')

void t.test(
  'an ImplementationSpecific rule stays on its side of every rule that it meets, outside of cycles',
  async () => {
    fc.assert(
      fc.property(anyRules, (declared) => {
        const { rules } = effectiveOrder(declared)
        return declared.every((first, i) =>
          declared.every(
            (second, j) =>
              i >= j ||
              (isOrdinary(first) && isOrdinary(second)) ||
              !rulesOverlap(first, second) ||
              rules.indexOf(first) < rules.indexOf(second),
          ),
        )
      }),
      { numRuns: 500 },
    )
  },
)

void t.test('two rules overlap if a request satisfies both', async () => {
  fc.assert(
    fc.property(anyRules, (rules) =>
      rules.every((a) =>
        rules.every((b) => rulesOverlap(a, b) || !requests.some((request) => takes(a, request) && takes(b, request))),
      ),
    ),
    { numRuns: 100 },
  )
})

void t.test('a hundred rules are ordered fast', async (t) => {
  const declared = Array.from({ length: 100 }, (_, index) =>
    rule(
      index % 3 === 0
        ? `Glob *.example.com/*a${index}*`
        : `Prefix a${index % 7}.example.com/${'p/'.repeat(index % 20)}`,
    ),
  )
  const start = process.cpuUsage()
  effectiveOrder(declared)
  t.ok(process.cpuUsage(start).user < 1_000_000)
})
