import type { Finding } from '../shared/findings/finding.ts'
import type { ClusterView, Fact, Facts, Need, NeedKey } from '../shared/ingress/facts.ts'
import type { Flags } from '../shared/ingress/flags.ts'
import type { Ingress, Service } from '../shared/kubernetes/objects.ts'

/** A change of an Ingress that is under review. */
export interface Change {
  readonly operation: 'CREATE' | 'UPDATE'
  readonly before?: Ingress
  readonly after: Ingress
  readonly dryRun: boolean
}

/** What the rules say of a change. */
export interface Judgement {
  readonly ours: boolean
  readonly findings: readonly Finding[]
  readonly findingsBefore: readonly Finding[]
  /** All facts of AWS that the rules ask for, answered or not. */
  readonly needs: readonly Need[]
}

/** Annotations that defaulting writes and takes away, the marker among them. */
export interface AnnotationEdits {
  readonly set: Readonly<Record<string, string>>
  readonly remove: readonly string[]
}

/** The rule book, as the endpoints call it. */
export interface Judges {
  readonly ingress: (change: Change, facts: Facts) => Judgement
  readonly strayIngress: (change: Change, facts: Facts) => Judgement
  readonly service: (before: Service | undefined, after: Service, facts: Facts) => readonly Finding[]
  /** Nothing to edit for an Ingress that is not ours. */
  readonly defaults: (ingress: Ingress, cluster: ClusterView, flags: Flags) => AnnotationEdits
}

/** Limits of one look-up of facts. */
export interface LookUp {
  readonly budgetMs: number
  readonly signal: AbortSignal
}

/** Where facts of AWS come from. Neither call rejects for AWS's sake: what could not be read is `unknown`. */
export interface FactSource {
  readonly answer: (needs: readonly Need[], lookUp: LookUp) => Promise<ReadonlyMap<NeedKey, Fact<unknown>>>
  /** The same, but evidence older than 5 s is read afresh. */
  readonly confirm: (needs: readonly Need[], lookUp: LookUp) => Promise<ReadonlyMap<NeedKey, Fact<unknown>>>
}
