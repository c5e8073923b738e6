import type { Refusal } from './errors.ts'
import type { OwnState } from './own.ts'
import type { AwsRequest } from './request.ts'
import type { CompleteSettings } from './settings.ts'
import type { Upstream } from './upstream.ts'
import type { World } from './world.ts'

/** What a call is judged by. */
export interface Context {
  readonly request: AwsRequest
  readonly world: World
  readonly own: OwnState
  readonly settings: CompleteSettings
  /** Monotonic milliseconds. */
  readonly now: number
  readonly ask: Upstream['ask']
}

/** One row of the list of what AWS refuses: which calls it looks at, and its refusal. */
export interface Row {
  /** Number in the list. */
  readonly row: number
  readonly refuses: string
  readonly actions: readonly string[]
  judge(context: Context): Refusal | undefined | Promise<Refusal | undefined>
}
