import type { Finding } from '../findings/finding.ts'
import type { Need } from '../ingress/facts.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import type { Contribution } from '../model/contribution.ts'
import type { DesiredModel, GroupKey } from '../model/model.ts'

/** An Ingress in its group. `candidate` is the object under admission; `leaving` holds the finalizer but no longer belongs. */
export interface Member {
  /** `namespace/name` */
  readonly name: string
  readonly ingress: Ingress
  readonly role: 'present' | 'candidate' | 'leaving'
  /** What it last brought, from the record of the group. */
  readonly lastGood?: Contribution
}

export interface Group {
  readonly key: GroupKey
  readonly members: readonly Member[]
}

/**
 * - `current`: its Ingress as it is now counts.
 * - `held`: a fact about it is unknown; what it last brought counts.
 * - `set-aside`: it is at fault; what it last brought counts.
 */
export type Standing =
  | { readonly is: 'current'; readonly contribution: Contribution }
  | { readonly is: 'held' | 'set-aside'; readonly lastGood?: Contribution }

export interface Evaluation {
  readonly group: GroupKey
  /** Of every member that is not leaving. */
  readonly standings: ReadonlyMap<string, Standing>
  readonly model: DesiredModel
  /** Of all members, in the order in which they are told. */
  readonly findings: readonly Finding[]
  /** Everything that was asked, answered or not. */
  readonly needs: readonly Need[]
}
