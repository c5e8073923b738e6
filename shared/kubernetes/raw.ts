/**
 * Guards for JSON that anybody may have written. Each answers with an empty value where the type is wrong, so that a
 * reader built from them throws for no input.
 */

/** A JSON object as it came. */
export type RawObject = Readonly<Record<string, unknown>>

const nothing: RawObject = Object.freeze({})

const isObject = (value: unknown): value is RawObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object, or an empty one for anything else. */
export const objectOf = (value: unknown): RawObject => (isObject(value) ? value : nothing)

/** The value of an own key; an inherited one (`constructor`) does not count. */
export const field = (value: unknown, key: string): unknown => {
  const object = objectOf(value)
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** The value at the end of a path of own keys. */
export const at = (value: unknown, ...path: readonly string[]): unknown => path.reduce(field, value)

/** The entries of an array, wrong ones among them, so that an index stays a place in the field path. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A text that says something: the API server does not tell `""` from absent. */
export const optionalText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** A whole number that is not 0: the API server does not tell 0 from absent. */
export const optionalNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value !== 0 ? value : undefined

/** Kubernetes' IntOrString. */
export const numberOrText = (value: unknown): number | string | undefined =>
  optionalNumber(value) ?? optionalText(value)

export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).filter((entry): entry is string => typeof entry === 'string')

/** A map of texts without a prototype, so that the key `__proto__` is a key like any other. */
export const textMapOf = (value: unknown, leaveOut?: string): Readonly<Record<string, string>> => {
  const map: Record<string, string> = Object.create(null)
  for (const [key, text] of Object.entries(objectOf(value))) {
    if (typeof text === 'string' && key !== leaveOut) map[key] = text
  }
  return map
}
