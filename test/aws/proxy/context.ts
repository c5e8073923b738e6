import type { EmulatorSettings } from '../control-types.ts'
import type { Refusal } from './errors.ts'
import type { OwnState } from './own.ts'
import type { AwsRequest } from './request.ts'
import type { Upstream } from './upstream.ts'
import type { World } from './world.ts'

/** What a call is judged by. */
export interface Context {
  readonly request: AwsRequest
  readonly world: World
  readonly own: OwnState
  readonly settings: Required<EmulatorSettings>
  readonly quotas: Quotas
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

/** Default quotas of an account (Elastic Load Balancing, "Quotas for your Application Load Balancers"; Amazon VPC quotas). */
export const quotas = {
  loadBalancers: 50,
  targetGroups: 3000,
  listenersPerLoadBalancer: 50,
  rulesPerLoadBalancer: 100,
  targetGroupsPerLoadBalancer: 100,
  targetsPerLoadBalancer: 1000,
  targetGroupsPerAction: 5,
  tagsPerResource: 50,
  rulesPerSecurityGroup: 60,
}

export type Quotas = Readonly<typeof quotas>
