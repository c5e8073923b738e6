import t from 'tap'
import { settings } from '../../../shared/features/index.ts'
import { laterKeys } from '../../../shared/features/later.ts'
import { causeMessage, warningText } from '../../../shared/findings/text.ts'
import { judgeIngress } from '../../../shared/group/admission.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { facts, ingress, path } from '../../builders.ts'
import { told } from './told.ts'

const judged = (after: Ingress) => judgeIngress({ operation: 'CREATE', after, dryRun: false }, facts()).findings

const keys = [...settings.map(({ key }) => key), ...laterKeys.map(({ key }) => key.replace('*', 'x'))]

const hostile: Readonly<Record<string, string>> = {
  'a quarter of a megabyte of brackets': '['.repeat(256 * 1024),
  'a quarter of a megabyte of commas': ','.repeat(256 * 1024),
  'a quarter of a megabyte of pairs': 'a=1,'.repeat(64 * 1024),
  'a quarter of a megabyte of backslashes': '\\'.repeat(256 * 1024),
  'a quarter of a megabyte of digits': '1'.repeat(256 * 1024),
  'a quarter of a megabyte of blanks and an end': `${' '.repeat(256 * 1024)}x`,
  'deep JSON': `${'[{"HTTP":'.repeat(10_000)}80${'}]'.repeat(10_000)}`,
  'a prototype': '[{"__proto__":80},{"constructor":{"prototype":80}}]',
  'control characters': '\u0000\u001b[31m\r\nWarning: forged\u202e',
  'half a surrogate pair': '\ud800',
}

void t.test('no value makes a rule throw, and none makes a message too long or unprintable', async (t) => {
  for (const [what, value] of Object.entries(hostile))
    for (const key of keys) {
      const findings = judged(ingress({ keys: { [key]: value } }))
      for (const finding of findings) {
        t.ok(causeMessage(finding).length <= 400, `${key}, ${what}: the cause has its limit`)
        t.notMatch(causeMessage(finding), /[\p{Cc}\p{Cf}]/u)
        t.notMatch(warningText(finding), /[\p{Cc}\p{Cf}]/u)
      }
    }
})

void t.test('a hostile value behind many paths is judged in a moment', async (t) => {
  const paths = Array.from({ length: 20 }, (_, index) => path({ path: `/${index}` }))
  const spec = { ...ingress().spec, rules: [{ paths }] }
  const pairs = Array.from({ length: 20_000 }, (_, index) => `key-${index}=v`).join()
  for (const [what, value] of Object.entries({ ...hostile, pairs })) {
    const start = performance.now()
    for (const key of settings.map((setting) => setting.key)) judged(ingress({ keys: { [key]: value }, spec }))
    const took = Math.round(performance.now() - start)
    t.ok(took < 5_000, `${what}: ${took} ms for ${settings.length} keys`)
  }
})

void t.test('names of the language are ordinary words', async (t) => {
  const word = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  for (const name of word) {
    t.same(told(ingress({ keys: { [name]: 'x' } })), [`warn UnknownKey ${name}`])
    t.same(told(ingress({ keys: { tags: `${name}=x` } })), [])
    t.same(told(ingress({ keys: { scheme: name } })), ['deny SchemeUnknown scheme'])
    t.same(told(ingress({ keys: { 'healthcheck-port': name } })).length, 1)
    const backend = { is: 'service', name, port: { name } } as const
    t.same(told(ingress({ spec: { ...ingress().spec, rules: [{ paths: [path({ backend })] }] } })), [
      'warn ServiceNotFound spec.rules[0].http.paths[0].backend.service.name',
    ])
  }
})

void t.test('odd shapes of a spec are ordinary inputs', async (t) => {
  const shapes: readonly Partial<Ingress['spec']>[] = [
    { rules: [] },
    { rules: [{ paths: [] }] },
    { rules: [{ host: '', paths: [path({ path: '' })] }] },
    { rules: [{ paths: [path(), path()] }] },
    { rules: [], defaultBackend: path().backend },
  ]
  const tells = shapes.map((changes) =>
    told(ingress({ spec: { ingressClassName: 'alb', rules: [], tlsHosts: [], ...changes } })),
  )
  t.same(tells, [[], [], [], ['warn RuleDuplicate spec.rules'], []])
})
