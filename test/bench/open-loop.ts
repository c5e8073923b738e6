import { setTimeout as delay } from 'node:timers/promises'
import { type Timings, timingsOf } from './timings.ts'

/** What was sent at a steady pace, whatever the answers took. */
export interface Paced<Answer> {
  /** From the moment at which a request was due, not from the one at which it was sent. */
  readonly timings: Timings
  readonly answers: readonly Answer[]
  readonly errors: readonly unknown[]
}

export interface Pace {
  readonly perSecond: number
  readonly seconds: number
  /** How many send, each one request at a time. */
  readonly writers: number
}

/**
 * Sends requests that are due at even moments, in turn by each writer. A writer that still waits for an answer sends its
 * next request late, and that time counts.
 */
export const paced = async <Answer>(
  { perSecond, seconds, writers }: Pace,
  send: (index: number) => Promise<Answer>,
): Promise<Paced<Answer>> => {
  const count = perSecond * seconds
  const startedAt = performance.now() + 50
  const took: number[] = []
  const answers: Answer[] = []
  const errors: unknown[] = []
  const write = async (writer: number): Promise<void> => {
    for (let index = writer; index < count; index += writers) {
      const dueAt = startedAt + (index * 1000) / perSecond
      const early = dueAt - performance.now()
      if (early > 0) await delay(early)
      try {
        answers.push(await send(index))
        took.push(performance.now() - dueAt)
      } catch (error) {
        errors.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  return { timings: timingsOf(took), answers, errors }
}

/** As fast as the answers come: how many in the time, by so many writers. */
export const flatOut = async (
  { seconds, writers }: Omit<Pace, 'perSecond'>,
  send: (index: number) => Promise<unknown>,
): Promise<{ readonly count: number; readonly seconds: number }> => {
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1000
  let index = 0
  const write = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      index += 1
      await send(index)
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  return { count: index, seconds: (performance.now() - startedAt) / 1000 }
}
