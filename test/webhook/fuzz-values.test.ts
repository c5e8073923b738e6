import fc from 'fast-check'
import t from 'tap'
import { settings } from '../../shared/features/index.ts'
import { laterKeys, refusedSpellings } from '../../shared/features/later.ts'
import { annotationPath, prefix } from '../../shared/names/annotation-keys.ts'
import { buildApp } from '../../webhook/app.ts'
import { fuzzRig } from './fuzz/account.ts'
import { ask, newCost } from './fuzz/ask.ts'
import { checkAnswer, patchOf } from './fuzz/check.ts'
import { nearTo } from './fuzz/mutations.ts'
import { rawIngress, rawService, review, serviceReview } from './rig.ts'

const { io, lastJudgement, lines } = fuzzRig()
const app = buildApp({ io })
const cost = newCost()

/** Each key with values from which to start: its own sample, and where its grammar has more to it others. */
const more: Readonly<Record<string, readonly string[]>> = {
  'listen-ports': ['[{"HTTP":80},{"HTTPS":443}]', '[{"HTTPS":443},{"HTTPS":8443},{"HTTP":8080}]'],
  'certificate-arn': ['arn:aws:iam::123456789012:server-certificate/path/name'],
  'inbound-cidrs': ['0.0.0.0/0,::/0', '2001:db8::/32'],
  'target-group-attributes': [
    'stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=60',
  ],
  'load-balancer-attributes': ['access_logs.s3.enabled=true,access_logs.s3.bucket=b,access_logs.s3.prefix=p'],
  tags: ['Environment=dev,Team=test', 'a=b=c,d='],
  'success-codes': ['200,202,300-399'],
  'healthcheck-path': ['/a/b?c=d&e=%20'],
}
const keys: readonly (readonly [string, readonly string[]])[] = [
  ...settings.flatMap(({ key, sample, oldSpellings }) =>
    [key, ...oldSpellings].map((name) => [name, [sample, ...(more[key] ?? [])]] as const),
  ),
  ...laterKeys.map(({ key }) => [key.replace('*', 'x'), ['true', '{"a":[1]}', 'arn:aws:x:y:1:z']] as const),
  ...[...refusedSpellings.keys()].map((key) => [key, ['80,443', 'true']] as const),
]
const perKey = Math.ceil(10_000 / keys.length)

const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.json())
const plain = rawIngress()
const withAnnotation = (key: string, value: string): object =>
  rawIngress({ annotations: { [key]: value, 'example.org/own': value } })

for (const [name, samples] of keys)
  void t.test(`${name}: any value is answered in time, with a field, a code and a repair`, async (t) => {
    const key = prefix + name
    const setting = settings.find((each) => each.key === name || each.oldSpellings.includes(name))
    const checkValue = async (value: string, how: 'CREATE' | 'UPDATE' | 'Service'): Promise<void> => {
      const object = withAnnotation(key, value)
      const body =
        how === 'Service'
          ? serviceReview({ object: rawService({ annotations: { [key]: value } }) })
          : review({
              operation: how,
              object,
              oldObject: how === 'UPDATE' ? plain : null,
              dryRun: value.length % 3 === 0,
            })
      const path = how === 'Service' ? '/validate/service' : '/validate/ingress'
      const told = checkAnswer(await ask(app, cost, `${path}?timeout=5s`, JSON.stringify(body)))
      if (told === undefined) throw new Error('no review')
      if (lines.some((each) => each.includes('"level":"error"'))) throw new Error(`a rule failed: ${lines.join('')}`)
      lines.splice(0)
      if (told.auditAnnotations?.['codes']?.includes('RuleFailed') === true) throw new Error('a rule failed')
      if (how === 'Service') return
      const faults = lastJudgement()?.findings.filter(({ kind }) => kind === 'fault') ?? []
      for (const { code, path: field, message, fix = '' } of faults)
        if (fix === '' && !message.startsWith('supported values: "'))
          throw new Error(`${code} on ${field} names no repair`)
      const isWrong =
        setting !== undefined &&
        value.trim() !== '' &&
        value.length <= setting.maximumLength &&
        !setting.codec.decode(value).ok
      if (isWrong && !faults.some(({ path: field }) => field.startsWith(annotationPath(key))))
        throw new Error(`nothing is told of ${key}`)
      if (value.length > 100 && told.status?.details.causes.some(({ message }) => message.includes(value.slice(0, 80))))
        throw new Error('more than 64 characters of the value are repeated')
      if (value.length % 2 === 0) return
      const mutating = await ask(app, cost, '/mutate/ingress', JSON.stringify(review({ operation: how, object })))
      const patched = checkAnswer(mutating)
      if (patched === undefined || !patched.allowed) throw new Error('mutation refused')
      const escaped = key.replaceAll('~', '~0').replaceAll('/', '~1')
      if (patchOf(patched).some((each) => each.path.endsWith(`/${escaped}`) || each.path.endsWith('/own')))
        throw new Error('a value of the user is changed')
    }
    const values = fc.oneof(
      { weight: 12, arbitrary: nearTo(fc.constantFrom(...samples)) },
      { weight: 1, arbitrary: fc.constantFrom(...samples) },
      { weight: 2, arbitrary: anything },
    )
    const hows = fc.constantFrom<'CREATE' | 'UPDATE' | 'Service'>(
      'CREATE',
      'UPDATE',
      ...(setting?.places.includes('service') === true ? (['Service'] as const) : []),
    )
    await t.resolves(fc.assert(fc.asyncProperty(values, hows, checkValue), { numRuns: perKey }))
  })

t.teardown(() => {
  const { requests, slowest } = cost
  t.comment(`${requests} requests; the slowest took ${Math.round(slowest.milliseconds)} ms: ${slowest.what}`)
})
