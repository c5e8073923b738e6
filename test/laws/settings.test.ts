import fc from 'fast-check'
import t from 'tap'
import { settings } from '../../shared/features/index.ts'
import { judgeIngress } from '../../shared/group/admission.ts'
import type { Finding } from '../../shared/findings/finding.ts'
import { annotationPath, prefix } from '../../shared/names/annotation-keys.ts'
import { facts, ingress } from '../builders.ts'
import { faults } from './faults.ts'
import { type Keys, validKeys, world } from './valid-settings.ts'

const known = facts(world)

const faultsOf = (keys: Keys, of = known): readonly Finding[] =>
  judgeIngress({ operation: 'CREATE', after: ingress({ keys }), dryRun: false }, of).findings.filter(
    ({ kind }) => kind === 'fault',
  )

const shown = (found: readonly Finding[]): readonly string[] =>
  found.map(({ code, path, message }) => `${code} ${path}: ${message}`)

void t.test('law: settings that nothing is wrong with are admitted', async (t) => {
  fc.assert(
    fc.property(validKeys, (keys) => {
      const found = shown(faultsOf(keys))
      if (found.length > 0) throw new Error(found.join('\n'))
    }),
    { numRuns: 600 },
  )
  t.pass()
})

void t.test(
  'law: one fault among settings that nothing is wrong with is told at its place, and nothing else',
  async (t) => {
    fc.assert(
      fc.property(validKeys, fc.constantFrom(...faults), (keys, { key, value, at }) => {
        const found = faultsOf({ ...keys, [key]: value })
        const path = annotationPath(prefix + key) + at
        if (!found.some((fault) => fault.path === path) || found.some((fault) => fault.path !== path))
          throw new Error(`${key}: ${value}\n${shown(found).join('\n')}`)
      }),
      { numRuns: 1500 },
    )
    t.pass()
  },
)

void t.test(
  'law: while AWS does not answer nothing is refused for it, and it is told what was not checked',
  async (t) => {
    const away = { ...known, aws: new Map<string, never>() }
    fc.assert(
      fc.property(validKeys, (keys) => {
        const { findings } = judgeIngress({ operation: 'CREATE', after: ingress({ keys }), dryRun: false }, away)
        if (findings.some(({ kind }) => kind === 'fault')) throw new Error(shown(findings).join('\n'))
        return findings.some(({ kind }) => kind === 'unchecked')
      }),
      { numRuns: 200 },
    )
    t.pass()
  },
)

const ofServices = new Set(settings.filter(({ places }) => places.includes('service')).map(({ key }) => key))

void t.test('law: a fault in an annotation of a Service is told at its backend, and nothing else', async (t) => {
  const ofBackends = faults.filter(({ key }) => ofServices.has(key))
  fc.assert(
    fc.property(validKeys, fc.constantFrom(...ofBackends), (keys, { key, value }) => {
      const services = (world.services ?? []).map((service) => ({
        ...service,
        annotations: { [prefix + key]: value },
      }))
      const found = faultsOf(keys, facts({ ...world, services }))
      const path = 'spec.rules[0].http.paths[0].backend.service.name'
      if (found.length === 0 || found.some((fault) => fault.path !== path))
        throw new Error(`${key}: ${value}\n${shown(found).join('\n')}`)
    }),
    { numRuns: 600 },
  )
  t.pass()
})
