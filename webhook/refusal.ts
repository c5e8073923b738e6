import { codes } from '../shared/findings/codes.ts'
import type { Finding } from '../shared/findings/finding.ts'
import { causeField, causeMessage, faultLine } from '../shared/findings/text.ts'

/** The object that a denial speaks of. */
export interface RefusedObject {
  readonly group: string
  readonly kind: string
  readonly name: string
}

/** `metav1.Status` of a denial, as the API server passes it on. */
export interface RefusalStatus {
  readonly status: 'Failure'
  readonly code: 422 | 403
  readonly reason: 'Invalid' | 'Forbidden'
  readonly message: string
  readonly details: RefusedObject & {
    readonly causes: readonly { readonly reason: string; readonly field: string; readonly message: string }[]
  }
}

const causesPerReply = 50
const messageBytes = 4096

const size = (text: string): number => Buffer.byteLength(text)

/** The faults numbered on one line, as many as fit; the rest is counted. */
const numbered = (faults: readonly Finding[], head: string): string => {
  // The first fault is told whatever its size: it has its own limit.
  let text = `${head}(1) ${faults[0] === undefined ? '' : faultLine(faults[0])}`
  for (const [index, fault] of faults.entries()) {
    if (index === 0) continue
    const longer = `${text}; (${index + 1}) ${faultLine(fault)}`
    const left = faults.length - index - 1
    const room = messageBytes - (left === 0 ? 0 : size(`; and ${left} more`))
    if (size(longer) > room) return `${text}; and ${faults.length - index} more`
    text = longer
  }
  return text
}

/**
 * The status of a denial. `Invalid` with causes makes kubectl print the faults as it prints those of the API server
 * itself; every other client prints only `message`, which therefore holds all faults too. What an operator has forbidden
 * answers 403.
 *
 * @param faults at least one, in the order in which they are told
 */
export const refusal = (object: RefusedObject, faults: readonly Finding[]): RefusalStatus => {
  const forbidden = faults.some((fault) => fault.tenancy)
  const [only] = faults
  const head = `${object.kind} "${object.name}" is ${forbidden ? 'forbidden' : 'invalid'}`
  const count = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`
  return {
    status: 'Failure',
    code: forbidden ? 403 : 422,
    reason: forbidden ? 'Forbidden' : 'Invalid',
    message:
      forbidden && faults.length === 1 && only !== undefined
        ? `${head}: ${faultLine(only)}`
        : numbered(faults, `${head}, ${count}: `),
    details: {
      ...object,
      causes: faults.slice(0, causesPerReply).map((fault) => ({
        reason: codes[fault.code].reason,
        field: causeField(fault),
        message: causeMessage(fault),
      })),
    },
  }
}
