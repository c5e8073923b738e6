import type { Condition, Policy, Statement } from '../../../manifests/render/iam/statement.ts'

/** One request as IAM judges it: keys of the request and of the resource with one or more values. */
export interface Request {
  readonly action: string
  readonly resource: string
  readonly keys: Readonly<Record<string, string | readonly string[]>>
}

/**
 * Whether a policy allows a request (IAM, "Policy evaluation logic"): no statement denies it and one allows it. Knows the
 * operators that the product's policies have, and throws on any other.
 */
export const allows = (policy: Policy, request: Request): boolean => {
  const holding = policy.Statement.filter((statement) => holds(statement, request))
  return holding.some(({ Effect }) => Effect === 'Allow') && !holding.some(({ Effect }) => Effect === 'Deny')
}

const holds = (
  { Action, Resource, Condition: condition = {} }: Statement,
  { action, resource, keys }: Request,
): boolean =>
  Action.includes(action) &&
  [Resource].flat().some((pattern) => like(pattern, resource)) &&
  Object.entries(condition).every(([operator, entries]) => all(operator, entries, keys))

const all = (operator: string, entries: Condition[string], keys: Request['keys']): boolean =>
  Object.entries(entries).every(([key, wanted]) => one(operator, [wanted].flat(), keys[key]))

const one = (operator: string, wanted: readonly string[], value: string | readonly string[] | undefined): boolean => {
  const values = value === undefined ? [] : [value].flat()
  switch (operator) {
    case 'StringEquals':
      return values.length === 1 && values.every((text) => wanted.includes(text))
    case 'ArnEquals':
      return values.length === 1 && values.every((text) => wanted.some((pattern) => like(pattern, text)))
    case 'ForAnyValue:StringEquals':
      return values.some((text) => wanted.includes(text))
    case 'Null':
      return wanted.includes(String(values.length === 0))
    default:
      throw new Error(`${operator} is not known here`)
  }
}

const like = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`).test(text)
