import { GetServerCertificateCommand } from '@aws-sdk/client-iam'
import type { GetServerCertificateCommandInput } from '@aws-sdk/client-iam'
import { operation } from './operation.ts'

/* The action of AWS IAM that the product calls. */

export const getServerCertificate = operation(
  'iam',
  'GetServerCertificate',
  'read',
  (clients, input: GetServerCertificateCommandInput, options) =>
    clients.iam.send(new GetServerCertificateCommand(input), options),
)
