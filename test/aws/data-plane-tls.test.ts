import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, type TLSSocket } from 'node:tls'
import {
  type Action,
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  type ModifyListenerCommandInput,
  RegisterTargetsCommand,
  RemoveListenerCertificatesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { startEchoServer } from './echo-server.ts'
import { importCertificate, uploadServerCertificate } from './fixture-certificates.ts'
import { given } from './fixture-network.ts'
import { startTestBed } from './testing.ts'

void t.test('an HTTPS listener of the data plane', async (t) => {
  const { emulator, fixture, elb } = await startTestBed(t)
  const { subnets, certificates } = fixture
  const ca = await readFile(emulator.caFile, 'utf8')
  const echo = await startEchoServer()
  t.teardown(() => echo.stop())
  const node = given(fixture.instances[0]?.id)
  const made = await elb.send(
    new CreateLoadBalancerCommand({
      Name: 'main',
      Subnets: [subnets['public-a'].id, subnets['public-c'].id],
      SecurityGroups: [fixture.securityGroups.extra],
    }),
  )
  const LoadBalancerArn = given(made.LoadBalancers?.[0]?.LoadBalancerArn)
  const group = await elb.send(
    new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: 31509, VpcId: fixture.vpcId }),
  )
  const TargetGroupArn = given(group.TargetGroups?.[0]?.TargetGroupArn)
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: node }] }))
  await emulator.setTarget(node, 31509, echo)
  const forward: Action = { Type: 'forward', TargetGroupArn }
  const listener = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificates['app.example.com'] }],
      DefaultActions: [forward],
    }),
  )
  const ListenerArn = given(listener.Listeners?.[0]?.ListenerArn)
  const port = (await emulator.listeners())[0]?.loopbackPort ?? 0
  const add = (CertificateArn: string) =>
    elb.send(new AddListenerCertificatesCommand({ ListenerArn, Certificates: [{ CertificateArn }] }))
  const modify = (change: Partial<ModifyListenerCommandInput>) =>
    elb.send(new ModifyListenerCommand({ ListenerArn, ...change }))

  const handshake = async (servername: string | undefined, options: object = {}): Promise<TLSSocket> => {
    const name = servername === undefined ? {} : { servername }
    const socket = connect({ host: '127.0.0.1', port, ca, ...name, ...options, checkServerIdentity: () => undefined })
    await once(socket, 'secureConnect')
    return socket
  }
  /** The names of the certificate that is presented, once its chain is found to lead to the authority. */
  const presented = async (servername: string | undefined): Promise<string | undefined> => {
    const socket = await handshake(servername)
    const { subjectaltname } = socket.getPeerCertificate()
    socket.destroy()
    return subjectaltname
  }

  await t.test('is listed with its protocol', async (t) => {
    t.match(await emulator.listeners(), [{ protocol: 'HTTPS', port: 443, listenerArn: ListenerArn }])
  })

  await t.test('forwards, telling the target the protocol and port of the client', async (t) => {
    const answer = await get(port, 'app.example.com', { ca })
    t.equal(answer.status, 200)
    t.match(answer.body, /x-forwarded-proto=https\n/)
    t.match(answer.body, /x-forwarded-port=443\n/)
    t.match(answer.rule, /^main HTTPS:443 rule default i-/)
  })

  await t.test('presents its default certificate without a server name and for names that none covers', async (t) => {
    t.equal(await presented(undefined), 'DNS:app.example.com')
    t.equal(await presented('www.example.net'), 'DNS:app.example.com')
  })

  await t.test('presents by server name, of ACM and IAM, an exact name before a wildcard', async (t) => {
    await add(certificates['*.example.com'])
    await add(certificates['shop.example.org'])
    await add(await uploadServerCertificate(emulator, 'server', { names: ['server.example.com'] }))
    t.equal(await presented('shop.example.org'), 'DNS:shop.example.org')
    t.equal(await presented('www.example.com'), 'DNS:*.example.com')
    t.equal(await presented('server.example.com'), 'DNS:server.example.com')
    t.equal(await presented('app.example.com'), 'DNS:*.example.com', 'the default one is not in the list')
    await add(certificates['app.example.com'])
    t.equal(await presented('app.example.com'), 'DNS:app.example.com')
  })

  await t.test('presents another certificate on the next connection, and those that are open go on', async (t) => {
    const open = await handshake('shop.example.org')
    const ask = async () => {
      open.write('GET / HTTP/1.1\r\nhost: shop.example.org\r\n\r\n')
      const [answer] = await once(open, 'data')
      return String(answer).slice(0, 15)
    }
    t.equal(await ask(), 'HTTP/1.1 200 OK')
    await add(await importCertificate(emulator, { names: ['shop.example.org', 'new.example.org'] }))
    await elb.send(
      new RemoveListenerCertificatesCommand({
        ListenerArn,
        Certificates: [{ CertificateArn: certificates['shop.example.org'] }],
      }),
    )
    t.equal(await presented('shop.example.org'), 'DNS:shop.example.org, DNS:new.example.org')
    t.equal(await ask(), 'HTTP/1.1 200 OK')
    open.destroy()
  })

  await t.test('speaks the protocols of its policy', async (t) => {
    const old = await handshake('app.example.com')
    t.equal(old.getProtocol(), 'TLSv1.2', 'ELBSecurityPolicy-2016-08 ends there')
    old.destroy()
    await modify({ SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' })
    const modern = await handshake('app.example.com')
    t.equal(modern.getProtocol(), 'TLSv1.3')
    modern.destroy()
    await t.rejects(handshake('app.example.com', { maxVersion: 'TLSv1.2' }))
  })

  await t.test('presents an expired certificate, which clients refuse', async (t) => {
    const arn = certificates['*.example.com']
    await emulator.changeCertificate(arn, { notAfter: new Date(Date.now() - 60_000).toISOString() })
    await t.rejects(handshake('www.example.com'), { code: 'CERT_HAS_EXPIRED' })
  })

  await t.test('becomes HTTP and HTTPS again on the same port', async (t) => {
    const open = await handshake('app.example.com')
    await modify({ Protocol: 'HTTP' })
    t.equal((await emulator.listeners())[0]?.loopbackPort, port)
    t.equal(await plain(port), 200)
    await t.rejects(get(port, 'app.example.com', { ca }))
    t.equal(open.destroyed, false, 'a connection that was open stays')
    open.destroy()
    await modify({ Protocol: 'HTTPS', Certificates: [{ CertificateArn: certificates['app.example.com'] }] })
    t.equal((await get(port, 'app.example.com', { ca })).status, 200)
    await t.rejects(plain(port))
  })

  await t.test('a client that breaks off its handshake disturbs nobody', async (t) => {
    await t.rejects(get(port, 'app.example.com', {}), 'the authority is not trusted by default')
    t.equal((await get(port, 'app.example.com', { ca })).status, 200)
    const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }))
    t.equal(health.TargetHealthDescriptions?.length, 1)
  })
})

async function get(port: number, host: string, options: { readonly ca?: string }) {
  const outgoing = httpsRequest({
    host: '127.0.0.1',
    port,
    servername: host,
    headers: { host },
    agent: false,
    checkServerIdentity: () => undefined,
    ...options,
  })
  outgoing.end()
  const [incoming] = await once(outgoing, 'response')
  let body = ''
  for await (const chunk of incoming) body += String(chunk)
  return {
    status: Number(incoming.statusCode),
    rule: String(incoming.headers['x-rule']),
    body,
  }
}

async function plain(port: number): Promise<number> {
  const outgoing = httpRequest({ host: '127.0.0.1', port, agent: false })
  outgoing.end()
  const [incoming] = await once(outgoing, 'response')
  incoming.resume()
  await once(incoming, 'end')
  return Number(incoming.statusCode)
}
