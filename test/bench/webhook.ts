import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { Manifest } from '../e2e/support/objects.ts'
import type { RunningProcess } from '../local/product.ts'
import type { Stack } from '../local/stack.ts'
import { reviewOf, webhookServer } from './clients.ts'
import { flatOut } from './open-loop.ts'
import { usageOf } from './processes.ts'

export interface EndpointFigures {
  readonly path: string
  readonly perSecond: number
  /** Processor time of the webhook for one review, TLS included. */
  readonly microsecondsEach: number
  /** Mean size of a review. */
  readonly bytes: number
  readonly allowed: number
  readonly denied: number
}

const writers = 10
const warmUpSeconds = 3

const answer = z.object({ response: z.object({ allowed: z.boolean() }) })

/** The webhook may call AWS twice a second: so long it takes until it knows what it needs for all reviews. */
const factsMilliseconds = 8000

/** Lets a webhook learn what it needs of AWS for the objects. */
export const learnFacts = async (
  stack: Stack,
  objects: readonly Manifest[],
  namespace: string,
  tell: (line: string) => void,
): Promise<void> => {
  tell('the webhook learns what it needs of AWS')
  const client = webhookServer(stack, writers)
  try {
    for (let round = 1; round <= 2; round += 1) {
      await Promise.all(objects.map((object) => client.send('/validate/ingress', reviewOf(object, namespace))))
      await delay(factsMilliseconds)
    }
  } finally {
    await client.close()
  }
}

/** How many reviews a second the webhook answers, and what each costs it; the load generator shares its processors. */
export const loadWebhook = async (
  stack: Stack,
  webhook: RunningProcess,
  objects: readonly Manifest[],
  namespace: string,
  { seconds, tell }: { readonly seconds: number; readonly tell: (line: string) => void },
): Promise<readonly EndpointFigures[]> => {
  const client = webhookServer(stack, writers)
  const reviews = objects.map((object) => reviewOf(object, namespace))
  const figures: EndpointFigures[] = []
  try {
    for (const path of ['/mutate/ingress', '/validate/ingress']) {
      tell(`webhook: ${path}, ${writers} connections, as fast as it can`)
      const verdicts = { allowed: 0, denied: 0 }
      const send = async (index: number): Promise<void> => {
        const { status, body } = await client.send(path, reviews[index % reviews.length] ?? '')
        if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`)
        verdicts[answer.parse(JSON.parse(body)).response.allowed ? 'allowed' : 'denied'] += 1
      }
      await flatOut({ seconds: warmUpSeconds, writers }, send)
      Object.assign(verdicts, { allowed: 0, denied: 0 })
      const before = await usageOf(webhook)
      const sent = await flatOut({ seconds, writers }, send)
      const after = await usageOf(webhook)
      figures.push({
        path,
        perSecond: Math.round(sent.count / sent.seconds),
        microsecondsEach: Math.round(((after.processorSeconds - before.processorSeconds) * 1e6) / sent.count),
        bytes: Math.round(reviews.reduce((sum, review) => sum + review.length, 0) / reviews.length),
        ...verdicts,
      })
    }
    return figures
  } finally {
    await client.close()
  }
}
