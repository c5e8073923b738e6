import { systemClock } from './clock.ts'

export type Level = 'debug' | 'info' | 'warn' | 'error'

/** Values of one entry; an Error goes under `err`. */
export type Fields = Readonly<Record<string, unknown>>

/** Writes an entry: `log.info('caches synced')`, `log.warn({ err, group }, 'creating listener')`. The message is constant. */
export interface Write {
  (message: string): void
  (fields: Fields, message: string): void
}

export interface Log {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  /** A log whose entries all carry these fields. */
  readonly child: (fields: Fields) => Log
}

export interface LogOptions {
  readonly level: Level
  /** Takes one line with its end. */
  readonly write: (line: string) => void
  /** For people at a terminal instead of JSON. */
  readonly readable?: boolean
  readonly now?: () => number
}

const weights: Readonly<Record<Level, number>> = { debug: 10, info: 20, warn: 30, error: 40 }
const longestValue = 1_024
const deepest = 4
const mostEntries = 100

const cut = (text: string): string => (text.length <= longestValue ? text : `${text.slice(0, longestValue - 3)}...`)

const errorFields = (error: Error, depth: number): unknown => ({
  name: error.name,
  message: cut(error.message),
  ...('code' in error && error.code !== undefined ? { code: plain(error.code, depth + 1) } : {}),
  ...(error.stack === undefined ? {} : { stack: cut(error.stack) }),
  ...(error.cause === undefined ? {} : { cause: plain(error.cause, depth + 1) }),
})

/** A value that JSON can hold, with an end to its depth and length. */
const plain = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return cut(value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return value
  if (typeof value === 'bigint' || typeof value === 'symbol') return value.toString()
  if (typeof value !== 'object') return `[${typeof value}]`
  if (depth >= deepest) return '...'
  if (value instanceof Error) return errorFields(value, depth)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()
  if (value instanceof Map) return plain(Object.fromEntries(value), depth)
  if (value instanceof Set) return plain([...value], depth)
  if (Array.isArray(value)) return value.slice(0, mostEntries).map((entry) => plain(entry, depth + 1))
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, mostEntries)
      .map(([key, entry]) => [cut(key), plain(entry, depth + 1)]),
  )
}

/** Characters that move a terminal or a reader's eye; JSON itself escapes only those below U+0020. */
const misleading = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu
const escaped = (text: string): string =>
  text.replace(misleading, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

const reserved: ReadonlySet<string> = new Set(['time', 'level', 'msg'])
const withoutReserved = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [reserved.has(key) ? `${key}_` : key, value]))

const jsonLine = (time: string, level: Level, message: string, fields: Fields): string =>
  `${escaped(JSON.stringify({ time, level, msg: message, ...fields }))}\n`

const readableLine = (time: string, level: Level, message: string, fields: Fields): string => {
  const shown = Object.entries(fields).map(([key, value]) => {
    const text = JSON.stringify(value) ?? 'undefined'
    return `${key}=${/^"[\w./:@-]+"$/.test(text) ? text.slice(1, -1) : text}`
  })
  return `${escaped([time.slice(11, 19), level.toUpperCase().padEnd(5), message, ...shown].join('  '))}\n`
}

const build = (options: LogOptions, bound: Fields): Log => {
  const line = options.readable === true ? readableLine : jsonLine
  const now = options.now ?? systemClock.now
  const writer =
    (level: Level): Write =>
    (first: string | Fields, second?: string): void => {
      if (weights[level] < weights[options.level]) return
      const fields = typeof first === 'string' ? bound : { ...bound, ...first }
      const message = typeof first === 'string' ? first : (second ?? '')
      const values = Object.fromEntries(
        Object.entries(withoutReserved(fields)).map(([key, value]) => [key, plain(value, 0)]),
      )
      options.write(line(new Date(now()).toISOString(), level, cut(message), values))
    }
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    child: (fields) => build(options, { ...bound, ...fields }),
  }
}

/** A log of one line per entry: `{time, level, msg, …fields}`, values cut at 1 KiB, control characters escaped. */
export const createLog = (options: LogOptions): Log => build(options, {})

/** The log of a process: JSON on standard output, readable where that is a terminal. */
export const processLog = (level: Level): Log =>
  createLog({
    level,
    write: (line) => {
      process.stdout.write(line)
    },
    readable: process.stdout.isTTY,
  })
