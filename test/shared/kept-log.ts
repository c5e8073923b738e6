import { createLog } from '../../shared/process/log.ts'
import type { Log } from '../../shared/process/log.ts'

/** A log that keeps its entries, parsed, instead of writing them. */
export const keptLog = (): { readonly log: Log; readonly entries: readonly Record<string, unknown>[] } => {
  const entries: Record<string, unknown>[] = []
  const log = createLog({ level: 'debug', write: (line) => entries.push(JSON.parse(line)) })
  return { log, entries }
}
