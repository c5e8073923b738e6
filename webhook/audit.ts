import { cut, printable } from '../shared/findings/printable.ts'

/** What the API server's audit log keeps of a review. */
export interface Audit {
  readonly verdict?: 'allowed' | 'denied'
  readonly codes?: readonly string[]
  /** Annotation keys that defaulting wrote. */
  readonly defaults?: readonly string[]
  /** What could not be checked. */
  readonly skipped?: readonly string[]
  /** The plan of a dry-run, as JSON. */
  readonly plan?: string
}

const longestValue = 1_024
/** Longest plan. */
export const longestPlan = 4_096

/** Annotations of the audit event, without those that have nothing to say; the API server puts the webhook's name first. */
export const auditAnnotations = (ruleset: string, audit: Audit): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [
      ['ruleset', ruleset] as const,
      ['verdict', audit.verdict ?? ''] as const,
      ['codes', (audit.codes ?? []).join(',')] as const,
      ['defaults', (audit.defaults ?? []).join(',')] as const,
      ['skipped', (audit.skipped ?? []).join(',')] as const,
      ['plan', audit.plan ?? ''] as const,
    ]
      .filter(([, value]) => value !== '')
      .map(([key, value]) => [key, cut(printable(value), key === 'plan' ? longestPlan : longestValue)]),
  )
