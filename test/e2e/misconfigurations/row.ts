import type { Stack } from '../../local/stack.ts'
import type { IngressOptions, Manifest } from '../support/objects.ts'

/** An Ingress of a row, in the namespace of the rows, or any other object. */
export type Written = Omit<IngressOptions, 'namespace'> | { readonly object: Manifest }

/** A fault as it is told: its field, with annotations of ours without prefix, its code, and what it says to write instead. */
export interface Told {
  readonly field: string
  readonly code: string
  /** A part of the message; `undefined` for the few faults that no text can repair. */
  readonly fix: string | undefined
}

/** A mistake with its answer, and the same with what the answer says done. */
export interface Row {
  /** The id of the table of misconfigurations; for a mistake like it with what differs behind a comma. */
  readonly id: string
  /** What the Ingress was before, where the mistake is a change. */
  readonly before?: Written
  readonly mistake: Written
  /** Every fault; none: it is admitted. */
  readonly denied?: readonly Told[]
  /** The beginning of every warning in any order, also beside a denial. */
  readonly warned?: readonly string[]
  /** Admitted, with the warnings of `repairedWarned`. Not for what is only a warning without a repair. */
  readonly repaired?: Written
  readonly repairedWarned?: readonly string[]
}

/** What rows are written with: ids of the account. */
export interface Places {
  readonly fixture: Stack['fixture']
  readonly account: Account
}

/** What the account holds beyond the fixture, for rows that need it. */
export interface Account {
  /** ARNs in ACM: waiting for validation, revoked, expired, with a key that no listener takes. */
  readonly certificates: Readonly<Record<'pending' | 'revoked' | 'expired' | 'largeKey', string>>
  /** Names of six security groups of the cluster's VPC. */
  readonly securityGroups: readonly string[]
  /** A security group of another VPC. */
  readonly foreignSecurityGroup: string
  /** Two subnets of /28 with free addresses, in zones a and c. */
  readonly smallSubnets: readonly [string, string]
  /** A load balancer that is not the cluster's. */
  readonly strangersLoadBalancer: string
}

type Keys = Readonly<Record<string, string>>

/** A row of annotations that are denied, and of those with which they are admitted. */
export const denied = (
  id: string,
  keys: Keys,
  told: readonly (readonly [field: string, code: string, fix: string | undefined])[],
  repaired: Keys,
  rest: Partial<Row> = {},
): Row => ({
  id,
  mistake: { keys },
  denied: told.map(([field, code, fix]) => ({ field, code, fix })),
  repaired: { keys: repaired },
  ...rest,
})

/** A row of annotations that are admitted with warnings; `repaired` without. */
export const warned = (
  id: string,
  keys: Keys,
  warnings: readonly string[],
  repaired?: Keys,
  rest: Partial<Row> = {},
): Row => ({
  id,
  mistake: { keys },
  warned: warnings,
  ...(repaired === undefined ? {} : { repaired: { keys: repaired } }),
  ...rest,
})
