import type { JsonObject } from '../objects.ts'

/** One statement of an IAM policy (IAM, "Policies and permissions"). A condition holds if all of its entries do. */
export interface Statement extends JsonObject {
  readonly Sid: string
  readonly Effect: 'Allow' | 'Deny'
  /** `elasticloadbalancing:CreateRule`, sorted; never with a wildcard. */
  readonly Action: readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Condition
}

/** Operator, key of the request, value or values of which one must match. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

export interface Policy extends JsonObject {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

/** What names an action: one of the product's AWS operations. */
export interface Action {
  readonly service: string
  readonly action: string
  readonly write: boolean
}

/** Names of actions as policies have them, sorted. */
export const actionNames = (actions: readonly Action[]): readonly string[] =>
  actions.map(({ service, action }) => `${service}:${action}`).sort()

/** What an administrator puts in the place of these words: `sed -e s/CLUSTER_VALUE/demo/g`. */
export const placeholders = {
  partition: 'PARTITION_VALUE',
  account: 'ACCOUNT_VALUE',
  region: 'REGION_VALUE',
  vpc: 'VPC_VALUE',
  /** The cluster name (`--cluster-name`), which is the value of the ownership tag. */
  cluster: 'CLUSTER_VALUE',
} as const

/** Server certificates of the account (IAM ARNs have no region). */
export const serverCertificates = `arn:${placeholders.partition}:iam::${placeholders.account}:server-certificate/*`

/** The ARN of a resource of EC2 in the account and region. */
export const ec2Arn = (resource: string): string => {
  const { partition, region, account } = placeholders
  return `arn:${partition}:ec2:${region}:${account}:${resource}`
}

/** Names of all actions that some statement of a policy allows, sorted. */
export const actionsOf = ({ Statement }: Policy): readonly string[] =>
  [...new Set(Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action))].sort()
