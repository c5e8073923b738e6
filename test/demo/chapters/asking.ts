import { setTimeout as delay } from 'node:timers/promises'
import { answerTo, type HttpRequest, statusOf } from '../request.ts'

/** What became of a request that was made again and again. */
export interface Asked<T> {
  /** Of the work that went on meanwhile. */
  readonly result: T
  readonly times: number
  /** Status lines and errors that were no 200. */
  readonly others: readonly string[]
}

export const everyMilliseconds = 50

/** Makes a request every 50 ms while `work` goes on. */
export async function whileAsking<T>(wanted: HttpRequest, work: () => Promise<T>): Promise<Asked<T>> {
  const ending = new AbortController()
  let times = 0
  const others: string[] = []
  const ask = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const answer = await answerTo(wanted).catch((error: unknown) => String(error))
      times += 1
      if (statusOf(answer) !== 200) others.push(answer.split('\n')[0] ?? '')
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
