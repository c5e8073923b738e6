import { nearest } from '../../text/nearest.ts'
import { listOf, quote } from '../../text/quote.ts'
import { type Codec, decoded, type Problem, refused } from './codec.ts'
import { stringMap } from './string-map.ts'

/** One attribute of a load balancer or target group. */
export interface Attribute {
  /** What AWS has while nobody set the attribute; absent where there is no such value. */
  readonly fallback?: string
  /** The value as AWS writes it; undefined for one that AWS does not take. */
  readonly read: (value: string) => string | undefined
  /** `must be 1 to 4000` */
  readonly rule: string
  /** A value to write instead of a wrong one. */
  readonly suggest: (value: string) => string | undefined
}

/** What an attribute belongs to instead. */
export interface OtherResource {
  /** `network load balancers` */
  readonly name: string
  /** The annotation for it; absent where there is none. */
  readonly key?: string
}

/** All attributes of one kind of resource. */
export interface AttributeTable {
  readonly known: Readonly<Record<string, Attribute>>
  /** Keys, and beginnings of keys that end with a dot, of attributes that other resources have. */
  readonly ofOthers: Readonly<Record<string, OtherResource>>
  /** A pair that decodes. */
  readonly example: string
}

/** As many problems of one map as a message tells. */
const maximumTold = 20

/** A map of attributes. Values end as AWS writes them; rules between attributes are those of `between`. */
export const attributes = (
  table: AttributeTable,
  between: (value: Readonly<Record<string, string>>) => readonly Problem[] = () => [],
): Codec<Readonly<Record<string, string>>> => {
  const map = stringMap({ example: table.example })
  return {
    decode: (text) => {
      const parsed = map.decode(text)
      const read = parsed.ok ? parsed.value : parsed.rest
      if (read === undefined) return parsed
      const pairs = Object.entries(read)
      const problems = [
        ...(parsed.ok ? [] : parsed.problems),
        ...pairs.flatMap(([key, value]) => problemOf(table, key, value) ?? []),
      ].slice(0, maximumTold)
      if (problems.length > 0) return refused(...problems)
      const value = Object.fromEntries(pairs.map(([key, written]) => [key, table.known[key]?.read(written) ?? written]))
      const crossing = between(value)
      return crossing.length > 0 ? refused(...crossing) : decoded(value)
    },
    encode: (value) => map.encode(value),
  }
}

const problemOf = (table: AttributeTable, key: string, value: string): Problem | undefined => {
  const path = `.${key}`
  const attribute = Object.hasOwn(table.known, key) ? table.known[key] : undefined
  if (attribute === undefined) {
    const owner = Object.entries(table.ofOthers).find(
      ([name]) => key === name || (name.endsWith('.') && key.startsWith(name)),
    )
    const shown = quote(key)
    if (owner !== undefined) {
      const fix = owner[1].key === undefined ? 'remove it' : `write it in ${owner[1].key}`
      return { code: 'AttributeUnknown', path, value: shown, message: `is an attribute of ${owner[1].name}`, fix }
    }
    const hint = nearestAttribute(key, Object.keys(table.known))
    return {
      code: 'AttributeUnknown',
      path,
      value: shown,
      message: 'there is no such attribute',
      fix: hint === undefined ? 'remove it' : `did you mean ${hint}?`,
    }
  }
  if (attribute.read(value) !== undefined) return undefined
  const instead = attribute.suggest(value) ?? attribute.fallback
  return {
    code: 'AttributeValue',
    path,
    value: quote(value),
    message: attribute.rule,
    fix: instead === undefined ? 'write such a name, or remove the attribute' : `write ${quote(`${key}=${instead}`)}`,
  }
}

/** The nearest name; of a name that stops in the middle, the one that goes on from there. */
const nearestAttribute = (key: string, known: readonly string[]): string | undefined => {
  const [only, ...others] = known.filter((name) => name.startsWith(`${key}.`))
  return only !== undefined && others.length === 0 ? only : nearest(key, known)
}

/** Exactly one of some words. */
export const word = (fallback: string, ...others: readonly string[]): Attribute => {
  const words = [fallback, ...others]
  return {
    fallback,
    read: (value) => (words.includes(value) ? value : undefined),
    rule: `supported values: ${listOf(words)}`,
    suggest: (value) => nearest(value, words, 'value'),
  }
}

const meansTrue = new Set(['1', 't', 'true', 'y', 'yes', 'on', 'enabled'])

/** `true` or `false`, in lower case. */
export const flag = (fallback: 'true' | 'false'): Attribute => ({
  fallback,
  read: (value) => (value === 'true' || value === 'false' ? value : undefined),
  rule: 'must be true or false',
  suggest: (value) => String(meansTrue.has(value.toLowerCase().replace(/[\s,;]+$/, ''))),
})

/** A whole number within bounds, or one of some words beside it. */
export const number = (
  fallback: string,
  [low, high]: readonly [number, number],
  ...words: readonly string[]
): Attribute => ({
  fallback,
  read: (value) => {
    if (words.includes(value)) return value
    const read = /^\+?[0-9]{1,9}$/.test(value) ? Number(value) : Number.NaN
    return read >= low && read <= high ? String(read) : undefined
  },
  rule: `must be ${[...words.map((each) => `${each} or`), `a whole number, ${low}`].join(' ')}${high === Infinity ? ' or more' : ` to ${high}`}`,
  suggest: () => fallback,
})

/** Text that fits an expression; without a default where `fallback` is undefined. */
export const fitting = (
  fallback: string | undefined,
  fits: (value: string) => boolean,
  rule: string,
  suggest: (value: string) => string | undefined = () => undefined,
): Attribute => ({
  ...(fallback === undefined ? {} : { fallback }),
  read: (value) => (fits(value) ? value : undefined),
  rule,
  suggest,
})
