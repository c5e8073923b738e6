import { setTimeout as delay } from 'node:timers/promises'
import { answerTo, type HttpRequest, statusOf } from '../request.ts'

/** What became of a request that was made again and again. */
export interface Asked<T> {
  /** Of the work that went on meanwhile. */
  readonly result: T
  readonly times: number
  /** What was answered when no request got a 200. */
  readonly others: readonly string[]
}

export const everyMilliseconds = 50

/** Makes a request every 50 ms while `work` goes on; of several the next one where the one before gets no 200. */
export async function whileAsking<T>(
  wanted: () => Promise<readonly HttpRequest[]>,
  work: () => Promise<T>,
): Promise<Asked<T>> {
  const ending = new AbortController()
  let times = 0
  const others: string[] = []
  const ask = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const other = await firstAnswer(await wanted())
      times += 1
      if (other !== undefined) others.push(other)
      await delay(everyMilliseconds)
    }
  }
  const asking = ask()
  try {
    return { result: await work(), times, others }
  } finally {
    ending.abort()
    await asking
  }
}

/** Undefined once a request gets a 200; else what all of them got. */
async function firstAnswer(wanted: readonly HttpRequest[]): Promise<string | undefined> {
  const seen: string[] = []
  for (const each of wanted) {
    const answer = await answerTo(each).catch((error: unknown) => String(error))
    if (statusOf(answer) === 200) return undefined
    seen.push(answer.split('\n')[0] ?? '')
  }
  return seen.length === 0 ? 'no listener' : seen.join(' and ')
}
