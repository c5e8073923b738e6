import { isUtf8 } from 'node:buffer'
import { parse, printParseErrorCode } from 'jsonc-parser'
import type { ParseError } from 'jsonc-parser'
import { at, field, textOf } from '../shared/kubernetes/raw.ts'
import type { RefusalStatus } from './refusal.ts'
import { deepestNesting, mostTokens, scan } from './scan.ts'

/** `request` of an `admission.k8s.io/v1` AdmissionReview, as far as it is read. */
export interface AdmissionRequest {
  readonly uid: string
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly subResource: string
  readonly operation: string
  /** Empty for an object whose name the API server makes up. */
  readonly name: string
  readonly namespace: string
  readonly dryRun: boolean
  /** Raw JSON; `null` on DELETE. */
  readonly object: unknown
  /** Raw JSON; `null` on CREATE. */
  readonly oldObject: unknown
}

/** `response` of an AdmissionReview. `patch` and `patchType` come together or not at all. */
export interface AdmissionResponse {
  readonly uid: string
  readonly allowed: boolean
  readonly status?: RefusalStatus
  readonly warnings?: readonly string[]
  readonly auditAnnotations?: Readonly<Record<string, string>>
  readonly patchType?: 'JSONPatch'
  readonly patch?: string
}

export type ReadReview =
  | { readonly ok: true; readonly request: AdmissionRequest }
  /** No review: the HTTP status and one line that says where it goes wrong. */
  | { readonly ok: false; readonly status: 400 | 413; readonly reason: string }

const longestUid = 256
/** The place of a mistake is looked for in so many bytes. */
const searchedBytes = 65_536

const refused = (status: 400 | 413, reason: string): ReadReview => ({ ok: false, status, reason })

/** Line and column of the first mistake; the parser's own message would repeat the input. */
const placeOfMistake = (text: string): string => {
  const errors: ParseError[] = []
  const head = text.slice(0, searchedBytes)
  parse(head, errors, { disallowComments: true })
  const [first] = errors
  if (first === undefined || (first.offset >= head.length && head.length < text.length))
    return `after character ${searchedBytes}`
  const lines = head.slice(0, first.offset).split('\n')
  const column = (lines.at(-1) ?? '').length + 1
  return `line ${lines.length}, column ${column}: ${printParseErrorCode(first.error)}`
}

const parsed = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

/** Reads the body of a request. Objects inside stay raw JSON, whatever they are. */
export const readReview = (body: Buffer): ReadReview => {
  if (body.length === 0) return refused(400, 'the body is empty; an AdmissionReview is expected')
  if (!isUtf8(body)) return refused(400, 'the body is not UTF-8')
  const limits = scan(body)
  if (!limits.ok)
    return limits.what === 'nesting'
      ? refused(413, `nested deeper than ${deepestNesting} at byte ${limits.at}`)
      : refused(413, `more than ${mostTokens} brackets, commas and colons at byte ${limits.at}`)
  const text = body.toString('utf8')
  const json = parsed(text)
  if (json === undefined) return refused(400, `not JSON (${placeOfMistake(text)})`)
  return readRequest(json.value)
}

const readRequest = (review: unknown): ReadReview => {
  if (field(review, 'kind') !== 'AdmissionReview') return refused(400, 'kind: must be AdmissionReview')
  if (field(review, 'apiVersion') !== 'admission.k8s.io/v1')
    return refused(400, 'apiVersion: must be admission.k8s.io/v1')
  const request = field(review, 'request')
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    return refused(400, 'request: must be an object')
  const uid = field(request, 'uid')
  if (typeof uid !== 'string' || uid === '') return refused(400, 'request.uid: must be a text')
  if (Buffer.byteLength(uid) > longestUid) return refused(400, `request.uid: longer than ${longestUid} bytes`)
  return {
    ok: true,
    request: {
      uid,
      group: textOf(at(request, 'kind', 'group')),
      version: textOf(at(request, 'kind', 'version')),
      kind: textOf(at(request, 'kind', 'kind')),
      subResource: textOf(field(request, 'subResource')),
      operation: textOf(field(request, 'operation')),
      name: textOf(at(request, 'object', 'metadata', 'name')) || textOf(field(request, 'name')),
      namespace: textOf(field(request, 'namespace')),
      dryRun: field(request, 'dryRun') === true,
      object: field(request, 'object') ?? null,
      oldObject: field(request, 'oldObject') ?? null,
    },
  }
}

/** The body of a reply. */
export const writeReview = (response: AdmissionResponse): string =>
  JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response })
