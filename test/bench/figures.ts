import type { CallFigures } from './calls.ts'
import type { GroupFigures } from './groups.ts'
import type { LatencyFigures } from './latency.ts'
import type { EndpointFigures } from './webhook.ts'
import type { Resident } from './processes.ts'

/** Where and when figures were taken. */
export interface Circumstances {
  /** The command that gives them again. */
  readonly command: string
  /** ISO 8601. */
  readonly at: string
  readonly commit: string
  readonly node: string
  readonly processors: number
  readonly processor: string
  readonly memoryGibibytes: number
  /** Load average of a minute before the stack was started: what else the machine did. */
  readonly loadBefore: number
}

/** All that a run measured; what was not asked for is absent. */
export interface Figures {
  readonly circumstances: Circumstances
  readonly calls?: CallFigures
  readonly groups?: GroupFigures
  /** With so many Ingresses in the cluster. */
  readonly webhook?: { readonly ingresses: number; readonly endpoints: readonly EndpointFigures[] }
  readonly latency?: {
    readonly ingresses: number
    readonly conditions: readonly LatencyFigures[]
    /** After it. */
    readonly resident: Resident
  }
}
