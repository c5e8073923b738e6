import type { Finding } from '../shared/findings/finding.ts'
import type { AnnotationEdits } from '../shared/features/defaulting.ts'
import type { Change, Judgement } from '../shared/group/admission.ts'
import type { ClusterView, Fact, Facts, Need, NeedKey } from '../shared/ingress/facts.ts'
import type { Flags } from '../shared/ingress/flags.ts'
import type { Ingress, Service } from '../shared/kubernetes/objects.ts'

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
