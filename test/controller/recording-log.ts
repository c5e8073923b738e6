import type { Fields, Level, Log, Write } from '../../shared/process/log.ts'

export interface Line {
  readonly level: Level
  readonly message: string
  readonly fields: Fields
}

/** A log that keeps its entries; `told` gives the fields of those with a message. */
export const recordingLog = (): {
  readonly log: Log
  readonly lines: readonly Line[]
  readonly told: (message: string) => readonly Fields[]
} => {
  const lines: Line[] = []
  const build = (bound: Fields): Log => {
    const writer =
      (level: Level): Write =>
      (first: string | Fields, second?: string): void => {
        lines.push(
          typeof first === 'string'
            ? { level, message: first, fields: bound }
            : { level, message: second ?? '', fields: { ...bound, ...first } },
        )
      }
    return {
      debug: writer('debug'),
      info: writer('info'),
      warn: writer('warn'),
      error: writer('error'),
      child: (fields) => build({ ...bound, ...fields }),
    }
  }
  return {
    log: build({}),
    lines,
    told: (message) => lines.filter((line) => line.message === message).map(({ fields }) => fields),
  }
}
