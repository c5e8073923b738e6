import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { GetCallerIdentityCommandInput } from '@aws-sdk/client-sts'
import { operation } from './operation.ts'

/* The action of AWS STS that the product calls. */

export const getCallerIdentity = operation(
  'sts',
  'GetCallerIdentity',
  'read',
  (clients, input: GetCallerIdentityCommandInput, options) =>
    clients.sts.send(new GetCallerIdentityCommand(input), options),
)
