import type { IncomingHttpHeaders } from 'node:http'
import type { Service } from './errors.ts'

/** A request of the SDK, read but not judged. */
export interface AwsRequest {
  readonly service: Service
  /** Of the credential scope; services that are not regional are signed for `us-east-1`. */
  readonly region: string
  readonly action: string
  /** Parameters as on the wire: `Actions.member.1.Type`; for JSON services the same spelling is made of the body. */
  readonly parameters: Readonly<Record<string, string>>
  readonly input: Input
  /** The application id in the User-Agent (`AWS_SDK_UA_APP_ID`), which tells one process from another. */
  readonly client?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Parameters as a tree; numbered members are lists. */
export type Input = string | readonly Input[] | { readonly [name: string]: Input }

const services: Readonly<Record<string, Service>> = {
  elasticloadbalancing: 'elasticloadbalancing',
  ec2: 'ec2',
  sts: 'sts',
  acm: 'acm',
  iam: 'iam',
}

/** Reads service (credential scope of the signature) and action (form field or target header). Undefined: not a call of a known service. */
export function readRequest(headers: IncomingHttpHeaders, body: string): AwsRequest | undefined {
  const scope = /Credential=[^/]*\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '')
  const service = services[scope?.[2] ?? '']
  if (service === undefined) return undefined
  const target = headers['x-amz-target']
  const client = /\bapp\/(\S+)/.exec(headers['user-agent'] ?? '')?.[1]
  const common = {
    service,
    region: scope?.[1] ?? '',
    body,
    headers: kept(headers),
    ...(client === undefined ? {} : { client }),
  }
  if (typeof target === 'string') {
    const parameters = flatten(JSON.parse(body === '' ? '{}' : body), '')
    return { ...common, action: target.slice(target.lastIndexOf('.') + 1), parameters, input: nest(parameters) }
  }
  const { Action: action, Version: _, ...parameters } = Object.fromEntries(new URLSearchParams(body))
  return action === undefined ? undefined : { ...common, action, parameters, input: nest(parameters) }
}

function kept(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const names = ['host', 'authorization', 'content-type', 'x-amz-target', 'x-amz-date', 'x-moto-account-id']
  return Object.fromEntries(names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])))
}

function flatten(value: unknown, path: string): Record<string, string> {
  if (value === null || typeof value !== 'object') return { [path]: String(value) }
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [`member.${index + 1}`, item] as const)
    : Object.entries(value)
  return Object.assign({}, ...entries.map(([key, item]) => flatten(item, path === '' ? key : `${path}.${key}`)))
}

type Branch = Map<string, Branch | string>

/** `A.member.1.B=x` or `A.1.B=x` becomes `{ A: [{ B: 'x' }] }`. */
export function nest(parameters: Readonly<Record<string, string>>): Input {
  const root: Branch = new Map()
  for (const [path, value] of Object.entries(parameters)) {
    const steps = path.split('.').filter((step) => step !== 'member')
    let branch = root
    for (const step of steps.slice(0, -1)) {
      const next = branch.get(step)
      if (next instanceof Map) branch = next
      else {
        const made: Branch = new Map()
        branch.set(step, made)
        branch = made
      }
    }
    branch.set(steps[steps.length - 1] ?? '', value)
  }
  return settle(root)
}

function settle(branch: Branch): Input {
  const entries = [...branch].map(([key, value]) => [key, typeof value === 'string' ? value : settle(value)] as const)
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key)))
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value)
  return Object.fromEntries(entries)
}

/** The text at a path of the input, or nothing. */
export function text(input: Input | undefined, ...path: readonly string[]): string | undefined {
  const found = inputAt(input, path)
  return typeof found === 'string' ? found : undefined
}

/** The list at a path of the input; absent is empty. */
export function list(input: Input | undefined, ...path: readonly string[]): readonly Input[] {
  const found = inputAt(input, path)
  return isList(found) ? found : []
}

/** The texts of a list at a path of the input. */
export function texts(input: Input | undefined, ...path: readonly string[]): readonly string[] {
  return list(input, ...path).filter((item) => typeof item === 'string')
}

/** Whether anything stands at a path of the input. */
export function has(input: Input | undefined, ...path: readonly string[]): boolean {
  return inputAt(input, path) !== undefined
}

function inputAt(input: Input | undefined, path: readonly string[]): Input | undefined {
  let current = input
  for (const name of path) {
    if (current === undefined || typeof current === 'string' || isList(current)) return undefined
    current = current[name]
  }
  return current
}

function isList(input: Input | undefined): input is readonly Input[] {
  return Array.isArray(input)
}

/** Whether an action changes something. */
export function isWrite(action: string): boolean {
  return !/^(Describe|Get|List)/.test(action)
}
