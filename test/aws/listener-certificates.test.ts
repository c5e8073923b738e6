import { DeleteCertificateCommand, DescribeCertificateCommand } from '@aws-sdk/client-acm'
import {
  type Action,
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  type CreateListenerCommandInput,
  CreateLoadBalancerCommand,
  DeleteListenerCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeSSLPoliciesCommand,
  ModifyListenerCommand,
  type ModifyListenerCommandInput,
  RemoveListenerCertificatesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { importCertificate, uploadServerCertificate } from './fixture-certificates.ts'
import { given } from './fixture-network.ts'
import { startTestBed } from './testing.ts'

void t.test('the TLS side of a listener', async (t) => {
  const { emulator, fixture, elb, acm } = await startTestBed(t)
  const { subnets, securityGroups, certificates } = fixture
  const app = certificates['app.example.com']
  const wildcard = certificates['*.example.com']
  const shop = certificates['shop.example.org']
  const server = await uploadServerCertificate(emulator, 'server', { names: ['server.example.com'], path: '/web/' })
  const made = await elb.send(
    new CreateLoadBalancerCommand({
      Name: 'main',
      Subnets: [subnets['public-a'].id, subnets['public-c'].id],
      SecurityGroups: [securityGroups.extra],
    }),
  )
  const LoadBalancerArn = given(made.LoadBalancers?.[0]?.LoadBalancerArn)
  const notFound: Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }
  const create = async (change: Partial<CreateListenerCommandInput> = {}) =>
    elb.send(
      new CreateListenerCommand({
        LoadBalancerArn,
        Port: 443,
        Protocol: 'HTTPS',
        Certificates: [{ CertificateArn: app }],
        DefaultActions: [notFound],
        ...change,
      }),
    )
  const ListenerArn = given((await create()).Listeners?.[0]?.ListenerArn)
  const modify = (change: Partial<ModifyListenerCommandInput>) =>
    elb.send(new ModifyListenerCommand({ ListenerArn, ...change }))
  const describe = async () =>
    (await elb.send(new DescribeListenersCommand({ ListenerArns: [ListenerArn] }))).Listeners?.[0]
  const add = (CertificateArn: string, listener = ListenerArn) =>
    elb.send(new AddListenerCertificatesCommand({ ListenerArn: listener, Certificates: [{ CertificateArn }] }))
  const remove = (CertificateArn: string) =>
    elb.send(new RemoveListenerCertificatesCommand({ ListenerArn, Certificates: [{ CertificateArn }] }))
  const certificatesOf = async () =>
    (await elb.send(new DescribeListenerCertificatesCommand({ ListenerArn }))).Certificates?.map(
      ({ CertificateArn, IsDefault }) => [CertificateArn, IsDefault],
    )

  await t.test('has the default policy, the default certificate and mutual authentication off', async (t) => {
    t.match(await describe(), {
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-2016-08',
      Certificates: [{ CertificateArn: app }],
      MutualAuthentication: { Mode: 'off' },
    })
    t.same(await certificatesOf(), [[app, true]])
  })

  await t.test('is answered again for an equal create, and refused for another policy', async (t) => {
    t.equal((await create()).Listeners?.[0]?.ListenerArn, ListenerArn)
    const other = create({ SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' })
    await t.rejects(other, { name: 'DuplicateListenerException' })
  })

  await t.test('takes certificates once, of ACM and IAM, the default one too', async (t) => {
    t.match(await add(wildcard), { Certificates: [{ CertificateArn: wildcard, IsDefault: false }] })
    await add(wildcard)
    await add(server)
    await add(app)
    t.same(await certificatesOf(), [
      [app, true],
      [wildcard, false],
      [server, false],
      [app, false],
    ])
  })

  await t.test('keeps its list when the default certificate changes, and what is not sent', async (t) => {
    await modify({ SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' })
    t.match(await modify({ Certificates: [{ CertificateArn: shop }] }), {
      Listeners: [{ SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06', Certificates: [{ CertificateArn: shop }] }],
    })
    await modify({ DefaultActions: [notFound] })
    t.match(await describe(), {
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06',
      Certificates: [{ CertificateArn: shop }],
    })
    t.same(await certificatesOf(), [
      [shop, true],
      [wildcard, false],
      [server, false],
      [app, false],
    ])
  })

  await t.test('answers its certificates in pages', async (t) => {
    await emulator.configure({ pageSize: 3 })
    const first = await elb.send(new DescribeListenerCertificatesCommand({ ListenerArn }))
    t.equal(first.Certificates?.length, 3)
    const rest = await elb.send(new DescribeListenerCertificatesCommand({ ListenerArn, Marker: first.NextMarker }))
    t.match(rest, { Certificates: [{ CertificateArn: app }], NextMarker: undefined })
    await emulator.configure({ pageSize: 0 })
  })

  await t.test('tells ACM which load balancers use a certificate, until none does', async (t) => {
    const users = async () =>
      (await acm.send(new DescribeCertificateCommand({ CertificateArn: wildcard }))).Certificate?.InUseBy
    t.same(await users(), [LoadBalancerArn])
    await t.rejects(acm.send(new DeleteCertificateCommand({ CertificateArn: wildcard })), {
      name: 'ResourceInUseException',
    })
    await remove(wildcard)
    await remove(wildcard)
    t.same(await users(), [])
  })

  await t.test('takes 25 certificates besides the default one, over all listeners', async (t) => {
    await emulator.configure({ quotas: { certificatesPerLoadBalancer: 3 } })
    t.ok(await add(shop), 'the default one does not count')
    t.ok(await add(wildcard))
    await t.rejects(add(await importCertificate(emulator, { names: ['more.example.com'] })), {
      name: 'TooManyCertificatesException',
    })
    const other = given((await create({ Port: 8443 })).Listeners?.[0]?.ListenerArn)
    await t.rejects(add(wildcard, other), { name: 'TooManyCertificatesException' })
    await elb.send(new DeleteListenerCommand({ ListenerArn: other }))
    await emulator.configure({ quotas: { certificatesPerLoadBalancer: 25 } })
  })

  await t.test('is in the state of the account', async (t) => {
    const [loadBalancer] = (await emulator.snapshot()).loadBalancers
    t.same(loadBalancer?.listeners[0]?.tls, {
      policy: 'ELBSecurityPolicy-TLS13-1-3-2021-06',
      defaultCertificate: shop,
      extraCertificates: [app, server, shop, wildcard].sort(),
      mutualAuthentication: 'off',
    })
  })

  await t.test('is lost when the listener becomes HTTP, and begins anew when it becomes HTTPS', async (t) => {
    t.match(await modify({ Protocol: 'HTTP' }), {
      Listeners: [{ Protocol: 'HTTP', SslPolicy: undefined, Certificates: undefined, MutualAuthentication: undefined }],
    })
    await modify({ Protocol: 'HTTPS', Certificates: [{ CertificateArn: wildcard }] })
    t.match(await describe(), { Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-2016-08' })
    t.same(await certificatesOf(), [[wildcard, true]])
  })

  await t.test('goes with the listener', async (t) => {
    await elb.send(new DeleteListenerCommand({ ListenerArn }))
    t.ok(await acm.send(new DeleteCertificateCommand({ CertificateArn: wildcard })))
  })
  await t.test('TLS policies are told with their protocols, in pages', async (t) => {
    const one = await elb.send(
      new DescribeSSLPoliciesCommand({ Names: ['ELBSecurityPolicy-2016-08'], LoadBalancerType: 'application' }),
    )
    t.match(one.SslPolicies, [
      {
        Name: 'ELBSecurityPolicy-2016-08',
        SslProtocols: ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
        SupportedLoadBalancerTypes: ['application', 'network'],
        Ciphers: [{ Name: String, Priority: 1 }],
      },
    ])
    const names: (string | undefined)[] = []
    let Marker: string | undefined
    do {
      const page = await elb.send(
        new DescribeSSLPoliciesCommand({ PageSize: 10, ...(Marker === undefined ? {} : { Marker }) }),
      )
      names.push(...(page.SslPolicies?.map(({ Name }) => Name) ?? []))
      Marker = page.NextMarker
    } while (Marker !== undefined)
    t.ok(names.length > 30)
    t.equal(new Set(names).size, names.length)
    t.ok(names.includes('ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'))
  })
})
