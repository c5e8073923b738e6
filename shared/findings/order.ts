import type { Code } from './codes.ts'
import { codes, sections } from './codes.ts'
import type { Finding } from './finding.ts'
import { causeField, causeMessage } from './text.ts'

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Order of two field paths in which `[10]` comes after `[9]`. */
export const comparePaths = (a: string, b: string): number => {
  const left = a.match(/\d+|\D+/g) ?? []
  const right = b.match(/\d+|\D+/g) ?? []
  for (const [index, part] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    const numbers = Number(part) - Number(other)
    const order = Number.isNaN(numbers) ? byText(part, other) : numbers
    if (order !== 0) return order
  }
  return left.length - right.length
}

const sectionRank = (finding: Finding): number =>
  sections.indexOf(finding.tenancy ? 'tenancy' : codes[finding.code].section)

const compareFaults = (a: Finding, b: Finding): number =>
  sectionRank(a) - sectionRank(b) ||
  comparePaths(a.path, b.path) ||
  byText(a.code, b.code) ||
  byText(causeMessage(a), causeMessage(b))

/**
 * Findings in the order in which a denial tells them: by section, then by path. One that would read like an earlier one
 * is left out, since kubectl drops it too. The order of the input does not matter.
 */
export const orderFaults = (findings: readonly Finding[]): readonly Finding[] => {
  const told = new Set<string>()
  return findings.toSorted(compareFaults).filter((finding) => {
    const text = `${causeField(finding)}: ${causeMessage(finding)}`
    return !told.has(text) && told.add(text)
  })
}

/** Subjects of warnings in the order in which a reply tells them. */
const warningOrder = [
  'exposure',
  'missing object',
  'replacement',
  'removal',
  'moved default',
  'not checked',
  'certificate',
  'quota',
  'unreachable rule',
  'no effect',
  'unknown key',
  'legacy',
  'old fault',
  'rollout risk',
  'choice',
] as const

export type WarningSubject = (typeof warningOrder)[number]

/** Where a notice stands among the warnings; a code that is not listed speaks of something without effect. */
const noticeSubjects: Partial<Record<Code, WarningSubject>> = {
  ServiceLosesTargets: 'missing object',
  ExternalNameWithoutTargets: 'missing object',
  InboundOpens: 'exposure',
  CidrFamily: 'exposure',
  CidrHostBits: 'exposure',
  SchemeChange: 'replacement',
  SchemeKept: 'choice',
  LoadBalancersTooMany: 'quota',
  ListenerRemoved: 'removal',
  RulesRemoved: 'removal',
  DefaultMoves: 'moved default',
  ClassNotRendered: 'not checked',
  NotChecked: 'not checked',
  RuleFailed: 'not checked',
  RulesManyUsed: 'quota',
  TargetGroupsManyUsed: 'quota',
  ListenersManyUsed: 'quota',
  TargetsManyUsed: 'quota',
  CertificatesManyUsed: 'quota',
  SecurityGroupRulesManyUsed: 'quota',
  SubnetFewAddresses: 'quota',
  SubnetSmall: 'quota',
  RuleShadowed: 'unreachable rule',
  RuleDuplicate: 'unreachable rule',
  RuleOrder: 'unreachable rule',
  WildcardHostCatches: 'unreachable rule',
  PathMatchesOnlyItself: 'unreachable rule',
  TlsHostsWithoutRuleHost: 'unreachable rule',
  UnknownKey: 'unknown key',
  OldSpelling: 'legacy',
  SpellingRefused: 'legacy',
  ForeignSpelling: 'legacy',
  SpellingsDisagree: 'legacy',
  ClassAnnotation: 'legacy',
  ClassAnnotationDisagrees: 'legacy',
  CertificateExpires: 'certificate',
  CertificateNotYetValid: 'certificate',
  CertificateKeyWeak: 'certificate',
  CertificateCoversNot: 'certificate',
  CertificateCase: 'certificate',
  DefaultCertificateMoves: 'certificate',
  SslPolicyOld: 'exposure',
  NodeWithoutInstance: 'rollout risk',
  ReadinessGateMissing: 'rollout risk',
  CertificateChosen: 'choice',
  CertificateTie: 'choice',
  ListenPortUnusual: 'choice',
}

/** What a finding is about when it is told as a warning. A fault that only warns is about an object that may still come. */
export const warningSubjectOf = (finding: Finding): WarningSubject => {
  switch (finding.kind) {
    case 'fault':
    case 'missing':
      return 'missing object'
    case 'unchecked':
      return 'not checked'
    case 'notice':
      return noticeSubjects[finding.code] ?? 'no effect'
    default:
      return finding.kind satisfies never
  }
}

/** A warning on its way to the user. */
export interface Warning {
  readonly subject: WarningSubject
  readonly finding: Finding
  readonly text: string
}

/** Texts of the warnings, most important first, each text once. */
export const orderWarnings = (warnings: readonly Warning[]): readonly string[] => [
  ...new Set(
    warnings
      .toSorted(
        (a, b) =>
          warningOrder.indexOf(a.subject) - warningOrder.indexOf(b.subject) ||
          compareFaults(a.finding, b.finding) ||
          byText(a.text, b.text),
      )
      .map((warning) => warning.text),
  ),
]
