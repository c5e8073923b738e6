import { assert, property, shuffledSubarray } from 'fast-check'
import t from 'tap'
import type { Finding } from '../../../shared/findings/finding.ts'
import { comparePaths, orderFaults, orderWarnings } from '../../../shared/findings/order.ts'
import { aboutAnnotation, aboutSpec } from './finding.ts'

void t.test('an index is compared as a number', async (t) => {
  const paths = ['spec.rules[10].host', 'spec.rules[9].http.paths[2]', 'spec.rules[9].http.paths[11]', 'spec.rules']
  t.same(paths.toSorted(comparePaths), [
    'spec.rules',
    'spec.rules[9].http.paths[2]',
    'spec.rules[9].http.paths[11]',
    'spec.rules[10].host',
  ])
})

const faults: readonly Finding[] = [
  aboutSpec('spec.ingressClassName', { code: 'ClassNotFound', message: 'c', tenancy: true }),
  aboutSpec('spec.ingressClassName', { code: 'ClassNotFound', value: '"x"', message: 'c' }),
  aboutAnnotation('scheme', { code: 'SchemeUnknown', message: 's' }),
  aboutAnnotation('listen-ports', { code: 'JsonSyntax', message: 'l' }),
  aboutAnnotation('subnets', { code: 'SubnetsTooFew', message: 'n' }),
  aboutSpec('spec.rules[2].http.paths[0].path', { code: 'PathWildcard', message: 'p' }),
  aboutSpec('spec.rules[10].http.paths[0].path', { code: 'PathWildcard', message: 'p' }),
  aboutSpec('spec.rules[0].http.paths[0].backend', { code: 'ServicePortNotFound', message: 'b' }),
  aboutAnnotation('healthcheck-interval-seconds', { code: 'OutOfRange', message: 'h' }),
  aboutAnnotation('success-codes', { code: 'SuccessCodesSyntax', message: 'h' }),
  aboutAnnotation('tags', { code: 'MapSyntax', message: 't' }),
  aboutAnnotation('x', { code: 'UnknownKey', message: 'u' }),
]

void t.test('faults come by section, then by path, whatever the order of the input', async (t) => {
  t.doesNotThrow(() =>
    assert(
      property(shuffledSubarray([...faults], { minLength: faults.length }), (shuffled) => {
        t.same(orderFaults(shuffled), faults)
      }),
      { numRuns: 30 },
    ),
  )
})

void t.test('a fault that reads like another is told once', async (t) => {
  const [first] = faults
  if (first === undefined) throw new Error('no fault')
  t.same(orderFaults([first, { ...first, anchor: 'elsewhere' }]), [first])
})

void t.test('warnings come in the order of their subjects, each text once', async (t) => {
  const finding = aboutAnnotation('x', { code: 'UnknownKey', message: 'u' })
  t.same(
    orderWarnings([
      { subject: 'legacy', finding, text: 'old spelling' },
      { subject: 'old fault', finding, text: 'already wrong' },
      { subject: 'not checked', finding, text: 'not checked' },
      { subject: 'missing object', finding, text: 'no Service' },
      { subject: 'unknown key', finding, text: 'unknown key' },
      { subject: 'unknown key', finding, text: 'unknown key' },
    ]),
    ['no Service', 'not checked', 'unknown key', 'old spelling', 'already wrong'],
  )
})
