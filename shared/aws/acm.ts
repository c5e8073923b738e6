import { DescribeCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm'
import type { DescribeCertificateCommandInput, ListCertificatesCommandInput } from '@aws-sdk/client-acm'
import { operation } from './operation.ts'

/* The actions of AWS Certificate Manager that the product calls. */

export const listCertificates = operation(
  'acm',
  'ListCertificates',
  'read',
  (clients, input: ListCertificatesCommandInput, options) =>
    clients.acm.send(new ListCertificatesCommand(input), options),
)
export const describeCertificate = operation(
  'acm',
  'DescribeCertificate',
  'read',
  (clients, input: DescribeCertificateCommandInput, options) =>
    clients.acm.send(new DescribeCertificateCommand(input), options),
)
