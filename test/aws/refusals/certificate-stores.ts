import {
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ImportCertificateCommand,
  ListTagsForCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm'
import {
  DeleteServerCertificateCommand,
  GetServerCertificateCommand,
  UploadServerCertificateCommand,
} from '@aws-sdk/client-iam'
import { makeCertificate, type WantedCertificate } from '../fixture-certificates.ts'
import { many } from './builders.ts'
import type { Prepared, RefusalCase } from './prepare.ts'

/** Rows 11, 29 and 31: certificates in ACM and IAM. */
export function certificateStoreCases({ acm, iam, certificates }: Prepared): readonly RefusalCase[] {
  const app = certificates['app.example.com']
  const shop = makeCertificate({ names: ['shop.example.org'] })
  const bring = (wanted: WantedCertificate, key?: string) => {
    const made = makeCertificate(wanted)
    return acm.send(
      new ImportCertificateCommand({
        Certificate: Buffer.from(made.certificate),
        PrivateKey: Buffer.from(key ?? made.key),
      }),
    )
  }
  const upload = (name: string, CertificateBody: string, PrivateKey: string) =>
    iam.send(new UploadServerCertificateCommand({ ServerCertificateName: name, CertificateBody, PrivateKey }))
  const describe = (CertificateArn: string) => acm.send(new DescribeCertificateCommand({ CertificateArn }))
  return [
    [11, 'what is no ARN of a certificate', () => describe('app.example.com'), 'ValidationException'],
    [11, 'an unknown certificate', () => describe(`${app}0`), 'ResourceNotFoundException'],
    [
      11,
      'a certificate of another region',
      () => describe(app.replace('ap-northeast-1', 'us-east-1')),
      'ResourceNotFoundException',
    ],
    [
      11,
      'a certificate of another account',
      () => describe(app.replace('123456789012', '210987654321')),
      'ResourceNotFoundException',
    ],
    [
      11,
      'tags of an unknown certificate',
      () => acm.send(new ListTagsForCertificateCommand({ CertificateArn: `${app}0` })),
      'ResourceNotFoundException',
    ],
    [
      11,
      'the import of an expired certificate',
      () => bring({ names: ['a.example.com'], notAfter: new Date(Date.now() - 60_000) }),
      'ValidationException',
    ],
    [11, 'the import with another key', () => bring({ names: ['a.example.com'] }, shop.key), 'ValidationException'],
    [
      11,
      'the request of a certificate for one label',
      () => acm.send(new RequestCertificateCommand({ DomainName: 'localhost' })),
      'ValidationException',
    ],
    [
      11,
      'the request of a certificate with eleven names',
      () =>
        acm.send(
          new RequestCertificateCommand({
            DomainName: 'example.com',
            SubjectAlternativeNames: Array.from({ length: 10 }, (_, index) => `n${index}.example.com`),
          }),
        ),
      'LimitExceededException',
    ],
    [
      29,
      'the deletion of a certificate that is on a listener',
      () => acm.send(new DeleteCertificateCommand({ CertificateArn: certificates['*.example.com'] })),
      'ResourceInUseException',
    ],
    [
      31,
      '51 tags on a certificate',
      () => acm.send(new AddTagsToCertificateCommand({ CertificateArn: app, Tags: many })),
      'TooManyTagsException',
    ],
    [
      11,
      'an unknown server certificate',
      () => iam.send(new GetServerCertificateCommand({ ServerCertificateName: 'unknown' })),
      'NoSuchEntityException',
    ],
    [
      29,
      'the deletion of a server certificate that is on a listener',
      () => iam.send(new DeleteServerCertificateCommand({ ServerCertificateName: 'server' })),
      'DeleteConflictException',
    ],
    [
      11,
      'the upload under a name that is taken',
      () => upload('server', shop.certificate, shop.key),
      'EntityAlreadyExistsException',
    ],
    [11, 'the upload of no certificate', () => upload('other', 'none', shop.key), 'MalformedCertificateException'],
    [
      11,
      'the upload with another key',
      () => upload('other', shop.certificate, makeCertificate({ names: ['a.example.com'] }).key),
      'KeyPairMismatchException',
    ],
  ]
}
