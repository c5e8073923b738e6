import { at, field, listOf, optionalNumber, optionalText } from '../kubernetes/raw.ts'

/**
 * What a caller can do about a failed call. `uncertain` = the server may have executed a write whose answer was lost;
 * `unavailable` = it did not, or nothing was written.
 */
export type ClusterRemedy =
  | 'not-found'
  | 'conflict'
  | 'already-exists'
  | 'forbidden'
  | 'unauthorized'
  | 'gone'
  | 'throttled'
  | 'invalid'
  | 'unavailable'
  | 'uncertain'

export interface ClusterFailure {
  /** `PATCH /api/v1/…` */
  readonly call: string
  /** HTTP status; 0 where there was no answer. */
  readonly status: number
  /** `reason` of the API server's Status, or the code of a network error. */
  readonly reason: string
  readonly message: string
  readonly remedy: ClusterRemedy
  /** Reasons of `details.causes`, for example `NamespaceTerminating`. */
  readonly causes: readonly string[]
  /** From `Retry-After`. */
  readonly retryAfterMs?: number
}

/** A call to the API server that failed, classified by remedy. */
export class ClusterError extends Error {
  readonly call: string
  readonly status: number
  readonly reason: string
  readonly remedy: ClusterRemedy
  readonly causes: readonly string[]
  readonly retryAfterMs: number | undefined

  constructor(failure: ClusterFailure, options?: ErrorOptions) {
    super(`${failure.call}: ${failure.message}`, options)
    this.name = 'ClusterError'
    this.call = failure.call
    this.status = failure.status
    this.reason = failure.reason
    this.remedy = failure.remedy
    this.causes = failure.causes
    this.retryAfterMs = failure.retryAfterMs
  }
}

/** Whether an error is a ClusterError with one of these remedies. */
export const hasRemedy = (error: unknown, ...remedies: readonly ClusterRemedy[]): error is ClusterError =>
  error instanceof ClusterError && remedies.includes(error.remedy)

/** Whether a create was refused because its namespace is being deleted (Kubernetes, NamespaceLifecycle plugin). */
export const isNamespaceTerminating = (error: unknown): boolean =>
  error instanceof ClusterError && error.causes.includes('NamespaceTerminating')

const remedyOfStatus = (status: number, reason: string, writes: boolean): ClusterRemedy => {
  switch (status) {
    case 401:
      return 'unauthorized'
    case 403:
      return 'forbidden'
    case 404:
      return 'not-found'
    case 409:
      return reason === 'AlreadyExists' ? 'already-exists' : 'conflict'
    case 410:
      return 'gone'
    case 429:
      return 'throttled'
    case 502:
    case 504:
      return writes ? 'uncertain' : 'unavailable'
    default:
      return status >= 500 ? 'unavailable' : 'invalid'
  }
}

/** `Retry-After` in seconds; the date form is not used by the API server. */
const retryAfterOf = (header: string | undefined, body: unknown): number | undefined => {
  const seconds = header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : undefined
  const inBody = optionalNumber(at(body, 'details', 'retryAfterSeconds'))
  const chosen = seconds ?? inBody
  return chosen === undefined ? undefined : chosen * 1_000
}

/** The error of an answer that is not 2xx; `body` is its JSON (`v1` Status) or its text. */
export const answerError = (
  call: string,
  writes: boolean,
  status: number,
  body: unknown,
  retryAfterHeader?: string,
): ClusterError => {
  const reason = optionalText(field(body, 'reason')) ?? ''
  const message = optionalText(field(body, 'message')) ?? (typeof body === 'string' ? body.slice(0, 300) : '')
  const retryAfterMs = retryAfterOf(retryAfterHeader, body)
  return new ClusterError({
    call,
    status,
    reason,
    message: [`${status}`, reason, message].filter((part) => part !== '').join(' '),
    remedy: remedyOfStatus(status, reason, writes),
    causes: listOf(at(body, 'details', 'causes')).flatMap((cause) => optionalText(field(cause, 'reason')) ?? []),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

/** Codes of network errors that come before a request is sent (Node.js, "Common system errors"; undici, "Errors"). */
const beforeSending: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** The error of a call without an answer: a network error, or the deadline of the call itself. */
export const networkError = (call: string, writes: boolean, cause: unknown): ClusterError => {
  const code = optionalText(field(cause, 'code')) ?? (cause instanceof Error ? cause.name : 'Error')
  const text = cause instanceof Error && cause.message !== '' ? cause.message : code
  return new ClusterError(
    {
      call,
      status: 0,
      reason: code,
      message: `no answer: ${text}`,
      remedy: writes && !beforeSending.has(code) ? 'uncertain' : 'unavailable',
      causes: [],
    },
    { cause },
  )
}
