import type { EventEmitter } from 'node:events'
import type { Log } from './log.ts'

export interface SignalOptions {
  readonly log: Log
  /** The process itself, or a stand-in in a test. */
  readonly process?: EventEmitter
  readonly exit?: (code: number) => void
}

/**
 * Turns SIGTERM and SIGINT into an aborted signal; a second one ends the process with status 1 at once. An error that
 * nobody caught is logged and ends the process with status 1 too: its state is unknown.
 */
export const stopSignal = (options: SignalOptions): AbortSignal => {
  const { log } = options
  const source = options.process ?? process
  const exit = options.exit ?? ((code) => process.exit(code))
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    source.on(signal, () => {
      if (stop.signal.aborted) {
        log.warn({ signal }, 'told to stop a second time')
        exit(1)
        return
      }
      log.info({ signal }, 'stopping')
      stop.abort(new Error(`stopped by ${signal}`))
    })
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    source.on(event, (err: unknown) => {
      log.error({ err, event }, 'an error was not caught')
      exit(1)
    })
  }
  return stop.signal
}
