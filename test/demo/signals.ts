import { onEndBySignal } from '../local/processes.ts'

export interface Signals {
  /** Whether one has come. */
  came(): boolean
  /** Never settles: the process ends once what it started has ended. */
  readonly end: Promise<never>
}

/** Ends the process on a signal: a stack of its own ends by itself then, and before it `stop`, when given. */
export function watchSignals(stop?: () => Promise<void>): Signals {
  let came = false
  let stopped: Promise<void> | undefined
  const stopOnce = (): Promise<void> => (stopped ??= stop?.() ?? Promise.resolve())
  onEndBySignal(stopOnce)
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => {
      if (!came) console.log('\nThe demo is interrupted and stops what it started.')
      came = true
      if (stop !== undefined) void stopOnce().finally(() => process.exit(status))
    })
  }
  return { came: () => came, end: new Promise(() => undefined) }
}
