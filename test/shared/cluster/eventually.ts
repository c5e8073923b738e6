import { setTimeout as delay } from 'node:timers/promises'

/** Waits until something holds, for at most five seconds. */
export const eventually = async (what: string, holds: () => boolean): Promise<void> => {
  const end = performance.now() + 5_000
  while (!holds()) {
    if (performance.now() > end) throw new Error(`five seconds went by without this: ${what}`)
    await delay(2)
  }
}
