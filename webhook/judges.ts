import type { Finding } from '../shared/findings/finding.ts'
import type { AnnotationEdits } from '../shared/features/defaulting.ts'
import type { Change, Judgement } from '../shared/group/admission.ts'
import type { PlannedChange, PlanView } from '../shared/group/planned.ts'
import type { ClusterView, Fact, Facts, Need, NeedKey } from '../shared/ingress/facts.ts'
import type { Flags } from '../shared/ingress/flags.ts'
import type { Ingress, Service } from '../shared/kubernetes/objects.ts'

/** What the rule book plans on a dry-run; undefined for what is not ours. `skipped` tells what was not checked. */
export interface Plans {
  readonly ingress: (
    change: Change,
    facts: Facts,
    view: PlanView,
    skipped: readonly string[],
  ) => PlannedChange | undefined
  readonly service: (
    before: Service | undefined,
    after: Service,
    facts: Facts,
    view: PlanView,
    skipped: readonly string[],
  ) => PlannedChange | undefined
  /** The lines for an update that leaves all that is read of an Ingress as it was. */
  readonly unchanged: (ingress: Ingress, cluster: ClusterView, flags: Flags) => readonly string[]
  /** The facts that the plan for a Service asks for. */
  readonly serviceNeeds: (after: Service, facts: Facts, view: PlanView) => readonly Need[]
}

/** The rule book, as the endpoints call it. */
export interface Judges {
  readonly plans: Plans
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
  /** The answers at hand, as `answer` would give them without a look-up; a source that keeps none leaves it out. */
  readonly known?: () => ReadonlyMap<NeedKey, Fact<unknown>>
  /** Told which of them a decision rests on: they are kept fresh. */
  readonly used?: (needs: readonly Need[]) => void
  /** The same, but evidence older than 5 s is read afresh. */
  readonly confirm: (needs: readonly Need[], lookUp: LookUp) => Promise<ReadonlyMap<NeedKey, Fact<unknown>>>
}
