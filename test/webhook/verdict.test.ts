import t from 'tap'
import type { Finding } from '../../shared/findings/finding.ts'
import { limitWarnings, verdict } from '../../webhook/verdict.ts'
import { aboutAnnotation, aboutSpec } from '../shared/findings/finding.ts'

const judge = (findings: readonly Finding[], rest: { before?: readonly Finding[]; dryRun?: boolean } = {}) =>
  verdict({ findings, findingsBefore: rest.before ?? [], dryRun: rest.dryRun ?? false })

const badScheme = aboutAnnotation('scheme', { code: 'SchemeUnknown', value: '"public"', message: 'no scheme' })
const noPort = aboutSpec('spec.rules[0].http.paths[0].backend.service.port.number', {
  code: 'ServicePortNotFound',
  value: '81',
  message: 'Service "echoserver" has port 80',
  fix: 'write 80',
  anchor: 'echoserver.example.com/',
  needs: 'cluster',
})
const tooFew = aboutAnnotation('subnets', {
  code: 'SubnetsTooFew',
  value: '"subnet-1"',
  message: '1 subnet',
  needs: 'aws',
})
const notChecked = aboutAnnotation('subnets', {
  kind: 'unchecked',
  code: 'NotChecked',
  message: 'not checked: EC2 gave no answer in 1.5 s; the controller checks it again',
  needs: 'aws',
})
const noService = aboutSpec('spec.rules[0].http.paths[0].backend.service.name', {
  kind: 'missing',
  code: 'ServiceNotFound',
  value: '"web"',
  message: 'does not exist yet',
  needs: 'cluster',
})
const unknownKey = aboutAnnotation('sheme', { kind: 'notice', code: 'UnknownKey', message: 'unknown key, ignored' })

const rules = (value: string): Finding =>
  aboutSpec('spec.rules', { code: 'RulesTooMany', value, message: 'must have at most 100 items' })

void t.test('faults deny; what is missing, unchecked or only notable warns', async (t) => {
  const { faults, warnings, codes, skipped } = judge([unknownKey, noService, tooFew, notChecked, badScheme])
  t.same(faults, [badScheme, tooFew])
  t.same(warnings, [
    'rules[0].paths[0]: does not exist yet',
    'subnets: not checked: EC2 gave no answer in 1.5 s; the controller checks it again',
    'sheme: unknown key, ignored',
  ])
  t.same(codes, ['NotChecked', 'SchemeUnknown', 'ServiceNotFound', 'SubnetsTooFew', 'UnknownKey'])
  t.same(skipped, ['subnets'])
})

void t.test('a fault that was there before the change warns, one whose value was edited denies', async (t) => {
  t.same(judge([badScheme], { before: [badScheme] }), {
    faults: [],
    warnings: ['already wrong before this change: scheme: no scheme'],
    codes: ['SchemeUnknown'],
    skipped: [],
  })
  t.same(judge([{ ...badScheme, value: '"pubic"' }], { before: [badScheme] }).faults.length, 1)
})

void t.test('a fault stays old when an inserted path shifts its index', async (t) => {
  const moved = { ...noPort, path: 'spec.rules[0].http.paths[1].backend.service.port.number' }
  t.same(judge([moved], { before: [noPort] }).faults, [])
  t.same(judge([{ ...moved, anchor: 'echoserver.example.com/other' }], { before: [noPort] }).faults.length, 1)
})

void t.test('a count that is too high denies only when it grows', async (t) => {
  t.same(judge([rules('105')], { before: [rules('105')] }).faults, [])
  t.same(judge([rules('103')], { before: [rules('105')] }).faults, [])
  t.same(judge([rules('106')], { before: [rules('105')] }).faults.length, 1)
  t.same(judge([rules('101')]).faults.length, 1)
})

void t.test('on a dry-run faults about other objects of the cluster warn, others deny', async (t) => {
  const { faults, warnings } = judge([noPort, badScheme, tooFew], { dryRun: true })
  t.same(faults, [badScheme, tooFew])
  t.same(warnings, ['rules[0].paths[0]: Not found: 81: Service "echoserver" has port 80; write 80'])
})

void t.test('of what an update did not touch, only an outage and a quota are told again', async (t) => {
  const quota = aboutSpec('spec.rules', { kind: 'notice', code: 'RulesManyUsed', message: '82 of 100 rules used' })
  const before = [unknownKey, notChecked, noService, quota]
  t.same(judge(before, { before }).warnings, ['rules[0].paths[0]: does not exist yet', 'rules: 82 of 100 rules used'])
})

void t.test('an operator turns a rule into a warning or off', async (t) => {
  const findings = [badScheme, tooFew]
  const found = { findings, findingsBefore: [], dryRun: false }
  const { faults, warnings } = verdict({ ...found, levels: { SchemeUnknown: 'warn', SubnetsTooFew: 'off' } })
  t.same(faults, [])
  t.same(warnings, ['scheme: no scheme'])
})

void t.test('a reply has at most 10 warnings, the last of which counts the rest', async (t) => {
  const texts = Array.from({ length: 13 }, (_, index) => `w${index}`)
  t.same(limitWarnings(texts.slice(0, 10)), texts.slice(0, 10))
  t.same(limitWarnings(texts), [...texts.slice(0, 9), '+4 more; see the events of the Ingress'])
})
