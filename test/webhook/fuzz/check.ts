import type { LightMyRequestResponse } from 'fastify'
import { z } from 'zod'
import { codes } from '../../../shared/findings/codes.ts'

const response = z.strictObject({
  uid: z.string(),
  allowed: z.boolean(),
  status: z
    .strictObject({
      status: z.literal('Failure'),
      code: z.union([z.literal(422), z.literal(403)]),
      reason: z.enum(['Invalid', 'Forbidden']),
      message: z.string(),
      details: z.strictObject({
        group: z.string(),
        kind: z.string(),
        name: z.string(),
        causes: z.array(z.strictObject({ reason: z.string(), field: z.string(), message: z.string() })),
      }),
    })
    .exactOptional(),
  warnings: z.array(z.string()).exactOptional(),
  auditAnnotations: z.record(z.string(), z.string()).exactOptional(),
  patchType: z.literal('JSONPatch').exactOptional(),
  patch: z.base64().exactOptional(),
})

const reviewOf = z.strictObject({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  response,
})

/** The response of a review, which is as the API server takes it. */
export type ReviewResponse = z.output<typeof response>

const operation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.enum(['add', 'replace']), path: z.string(), value: z.unknown() }),
  z.strictObject({ op: z.literal('remove'), path: z.string() }),
])

const fail = (what: string, of: string): never => {
  throw new Error(`${what}: ${JSON.stringify(of.slice(0, 500))}`)
}

const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** One printable line of at most so many characters. */
const line = (what: string, text: string, limit: number): void => {
  if (unprintable.test(text) || !text.isWellFormed()) fail(`${what} is not printable`, text)
  if (text.length > limit) fail(`${what} has ${text.length} characters, more than ${limit}`, text)
}

const detailLines = 21

/** Holds an answer to the limits of `admission.md` 2.3 and 4.3; a reply that is no review to be 400 or 413 in one line. */
export const checkAnswer = (reply: LightMyRequestResponse): ReviewResponse | undefined => {
  if (reply.statusCode !== 200) {
    if (reply.statusCode !== 400 && reply.statusCode !== 413) fail(`status ${reply.statusCode}`, reply.body)
    if (!reply.body.endsWith('\n')) fail('a refusal without an end of line', reply.body)
    line('a refusal', reply.body.slice(0, -1), 200)
    if (reply.body.startsWith('not JSON') && !/line \d+, column \d+|after character \d+/.test(reply.body))
      fail('a refusal of JSON without a place', reply.body)
    return undefined
  }
  const { response: told } = reviewOf.parse(JSON.parse(reply.body))
  if (told.allowed !== (told.status === undefined)) fail('a denial without a status', reply.body)
  if ((told.patch === undefined) !== (told.patchType === undefined)) fail('half of a patch', reply.body)
  if (told.status !== undefined) checkStatus(told.status)
  const warnings = told.warnings ?? []
  for (const warning of warnings) line('a warning', warning, 120)
  const plan = warnings.filter((warning) => warning.startsWith('plan: '))
  if (warnings.length - plan.length > 10 || plan.length > 8) fail('too many warnings', warnings.join('\n'))
  if (warnings.join('').length > 2_200) fail('warnings above 2,200 characters', warnings.join('\n'))
  if (new Set(warnings).size !== warnings.length) fail('a warning twice', warnings.join('\n'))
  for (const [name, value] of Object.entries(told.auditAnnotations ?? {}))
    line(`audit annotation ${name}`, value, 4_096)
  return told
}

const checkStatus = ({ message, details: { causes } }: NonNullable<ReviewResponse['status']>): void => {
  line('the message', message, 4_096)
  if (Buffer.byteLength(message) > 4_096) fail('the message is above 4 KiB', message)
  if (causes.length === 0 || causes.length > 50) fail('too few or too many causes', message)
  for (const cause of causes) {
    const [first = '', ...details] = cause.message.split('\n')
    line('a field', cause.field, 200)
    line('a cause', first, 400)
    for (const detail of details) line('a line of a cause', detail, 162)
    if (details.length > detailLines) fail('too many lines of a cause', cause.message)
    const [, code = ''] = /\[([A-Za-z]+)\]$/.exec(first) ?? []
    if (!Object.hasOwn(codes, code)) fail('a cause without a code', cause.message)
    if (!/^(?:metadata\.annotations\[|spec\b)/.test(cause.field)) fail('a cause without a field', cause.field)
  }
}

/** The operations of a patch. */
export const patchOf = ({ patch }: ReviewResponse): readonly z.output<typeof operation>[] =>
  patch === undefined ? [] : z.array(operation).parse(JSON.parse(Buffer.from(patch, 'base64').toString()))
