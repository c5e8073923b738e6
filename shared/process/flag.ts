import { readAddress } from './address.ts'
import { formatDuration, parseDuration } from '../text/durations.ts'
import { readThrottles, showThrottles } from './throttle.ts'
import type { Throttle } from './throttle.ts'
import { isQuotaName, quotaDefaults, type QuotaName, type Quotas } from '../ingress/quotas.ts'

/** What a text of the command line or the environment gives: a value, or the sentence that says what is wrong with it. */
export type FlagReading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** How a flag is written, and what the help says of it. */
export interface FlagDescription {
  /** `cluster-name`; in the environment `CLUSTER_NAME`. */
  readonly name: string
  readonly summary: string
  /** How the help prints its type. */
  readonly type: string
  /** A bare `--flag` means true. */
  readonly isSwitch: boolean
  /** Given several times, its texts are joined by commas; else the last one counts. */
  readonly repeats: boolean
  readonly fallbackText: string
}

export interface Flag<T> extends FlagDescription {
  readonly fallback: T
  readonly read: (text: string) => FlagReading<T>
  readonly show: (value: T) => string
}

const flag = <T>(
  description: Pick<Flag<T>, 'name' | 'summary' | 'type' | 'fallback' | 'read' | 'show'> &
    Partial<Pick<Flag<T>, 'isSwitch' | 'repeats'>>,
): Flag<T> => ({
  isSwitch: false,
  repeats: false,
  ...description,
  fallbackText: description.show(description.fallback),
})

const fine = <T>(value: T): FlagReading<T> => ({ ok: true, value })
const wrong = (problem: string): FlagReading<never> => ({ ok: false, problem })

export const text = (name: string, fallback: string, summary: string): Flag<string> =>
  flag({
    name,
    fallback,
    summary,
    type: 'text',
    read: fine,
    show: (value) => value,
  })

/** Where a server listens: `host:port`, or `0` for nowhere. */
export const address = (name: string, fallback: string, summary: string): Flag<string> =>
  flag({
    name,
    fallback,
    summary,
    type: 'host:port',
    read: (given) =>
      given === '0' || readAddress(given) !== undefined ? fine(given) : wrong('write host:port, or 0 to serve nothing'),
    show: (value) => value,
  })

export const oneOf = <const T extends string>(
  name: string,
  values: readonly T[],
  fallback: NoInfer<T>,
  summary: string,
): Flag<T> =>
  flag({
    name,
    fallback,
    summary,
    type: values.join('|'),
    read: (given) => {
      const value = values.find((each) => each === given)
      return value === undefined ? wrong(`write one of ${values.join(', ')}`) : fine(value)
    },
    show: (value) => value,
  })

const truths: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const falsehoods: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** A truth value as Go's `strconv.ParseBool` reads it. */
export const readBoolean = (given: string): FlagReading<boolean> => {
  if (truths.has(given)) return fine(true)
  return falsehoods.has(given) ? fine(false) : wrong('write true or false')
}

export const yesNo = (name: string, fallback: boolean, summary: string): Flag<boolean> =>
  flag({
    name,
    fallback,
    summary,
    type: 'true|false',
    isSwitch: true,
    read: readBoolean,
    show: String,
  })

export const wholeNumber = (
  name: string,
  range: { readonly from: number; readonly to: number },
  fallback: number,
  summary: string,
): Flag<number> =>
  flag({
    name,
    fallback,
    summary,
    type: 'number',
    read: (given) => {
      const value = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN
      return value >= range.from && value <= range.to
        ? fine(value)
        : wrong(`write a whole number from ${range.from} to ${range.to}`)
    },
    show: String,
  })

/** In milliseconds; written in Go's form. */
export const duration = (name: string, fallback: string, summary: string): Flag<number> =>
  flag({
    name,
    fallback: parseDuration(fallback) ?? 0,
    summary,
    type: 'duration',
    read: (given) => {
      const value = parseDuration(given)
      return value === undefined ? wrong('write a duration such as 200ms, 15s or 1m30s') : fine(value)
    },
    show: formatDuration,
  })

/** Budgets of AWS calls: `service:actions=rate:burst`. */
export const throttles = (name: string, summary: string): Flag<readonly Throttle[]> =>
  flag({
    name,
    fallback: [],
    summary,
    type: 'budget list',
    repeats: true,
    read: readThrottles,
    show: showThrottles,
  })

const entriesOf = (given: string): readonly string[] =>
  given
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

export const list = (name: string, fallback: readonly string[], summary: string): Flag<readonly string[]> =>
  flag({
    name,
    fallback,
    summary,
    type: 'list',
    repeats: true,
    read: (given) => fine(entriesOf(given)),
    show: (value) => value.join(','),
  })

export const map = (name: string, summary: string): Flag<Readonly<Record<string, string>>> =>
  flag({
    name,
    fallback: {},
    summary,
    type: 'key=value list',
    repeats: true,
    read: (given) => {
      const pairs = entriesOf(given).map((entry) => [entry, entry.indexOf('=')] as const)
      const bad = pairs.find(([, sign]) => sign < 1)
      if (bad !== undefined) return wrong(`${JSON.stringify(bad[0])} is not key=value`)
      const keys = pairs.map(([entry, sign]) => entry.slice(0, sign).trim())
      const twice = keys.find((key, index) => keys.indexOf(key) !== index)
      if (twice !== undefined) return wrong(`the key ${JSON.stringify(twice)} comes twice`)
      return fine(
        Object.fromEntries(pairs.map(([entry, sign], index) => [keys[index] ?? '', entry.slice(sign + 1).trim()])),
      )
    },
    show: (value) =>
      Object.entries(value)
        .map(([key, each]) => `${key}=${each}`)
        .join(','),
  })

/** Names and numbers of quotas; those that are not named are at their defaults. */
export const quotas = (name: string, summary: string): Flag<Quotas> =>
  flag<Quotas>({
    name,
    fallback: quotaDefaults,
    summary,
    type: 'NAME=N list',
    repeats: true,
    read: (given) => {
      const raised: Partial<Record<QuotaName, number>> = {}
      for (const entry of entriesOf(given)) {
        const [, quota = '', number = ''] = /^([^=]*)=([0-9]{1,9})$/.exec(entry) ?? []
        if (number === '') return wrong(`${JSON.stringify(entry)} is not NAME=N`)
        if (!isQuotaName(quota)) return wrong(`there is no quota ${JSON.stringify(quota)}`)
        raised[quota] = Number(number)
      }
      return fine({ ...quotaDefaults, ...raised })
    },
    show: (value) =>
      Object.entries<number>(value)
        .flatMap(([key, number]) => (isQuotaName(key) && quotaDefaults[key] === number ? [] : [`${key}=${number}`]))
        .join(','),
  })
