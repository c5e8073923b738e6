import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { defaultAnnotations } from '../../shared/features/defaulting.ts'
import { settings } from '../../shared/features/index.ts'
import { laterKeys } from '../../shared/features/later.ts'
import { causeMessage, warningText } from '../../shared/findings/text.ts'
import { judgeIngress } from '../../shared/group/admission.ts'
import { evaluate } from '../../shared/group/evaluate.ts'
import type { Ingress } from '../../shared/kubernetes/objects.ts'
import { verdict } from '../../webhook/verdict.ts'
import { facts, flags, ingress } from '../builders.ts'
import { anyIngress, services } from './arbitraries.ts'

const group = 'echoserver/echoserver'

const defaulted = (object: Ingress): Ingress => {
  const { set, remove } = defaultAnnotations(object, undefined, flags())
  const annotations = Object.entries({ ...object.annotations, ...set }).filter(([key]) => !remove.includes(key))
  return { ...object, annotations: Object.fromEntries(annotations) }
}

const anyValue = fc.oneof(
  fc.constantFrom(
    ...settings.map(({ sample }) => sample),
    '1',
    '2xx',
    '',
    ' ',
    '[]',
    '80,443',
    'aws:a=b',
    'subnet-0a,subnet-0c',
    'subnet-0a',
  ),
  fc.string({ maxLength: 40 }),
)
const anyKeys = fc.dictionary(
  fc.constantFrom(...settings.map(({ key }) => key), ...laterKeys.map(({ key }) => key.replace('*', 'x')), 'sheme'),
  anyValue,
  { maxKeys: 6 },
)

/** Good and bad Ingresses, with good and bad annotations. */
const anything: fc.Arbitrary<Ingress> = fc
  .tuple(anyIngress(), anyKeys, fc.constantFrom('/', '/a*', '/ü', 'a', '/a b', `/${'x'.repeat(130)}`), fc.boolean())
  .map(([valid, keys, path, spoil]) => {
    const [first, ...rest] = valid.spec.rules
    const rules =
      !spoil || first === undefined
        ? valid.spec.rules
        : [{ ...first, paths: first.paths.map((each) => ({ ...each, path })) }, ...rest]
    return ingress({ keys, spec: { ...valid.spec, rules } })
  })

const evaluation = (object: Ingress) =>
  evaluate({ key: group, members: [{ name: group, ingress: object, role: 'present' }] }, facts({ services }))

void t.test(
  'law: what admission accepts can be built, and what the controller refuses admission refuses',
  async (t) => {
    let admitted = 0
    let refused = 0
    fc.assert(
      fc.property(anything, (object) => {
        const after = defaulted(object)
        const { findings, findingsBefore } = judgeIngress(
          { operation: 'CREATE', after, dryRun: false },
          facts({ services }),
        )
        const { faults } = verdict({ findings, findingsBefore, dryRun: false })
        if (faults.length === 0) admitted += 1
        else refused += 1
        return (faults.length === 0) === (evaluation(after).standings.get(group)?.is !== 'set-aside')
      }),
      { numRuns: 1000 },
    )
    t.ok(admitted > 50, `${admitted} admitted`)
    t.ok(refused > 50, `${refused} refused`)
  },
)

void t.test('law: a cluster without the mutating webhook behaves alike', async (t) => {
  fc.assert(
    fc.property(anything, (object) => {
      const plain = evaluation(object)
      const written = evaluation(defaulted(object))
      return isDeepStrictEqual(plain.model, written.model) && isDeepStrictEqual(plain.findings, written.findings)
    }),
    { numRuns: 500 },
  )
  t.pass()
})

void t.test('law: every finding has a text of one line, within its limits', async (t) => {
  fc.assert(
    fc.property(anything, (object) => {
      const { findings } = judgeIngress({ operation: 'CREATE', after: object, dryRun: false }, facts({ services }))
      return findings.every((finding) => {
        const cause = causeMessage(finding)
        const warning = warningText(finding)
        return (
          cause.length <= 400 && !cause.includes('\n') && warning.length <= 120 && !/[\p{Cc}]/u.test(cause + warning)
        )
      })
    }),
    { numRuns: 500 },
  )
  t.pass()
})
