import { onEndBySignal } from '../local/processes.ts'

/**
 * Answers whether a signal has come. A stack of our own ends by itself then; `stop`, when given, is what else must be
 * ended first.
 */
export function watchSignals(stop?: () => Promise<void>): () => boolean {
  let interrupted = false
  let stopped: Promise<void> | undefined
  const stopOnce = (): Promise<void> => (stopped ??= stop?.() ?? Promise.resolve())
  onEndBySignal(stopOnce)
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => {
      if (!interrupted) console.log('\nThe demo is interrupted and stops what it started.')
      interrupted = true
      if (stop !== undefined) void stopOnce().finally(() => process.exit(status))
    })
  }
  return () => interrupted
}
