import type { ACMClient } from '@aws-sdk/client-acm'
import type { EC2Client } from '@aws-sdk/client-ec2'
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { IAMClient } from '@aws-sdk/client-iam'
import type { STSClient } from '@aws-sdk/client-sts'
import type { Service } from './limits.ts'

/** One SDK client for each service, shared by all calls of a process. */
export interface Clients {
  readonly elasticLoadBalancing: ElasticLoadBalancingV2Client
  readonly ec2: EC2Client
  readonly acm: ACMClient
  readonly iam: IAMClient
  readonly sts: STSClient
}

/** An action of AWS's API with the types of its input and output. */
export interface Operation<Input, Output> {
  readonly service: Service
  readonly action: string
  readonly write: boolean
  readonly send: (clients: Clients, input: Input, options: { readonly abortSignal: AbortSignal }) => Promise<Output>
}

/** Names an action; whether it writes decides what a lost answer means. */
export const operation = <Input, Output>(
  service: Service,
  action: string,
  kind: 'read' | 'write',
  send: Operation<Input, Output>['send'],
): Operation<Input, Output> => ({ service, action, write: kind === 'write', send })
