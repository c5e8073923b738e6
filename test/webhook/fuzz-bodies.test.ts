import { monitorEventLoopDelay } from 'node:perf_hooks'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { buildApp } from '../../webhook/app.ts'
import { endpoints } from '../../webhook/answer.ts'
import { fuzzRig } from './fuzz/account.ts'
import { ask, newCost } from './fuzz/ask.ts'
import { checkAnswer } from './fuzz/check.ts'
import { bytesNearTo, nearTo, objectsNearTo } from './fuzz/mutations.ts'
import { rawIngress, rawService, review, serviceReview } from './rig.ts'

const { io, lines } = fuzzRig()
const app = buildApp({ io })
const runs = 5_000

const annotations = {
  'alb.ingress.kubernetes.io/listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
  'alb.ingress.kubernetes.io/tags': 'a=b',
  'kubectl.kubernetes.io/last-applied-configuration': '{"metadata":{"annotations":{}}}',
  'ingress.k8s.aws/defaulted': 'scheme=246867d0',
}
const rich = rawIngress(
  { annotations, finalizers: ['ingress.k8s.aws/resources'], labels: { constructor: 'x' }, generation: 1 },
  { tls: [{ hosts: ['a.example.com'], secretName: 's' }], defaultBackend: { resource: { kind: 'B', name: 'b' } } },
)
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels: { app: 'a' } }, spec: { containers: [] } }
const reviews: readonly object[] = [
  review({ object: rich }),
  review({ operation: 'UPDATE', object: rich, oldObject: rawIngress(), dryRun: true }),
  review({ operation: 'DELETE', object: null, oldObject: rich }),
  serviceReview({ operation: 'UPDATE', object: rawService({ annotations }), oldObject: rawService() }),
  review({ kind: { group: '', version: 'v1', kind: 'Pod' }, object: pod }),
]
const urls = fc.constantFrom(...endpoints.map(({ path }) => path))
const texts = fc.constantFrom(...reviews.map((each) => JSON.stringify(each)))
const notes = (cost: ReturnType<typeof newCost>): string =>
  `${cost.requests} bodies; the slowest took ${Math.round(cost.slowest.milliseconds)} ms: ${cost.slowest.what.slice(0, 120)}`

const hold = async (t: Test, bodies: fc.Arbitrary<string | Buffer>): Promise<void> => {
  const cost = newCost()
  const loop = monitorEventLoopDelay({ resolution: 10 })
  loop.enable()
  const outcomes = new Map<string, number>()
  await t.resolves(
    fc.assert(
      fc.asyncProperty(urls, bodies, async (url, body) => {
        const told = checkAnswer(await ask(app, cost, url, body))
        const outcome = told === undefined ? 'no review' : told.allowed ? 'allowed' : 'denied'
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        if (lines.some((each) => each.includes('"level":"error"'))) throw new Error(`a rule failed: ${lines.join('')}`)
        lines.splice(0)
      }),
      { numRuns: runs },
    ),
  )
  loop.disable()
  t.comment(`${notes(cost)}; the event loop was late by at most ${Math.round(loop.max / 1e6)} ms`)
  t.same([...outcomes.keys()].toSorted(), ['allowed', 'denied', 'no review'], 'every kind of answer was met')
}

void t.test('5,000 reviews of which parts are something else: no 5xx, no stall, every answer within its limits', (t) =>
  hold(
    t,
    objectsNearTo(fc.constantFrom(...reviews)).map((each) => JSON.stringify(each)),
  ),
)

void t.test('5,000 texts and bytes near to a review: no 5xx, no stall, every answer within its limits', (t) =>
  hold(t, fc.oneof(nearTo(texts), bytesNearTo(texts))),
)
