import { eventually } from '../e2e/support/kubectl.ts'
import type { Manifest } from '../e2e/support/objects.ts'
import type { Stack } from '../local/stack.ts'
import { apiServer } from './clients.ts'
import { type Paced, paced } from './open-loop.ts'
import { medianOf, type Timings } from './timings.ts'

/** Under what dry-run creates are measured. */
export const conditions = ['without webhooks', 'with both webhooks', 'with both, AWS down'] as const

export type Condition = (typeof conditions)[number]

export interface LatencyFigures {
  readonly condition: Condition
  /** Each figure is the median of the rounds. */
  readonly timings: Timings
  readonly p99OfRounds: readonly number[]
  /** Creates by HTTP status; 422 is a refusal by the webhook. */
  readonly statuses: Readonly<Record<string, number>>
  readonly errors: number
}

const pace = { perSecond: 200, writers: 10 }
const warmUpSeconds = 3
const rounds = 3

/**
 * Dry-run creates through the API server at a steady pace: with and without webhooks in turns, so that what else the machine
 * does meets both alike, then with a webhook that was started while AWS is down and has no fact at all.
 */
export const measureLatency = async (
  stack: Stack,
  objects: readonly Manifest[],
  namespace: string,
  options: {
    readonly seconds: number
    readonly tell: (line: string) => void
    readonly restartWebhook: () => Promise<void>
  },
): Promise<readonly LatencyFigures[]> => {
  const client = apiServer(stack, pace.writers)
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses?dryRun=All`
  const bodies = objects.map((object) => JSON.stringify(object))
  const create = (index: number) => client.send(path, bodies[index % bodies.length] ?? '')
  const seconds = Math.max(1, Math.round(options.seconds / rounds))
  const runs = new Map<Condition, Paced<Awaited<ReturnType<typeof create>>>[]>()
  const run = async (condition: Condition, round: number): Promise<void> => {
    options.tell(`latency: ${condition}, round ${round} of ${rounds}`)
    await paced({ ...pace, seconds: warmUpSeconds }, create)
    runs.set(condition, [...(runs.get(condition) ?? []), await paced({ ...pace, seconds }, create)])
  }
  const register = async (isRegistered: boolean): Promise<void> => {
    await (isRegistered ? stack.registerWebhooks() : stack.unregisterWebhooks())
    const probe = JSON.stringify(refusedIngress(namespace))
    await eventually(
      `the API server to ask ${isRegistered ? 'both webhooks' : 'no webhook'}`,
      async () => (((await client.send(path, probe)).status === 422) === isRegistered ? true : undefined),
      60_000,
    )
  }
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await register(false)
      await run('without webhooks', round)
      await register(true)
      await run('with both webhooks', round)
    }
    await stack.emulator.configure({ unavailable: 'refuse' })
    await options.restartWebhook()
    for (let round = 1; round <= rounds; round += 1) await run('with both, AWS down', round)
  } finally {
    await stack.emulator.configure({ unavailable: 'no' })
    await client.close()
  }
  return [...runs].map(([condition, of]) => ({
    condition,
    timings: medianOf(of.map(({ timings }) => timings)),
    p99OfRounds: of.map(({ timings }) => timings.p99),
    statuses: countsOf(of.flatMap(({ answers }) => answers.map(({ status }) => `${status}`))),
    errors: of.reduce((sum, { errors }) => sum + errors.length, 0),
  }))
}

const countsOf = (texts: readonly string[]): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return Object.fromEntries(counts)
}

/** Every webhook refuses it. */
const refusedIngress = (namespace: string): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'refused', namespace, annotations: { 'alb.ingress.kubernetes.io/scheme': 'public' } },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'example', port: { number: 80 } } } },
})
