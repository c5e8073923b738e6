import type { Aws } from '../../shared/aws/client.ts'
import type { AwsError } from '../../shared/aws/errors.ts'
import type { Written } from '../../shared/aws/listing.ts'
import type { DesiredBinding } from '../../shared/model/model.ts'
import type { Step, StepAction, StepId } from '../../shared/plan/step.ts'

/** A step of one kind. */
export type StepOf<Kind extends StepAction['is']> = Step & { readonly is: Kind }

/** What running a step needs of the world. */
export interface ApplyIo {
  readonly aws: Aws
  /** The cluster's VPC, in which security groups are made. */
  readonly vpcId: string
  readonly signal: AbortSignal
  /** First wait before something that AWS refuses for a time is tried again; it doubles up to ten times itself. */
  readonly retryDelayMs: number
  /** For how long such a call is tried again. */
  readonly retryTimeoutMs: number
  /** For how long a resource that this pass made may be unknown to AWS (default 20 s). */
  readonly visibilityTimeoutMs?: number
  /** Whether the listing is too old for a create to rely on it; the name is then looked up first. */
  listingIsOld(): boolean
  /** Whether a listing that is not old shows nothing of this name, whoever's: what a create answers is then new, and ours. */
  isFree(is: 'load-balancer' | 'target-group', name: string): boolean
  /** Resolves while we hold the lease; called before each destructive call. */
  fence(): Promise<void>
  /** Creates or updates the TargetGroupBinding object. */
  applyBinding(of: {
    readonly step: StepOf<'apply-binding'>
    readonly binding: DesiredBinding
    readonly targetGroupArn: string
    readonly sourceGroupId: string | undefined
  }): Promise<void>
  deleteBinding(step: StepOf<'delete-binding'>): Promise<void>
  awaitTargets(step: StepOf<'await-targets'>): Promise<void>
  /** Told that protection from deletion was switched off, so that the load balancer can be deleted. */
  protectionSwitchedOff(step: StepOf<'delete-load-balancer'>): void
  /** Told once when a removal begins to wait, since something else still uses what it is about. */
  stillInUse(removal: Removal, error: AwsError): void
}

/** What a step takes away: an ARN, or the id of a security group. */
export interface Removal {
  readonly step: Step
  readonly id: string
}

/** What the steps of this pass made: ARN or security group id by step. */
export type Made = ReadonlyMap<StepId, string>

/** What a step did: what it made, and what changed in the inventory. */
export interface StepResult {
  readonly made?: string
  readonly written: readonly Written[]
}
