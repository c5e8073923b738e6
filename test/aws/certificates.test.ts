import {
  AddTagsToCertificateCommand,
  ACMClient,
  type CertificateSummary,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  GetCertificateCommand,
  ImportCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm'
import {
  DeleteServerCertificateCommand,
  GetServerCertificateCommand,
  ListServerCertificatesCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import t from 'tap'
import {
  importCertificate,
  makeCertificate,
  requestCertificate,
  uploadServerCertificate,
} from './fixture-certificates.ts'
import { given } from './fixture-network.ts'
import { startTestBed } from './testing.ts'

const day = 86_400_000

void t.test('certificates', async (t) => {
  const { emulator, fixture, acm, iam } = await startTestBed(t)
  const describe = async (CertificateArn: string) =>
    (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate

  await t.test('an imported one is issued, with the names, the key and the validity that stand in it', async (t) => {
    const notAfter = new Date(Math.floor((Date.now() + 20 * day) / 1000) * 1000)
    const arn = await importCertificate(emulator, {
      names: ['a.example.com', '*.b.example.com'],
      key: 'RSA_2048',
      notAfter,
    })
    t.match(await describe(arn), {
      CertificateArn:
        /^arn:aws:acm:ap-northeast-1:123456789012:certificate\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      DomainName: 'a.example.com',
      SubjectAlternativeNames: ['a.example.com', '*.b.example.com'],
      Status: 'ISSUED',
      Type: 'IMPORTED',
      KeyAlgorithm: 'RSA-2048',
      SignatureAlgorithm: 'SHA256WITHECDSA',
      Serial: /^[0-9a-f]{2}(:[0-9a-f]{2})+$/,
      Subject: 'CN=a.example.com',
      Issuer: 'certificates of the emulated account',
      NotAfter: notAfter,
      ImportedAt: Date,
      IssuedAt: undefined,
      InUseBy: [],
      RenewalEligibility: 'INELIGIBLE',
      DomainValidationOptions: undefined,
    })
    const { Certificate } = await acm.send(new GetCertificateCommand({ CertificateArn: arn }))
    t.match(Certificate, /^-----BEGIN CERTIFICATE-----/)
  })

  await t.test('an import over it keeps its ARN', async (t) => {
    const arn = await importCertificate(emulator, { names: ['again.example.com'] })
    const { certificate, key } = makeCertificate({ names: ['again.example.com', 'more.example.com'] })
    const renewed = await acm.send(
      new ImportCertificateCommand({
        CertificateArn: arn,
        Certificate: Buffer.from(certificate),
        PrivateKey: Buffer.from(key),
      }),
    )
    t.equal(renewed.CertificateArn, arn)
    t.match(await describe(arn), { SubjectAlternativeNames: ['again.example.com', 'more.example.com'] })
  })

  await t.test('a requested one is pending, with the records that are missing, until it is validated', async (t) => {
    const arn = await requestCertificate(emulator, ['new.example.com', '*.new.example.com'])
    t.match(await describe(arn), {
      Status: 'PENDING_VALIDATION',
      Type: 'AMAZON_ISSUED',
      NotAfter: undefined,
      DomainValidationOptions: [
        {
          DomainName: 'new.example.com',
          ValidationStatus: 'PENDING_VALIDATION',
          ValidationMethod: 'DNS',
          ResourceRecord: {
            Name: /^_[0-9a-f]{32}\.new\.example\.com\.$/,
            Type: 'CNAME',
            Value: /acm-validations\.aws\.$/,
          },
        },
        { DomainName: '*.new.example.com', ResourceRecord: { Name: /\.new\.example\.com\.$/ } },
      ],
    })
    await emulator.changeCertificate(arn, { status: 'ISSUED' })
    t.match(await describe(arn), {
      Status: 'ISSUED',
      NotAfter: Date,
      IssuedAt: Date,
      DomainValidationOptions: [{ ValidationStatus: 'SUCCESS' }, { ValidationStatus: 'SUCCESS' }],
    })
    const failed = await requestCertificate(emulator, ['failed.example.com'])
    await emulator.changeCertificate(failed, { status: 'FAILED', failureReason: 'CAA_ERROR' })
    t.match(await describe(failed), { Status: 'FAILED', FailureReason: 'CAA_ERROR' })
  })

  await t.test('the same token requests once', async (t) => {
    const request = new RequestCertificateCommand({ DomainName: 'token.example.com', IdempotencyToken: 'once' })
    t.equal((await acm.send(request)).CertificateArn, (await acm.send(request)).CertificateArn)
  })

  await t.test('one whose time is over is expired', async (t) => {
    const notAfter = new Date(Date.now() - day)
    const arn = await importCertificate(emulator, { names: ['old.example.com'], notAfter })
    t.match(await describe(arn), { Status: 'EXPIRED', NotAfter: notAfter })
  })

  await t.test('are listed by status, and without a filter with keys of RSA 1024 and 2048 alone', async (t) => {
    const list = async (input: ConstructorParameters<typeof ListCertificatesCommand>[0] = {}) =>
      (await acm.send(new ListCertificatesCommand(input))).CertificateSummaryList ?? []
    t.same(domains(await list()), ['a.example.com', 'new.example.com', 'failed.example.com', 'token.example.com'])
    const elliptic = await list({ Includes: { keyTypes: ['EC_prime256v1'] }, CertificateStatuses: ['ISSUED'] })
    t.same(domains(elliptic), ['app.example.com', '*.example.com', 'shop.example.org', 'again.example.com'])
    t.match(elliptic[3], {
      SubjectAlternativeNameSummaries: ['again.example.com', 'more.example.com'],
      HasAdditionalSubjectAlternativeNames: false,
      Status: 'ISSUED',
      KeyAlgorithm: 'EC_prime256v1',
      InUse: false,
      NotAfter: Date,
    })
    t.same(domains(await list({ Includes: { keyTypes: ['EC_prime256v1'] }, CertificateStatuses: ['EXPIRED'] })), [
      'old.example.com',
    ])
    const names = Array.from({ length: 101 }, (_, index) => `n${index}.example.com`)
    const wide = await importCertificate(emulator, { names, key: 'EC_secp384r1' })
    const [summary] = await list({ Includes: { keyTypes: ['EC_secp384r1'] } })
    t.match(summary, { CertificateArn: wide, HasAdditionalSubjectAlternativeNames: true })
    t.equal(summary?.SubjectAlternativeNameSummaries?.length, 100)
    await emulator.configure({ pageSize: 3 })
    const first = await acm.send(new ListCertificatesCommand({}))
    t.equal(first.CertificateSummaryList?.length, 3)
    t.same(domains(await list({ NextToken: first.NextToken })), ['token.example.com'])
    await emulator.configure({ pageSize: 0 })
  })

  await t.test('are those of a region', async (t) => {
    const away = new ACMClient({
      endpoint: emulator.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    t.same((await away.send(new ListCertificatesCommand({}))).CertificateSummaryList, [])
    const CertificateArn = fixture.certificates['app.example.com']
    await t.rejects(away.send(new DescribeCertificateCommand({ CertificateArn })), {
      name: 'ResourceNotFoundException',
    })
    away.destroy()
  })

  await t.test('have tags, and can be deleted', async (t) => {
    const CertificateArn = await importCertificate(emulator, { names: ['tagged.example.com'] })
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]
    await acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags }))
    await acm.send(new RemoveTagsFromCertificateCommand({ CertificateArn, Tags: [{ Key: 'a' }] }))
    t.same((await acm.send(new ListTagsForCertificateCommand({ CertificateArn }))).Tags, [{ Key: 'b', Value: '2' }])
    await acm.send(new DeleteCertificateCommand({ CertificateArn }))
    await t.rejects(describe(CertificateArn), { name: 'ResourceNotFoundException' })
  })
  const list = (input: ConstructorParameters<typeof ListServerCertificatesCommand>[0] = {}) =>
    iam.send(new ListServerCertificatesCommand(input))

  await t.test('server certificates in IAM', async (t) => {
    const notAfter = new Date(Math.floor((Date.now() + 20 * day) / 1000) * 1000)
    const web = await uploadServerCertificate(emulator, 'web', { names: ['web.example.com'], path: '/edge/', notAfter })
    const old = await uploadServerCertificate(emulator, 'old', {
      names: ['old.example.com'],
      notAfter: new Date(notAfter.getTime() - 40 * day),
    })

    await t.test('are found by name, with their validity and their names', async (t) => {
      t.equal(web, `arn:aws:iam::${emulator.accountId}:server-certificate/edge/web`)
      const found = await iam.send(new GetServerCertificateCommand({ ServerCertificateName: 'web' }))
      t.match(found.ServerCertificate, {
        ServerCertificateMetadata: {
          ServerCertificateName: 'web',
          Path: '/edge/',
          Arn: web,
          ServerCertificateId: /^ASCA[0-9A-F]{17}$/,
          Expiration: notAfter,
          UploadDate: Date,
        },
        CertificateBody: /^-----BEGIN CERTIFICATE-----/,
        CertificateChain: /^-----BEGIN CERTIFICATE-----/,
      })
    })

    await t.test('are listed in pages, by path', async (t) => {
      t.match(await list(), { ServerCertificateMetadataList: [{ Arn: web }, { Arn: old }], IsTruncated: false })
      t.match(await list({ PathPrefix: '/edge/' }), { ServerCertificateMetadataList: [{ Arn: web }] })
      const first = await list({ MaxItems: 1 })
      t.equal(first.IsTruncated, true)
      t.match(await list({ Marker: given(first.Marker) }), { ServerCertificateMetadataList: [{ Arn: old }] })
    })

    await t.test('are deleted, and counted as calls of IAM', async (t) => {
      await iam.send(new DeleteServerCertificateCommand({ ServerCertificateName: 'web' }))
      await t.rejects(iam.send(new GetServerCertificateCommand({ ServerCertificateName: 'web' })), {
        name: 'NoSuchEntityException',
        $metadata: { httpStatusCode: 404 },
      })
      t.match((await emulator.calls()).at(-2), { service: 'iam', action: 'DeleteServerCertificate', write: true })
    })

    await t.test('other calls of IAM are told as beyond the emulator', async (t) => {
      await t.rejects(iam.send(new ListUsersCommand({})), { name: 'EmulatorLacksThis' })
    })
  })
})

function domains(summaries: readonly CertificateSummary[]): readonly (string | undefined)[] {
  return summaries.map(({ DomainName }) => DomainName)
}
