import type { Code } from '../shared/findings/codes.ts'
import { codes } from '../shared/findings/codes.ts'
import type { Finding } from '../shared/findings/finding.ts'
import { orderFaults, orderWarnings, warningSubjectOf } from '../shared/findings/order.ts'
import type { Warning } from '../shared/findings/order.ts'
import { oldFaultText, warningSubject, warningText } from '../shared/findings/text.ts'

/** What an operator makes of a rule; `deny` where nothing is said. */
export type Level = 'off' | 'warn' | 'deny'

/** The findings about one change. */
export interface Findings {
  readonly findings: readonly Finding[]
  /** The same rules asked with the same facts about the object before the change; empty for a new object. */
  readonly findingsBefore: readonly Finding[]
  readonly dryRun: boolean
  readonly levels?: Partial<Record<Code, Level>>
}

/** What a review is answered with. */
export interface Verdict {
  /** What denies, most important first; empty when the object is admitted. */
  readonly faults: readonly Finding[]
  /** Lines of at most 120 characters, at most 10. */
  readonly warnings: readonly string[]
  /** Every code that was found, sorted. */
  readonly codes: readonly Code[]
  /** What could not be checked, sorted. */
  readonly skipped: readonly string[]
}

const warningsPerReply = 10

const identity = (finding: Finding): string => JSON.stringify([finding.code, finding.anchor, finding.value ?? null])

/** A count that is too high stays an old fault while it does not grow. */
const counts = (finding: Finding): number | undefined => {
  if (codes[finding.code].reason !== 'FieldValueTooMany') return undefined
  const count = Number(finding.value)
  return Number.isInteger(count) ? count : undefined
}

const wasThere = (finding: Finding, before: readonly Finding[]): boolean => {
  const count = counts(finding)
  return before.some((old) => {
    if (identity(old) === identity(finding)) return true
    const oldCount = counts(old)
    return (
      old.code === finding.code &&
      old.anchor === finding.anchor &&
      count !== undefined &&
      oldCount !== undefined &&
      count <= oldCount
    )
  })
}

type Standing = 'denies' | 'old' | 'warns' | 'silent'

/** What becomes of one finding. */
const standing = (finding: Finding, { findingsBefore, dryRun, levels }: Findings): Standing => {
  const level = levels?.[finding.code] ?? 'deny'
  if (level === 'off') return 'silent'
  const old = wasThere(finding, findingsBefore)
  if (finding.kind === 'fault') {
    if (old) return 'old'
    // The bundle that is being previewed may be about to create or change the object that the fault speaks of.
    return level === 'warn' || (dryRun && finding.needs === 'cluster') ? 'warns' : 'denies'
  }
  // Of what a change did not touch only an outage, an expiry or a quota is told again.
  const subject = warningSubjectOf(finding)
  return !old || subject === 'missing object' || subject === 'certificate' || subject === 'quota' ? 'warns' : 'silent'
}

/** The first warnings that fit into one reply; the last one counts the rest. */
export const limitWarnings = (warnings: readonly string[]): readonly string[] =>
  warnings.length <= warningsPerReply
    ? warnings
    : [
        ...warnings.slice(0, warningsPerReply - 1),
        `+${warnings.length - warningsPerReply + 1} more; see the events of the Ingress`,
      ]

/**
 * Which findings deny and which warn. A fault that the object had before the change, by code, value and anchor, warns; on
 * a dry-run a fault that speaks of other Kubernetes objects warns. What was not checked never denies.
 */
export const verdict = (found: Findings): Verdict => {
  const denying: Finding[] = []
  const warnings: Warning[] = []
  for (const finding of found.findings) {
    const what = standing(finding, found)
    switch (what) {
      case 'denies':
        denying.push(finding)
        break
      case 'old':
        warnings.push({ subject: 'old fault', finding, text: oldFaultText(finding) })
        break
      case 'warns':
        warnings.push({ subject: warningSubjectOf(finding), finding, text: warningText(finding) })
        break
      case 'silent':
        break
      default:
        what satisfies never
    }
  }
  const unchecked = found.findings.filter((finding) => finding.kind === 'unchecked')
  return {
    faults: orderFaults(denying),
    warnings: limitWarnings(orderWarnings(warnings)),
    codes: [...new Set(found.findings.map((finding) => finding.code))].toSorted(),
    skipped: [...new Set(unchecked.map(warningSubject))].toSorted(),
  }
}
