import type { Aws } from '../shared/aws/client.ts'
import type { AwsFacts } from '../shared/aws/facts.ts'
import type { Inventory } from '../shared/aws/inventory.ts'
import type { ControllerCaches } from '../shared/cluster/caches.ts'
import type { ClusterClient } from '../shared/cluster/client.ts'
import type { TargetGroupBinding } from '../shared/kubernetes/objects.ts'
import type { GroupKey } from '../shared/model/model.ts'
import type { Log } from '../shared/process/log.ts'
import type { Settings } from '../shared/process/settings.ts'
import type { Events } from './events.ts'
import type { ApplyIo } from './apply/io.ts'
import type { BindingBatchUse } from './binding-batches.ts'
import type { ControllerMetrics } from './metrics.ts'
import type { OwnWrites } from './own-writes.ts'
import type { Records } from './records.ts'
import type { Timing } from './timing.ts'

/** What all lanes of the controller have of the world. */
export interface Io {
  readonly settings: Settings
  readonly cluster: ClusterClient
  readonly caches: ControllerCaches
  /** TargetGroupBindings as the cache and our own writes show them. */
  readonly bindings: OwnWrites<TargetGroupBinding>
  readonly aws: Aws
  readonly inventory: Inventory
  readonly facts: AwsFacts
  readonly records: Records
  readonly events: Events
  readonly metrics: ControllerMetrics
  readonly log: Log
  readonly timing: Timing
  /** Resolves while we hold the Lease; awaited before each destructive call. */
  readonly fence: () => Promise<void>
  /** Ends calls under way: leadership is lost, or the time to stop is over. */
  readonly signal: AbortSignal
  /** The process was told to stop: the step under way is finished, no other is begun. */
  readonly stopping: AbortSignal
}

/** What the group lane has besides: the two other lanes, which it waits for. */
export interface GroupIo extends Io {
  readonly bindingLane: Pick<ApplyIo, 'applyBinding' | 'deleteBinding' | 'awaitTargets'>
  readonly securityLane: BackendGroupUse & BindingBatchUse
  readonly memory: GroupMemory
}

/** How groups say that they use the backend security group, which all of them share. */
export interface BackendGroupUse {
  /** A group needs it from now on; returns when no deletion of it is under way. */
  readonly hold: (group: GroupKey) => Promise<void>
  /** A group that asked for it is gone before it had anything. */
  readonly letGo: (group: GroupKey) => void
  /** The last of a group is being removed: what only that group needed of it goes before the group's finalizer does. */
  readonly release: (group: GroupKey, signal: AbortSignal) => Promise<void>
}

/** What the group lane keeps of its groups while the process lives; losing it costs reads, never a wrong write. */
export interface GroupMemory {
  /** When a group was first seen with resources in AWS and no Ingress that explains them. */
  readonly orphanSince: Map<string, number>
  /** When listeners and rules of a group were last read. */
  readonly readAt: Map<string, number>
  /** The model whose plan removes more than its cause explains, until a second full read says the same. */
  readonly frightened: Map<string, string>
  /** The pause that was last told of. */
  readonly pauseTold: Map<string, string>
  /** What was last told of zones that discovery would choose beside those in use. */
  readonly outdated: Map<string, string>
}

export const newGroupMemory = (): GroupMemory => ({
  orphanSince: new Map(),
  readAt: new Map(),
  frightened: new Map(),
  pauseTold: new Map(),
  outdated: new Map(),
})
