import { remedies } from './error-codes.ts'
import type { Remedy } from './error-codes.ts'
import type { Service } from './limits.ts'

export type { Remedy } from './error-codes.ts'

/** A call to AWS that failed, classified by what can be done about it. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly service: Service
  readonly action: string
  /** The code on the wire (`PriorityInUse`), or the name of a network failure (`ECONNREFUSED`, `TimeoutError`). */
  readonly code: string
  readonly requestId: string | undefined
  readonly remedy: Remedy
  /** The request certainly was not executed, so that even a write may be repeated at once. */
  readonly notExecuted: boolean

  constructor(of: {
    readonly service: Service
    readonly action: string
    readonly code: string
    readonly message: string
    readonly remedy: Remedy
    readonly requestId?: string | undefined
    readonly notExecuted?: boolean
    readonly cause?: unknown
  }) {
    super(of.message, { cause: of.cause })
    this.service = of.service
    this.action = of.action
    this.code = of.code
    this.requestId = of.requestId
    this.remedy = of.remedy
    this.notExecuted = of.notExecuted ?? false
  }
}

/** Narrows to an `AwsError` with one of the remedies. */
export const hasRemedy = (error: unknown, ...wanted: readonly Remedy[]): error is AwsError =>
  error instanceof AwsError && wanted.includes(error.remedy)

const beforeConnection = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * Classifies what the SDK threw. A write without an answer, or with one of a failing server, is `uncertain`; a read then is
 * `unavailable`.
 */
export const classify = (
  error: unknown,
  call: { readonly service: Service; readonly action: string; readonly write: boolean },
): AwsError => {
  if (error instanceof AwsError) return error
  const { service, action } = call
  const thrown = read(error)
  const base = { service, action, message: thrown.message, requestId: thrown.requestId, cause: error }
  if (thrown.networkCode !== undefined && beforeConnection.has(thrown.networkCode)) {
    return new AwsError({ ...base, code: thrown.networkCode, remedy: 'unavailable', notExecuted: true })
  }
  if (thrown.name === 'TimeoutError' && thrown.message.includes('did not establish a connection')) {
    return new AwsError({ ...base, code: 'ConnectionTimeout', remedy: 'unavailable', notExecuted: true })
  }
  const code = service === 'elasticloadbalancing' ? thrown.name.replace(/Exception$/, '') : thrown.name
  const known = remedies[thrown.name] ?? remedies[code]
  if (known !== undefined && known !== 'unavailable') {
    return new AwsError({ ...base, code, remedy: known, notExecuted: known === 'throttled' || known === 'denied' })
  }
  if (thrown.status !== undefined && thrown.status >= 400 && thrown.status < 500 && code !== 'Unknown') {
    return new AwsError({ ...base, code, remedy: unlisted(code, thrown.status) })
  }
  return new AwsError({
    ...base,
    code: thrown.networkCode ?? code,
    remedy: call.write ? 'uncertain' : 'unavailable',
  })
}

/** For a call that was given up while it waited for its turn: nothing was sent. */
export const notSent = (call: { readonly service: Service; readonly action: string }, reason: unknown): AwsError =>
  new AwsError({
    service: call.service,
    action: call.action,
    code: 'NotSent',
    message: `${call.action} was given up before it was sent: ${read(reason).message}`,
    remedy: 'unavailable',
    notExecuted: true,
    cause: reason,
  })

/** Codes that AWS may add later, by the words that all its codes are made of. */
const unlisted = (code: string, status: number): Remedy => {
  if (status === 429 || /Throttl|RequestLimit/.test(code)) return 'throttled'
  if (/^TooMany|LimitExceeded$/.test(code)) return 'quota'
  if (/NotFound/.test(code)) return 'not-found'
  if (/Duplicate/.test(code)) return 'duplicate'
  if (/InUse|DependencyViolation/.test(code)) return 'in-use'
  if (status === 401 || status === 403 || /AccessDenied|Unauthorized|Token/.test(code)) return 'denied'
  return 'invalid'
}

interface Thrown {
  readonly name: string
  readonly message: string
  readonly networkCode: string | undefined
  readonly status: number | undefined
  readonly requestId: string | undefined
}

const read = (error: unknown): Thrown => {
  if (!(error instanceof Error)) {
    return { name: 'Unknown', message: String(error), networkCode: undefined, status: undefined, requestId: undefined }
  }
  const metadata = property(error, '$metadata')
  const status = property(metadata, 'httpStatusCode')
  const requestId = property(metadata, 'requestId')
  const code = property(error, 'code')
  return {
    name: error.name === '' ? 'Unknown' : error.name,
    message: error.message,
    networkCode: typeof code === 'string' && /^E[A-Z_]+$/.test(code) ? code : undefined,
    status: typeof status === 'number' ? status : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
  }
}

const property = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
