import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ModifyRuleCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { startEchoServer } from './echo-server.ts'
import { freePort } from '../local/ports.ts'
import { startTestBed } from './testing.ts'

void t.test('the data plane', async (t) => {
  const { emulator, fixture, elb } = await startTestBed(t)
  const { subnets } = fixture
  const echo = await startEchoServer()
  t.teardown(() => echo.stop())
  const nodes = fixture.instances.map(({ id }) => id)
  const [node = '', otherNode = ''] = nodes
  const LoadBalancerArn = given(
    (
      await elb.send(
        new CreateLoadBalancerCommand({
          Name: 'main',
          Subnets: [subnets['public-a'].id, subnets['public-c'].id],
          SecurityGroups: [fixture.securityGroups.extra],
        }),
      )
    ).LoadBalancers?.[0]?.LoadBalancerArn,
  )
  const TargetGroupArn = given(
    (
      await elb.send(
        new CreateTargetGroupCommand({
          Name: 'web',
          Protocol: 'HTTP',
          Port: 31509,
          VpcId: fixture.vpcId,
          HealthCheckPath: '/',
          HealthCheckIntervalSeconds: 10,
        }),
      )
    ).TargetGroups?.[0]?.TargetGroupArn,
  )
  const notFound: Action = {
    Type: 'fixed-response',
    FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'nothing here' },
  }
  const ListenerArn = given(
    (
      await elb.send(
        new CreateListenerCommand({ LoadBalancerArn, Port: 80, Protocol: 'HTTP', DefaultActions: [notFound] }),
      )
    ).Listeners?.[0]?.ListenerArn,
  )
  const forward: Action = { Type: 'forward', TargetGroupArn }
  const RuleArn = given(
    (
      await elb.send(
        new CreateRuleCommand({
          ListenerArn,
          Priority: 1,
          Conditions: [
            { Field: 'host-header', HostHeaderConfig: { Values: ['echoserver.example.com'] } },
            { Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } },
          ],
          Actions: [forward],
        }),
      )
    ).Rules?.[0]?.RuleArn,
  )
  const port = given((await emulator.listeners())[0]?.loopbackPort)
  const get = (path: string, headers: Readonly<Record<string, string>> = {}, body = '') =>
    ask(port, path, headers, body)
  const toEcho = { host: 'echoserver.example.com' }

  await t.test('a listener is listed with its load balancer and its loopback port', async (t) => {
    t.match(await emulator.listeners(), [
      {
        loadBalancerArn: LoadBalancerArn,
        loadBalancerName: 'main',
        dnsName: /^main-/,
        listenerArn: ListenerArn,
        protocol: 'HTTP',
        port: 80,
      },
    ])
  })

  await t.test('a request that no rule takes gets the default action', async (t) => {
    const answer = await get('/')
    t.equal(answer.status, 404)
    t.equal(answer.body, 'nothing here')
    t.match(answer.headers, { 'content-type': /^text\/plain/, 'x-rule': 'main HTTP:80 rule default' })
  })

  await t.test('a target group without a target answers 503', async (t) => {
    const answer = await get('/', toEcho)
    t.equal(answer.status, 503)
    t.match(answer.headers['x-rule'], /rule 1/)
  })

  await t.test(
    'a request reaches the target, with the headers of a load balancer and without those of one connection',
    async (t) => {
      await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: node }] }))
      await emulator.setTarget(node, 31509, echo)
      const answer = await get(
        '/some/path?a=b',
        { ...toEcho, connection: 'close, x-mine', 'x-mine': '1', 'x-forwarded-for': '192.0.2.1' },
        'hello',
      )
      t.equal(answer.status, 200)
      t.equal(answer.headers['x-rule'], `main HTTP:80 rule 1 ${node}:31509`)
      const lines = answer.body.split('\n')
      for (const line of [
        'command=POST',
        'real path=/some/path?a=b',
        'query=a=b',
        'request_version=1.1',
        'request_uri=http://echoserver.example.com:8080/some/path?a=b',
        'host=echoserver.example.com',
        'x-forwarded-for=192.0.2.1, 127.0.0.1',
        'x-forwarded-port=80',
        'x-forwarded-proto=http',
        'hello',
      ])
        t.ok(lines.includes(line), line)
      t.match(answer.body, /^x-amzn-trace-id=Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/m)
      t.notMatch(answer.body, /x-mine/)
    },
  )

  await t.test('targets with an address are probed', async (t) => {
    const broken = createServer((_, outgoing) => outgoing.writeHead(500).end())
    broken.listen(0, '127.0.0.1')
    await once(broken, 'listening')
    t.teardown(() => broken.close())
    const address = broken.address()
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: otherNode }] }))
    await emulator.setTarget(otherNode, 31509, {
      host: '127.0.0.1',
      port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    })
    const states = async () =>
      Object.fromEntries(
        ((await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }))).TargetHealthDescriptions ?? []).map(
          ({ Target, TargetHealth }) => [Target?.Id, TargetHealth?.State],
        ),
      )
    await until(async () => !Object.values(await states()).includes('initial'))
    t.same(await states(), { [node]: 'healthy', [otherNode]: 'unhealthy' })
    for (let round = 0; round < 10; round += 1)
      t.equal((await get('/', toEcho)).status, 200, 'an unhealthy target gets no request')
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: node }] }))
    t.equal(
      (await get('/', toEcho)).status,
      500,
      'a target that drains gets none, and without a healthy one all others do',
    )
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: otherNode }] }))
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: node }] }))
    t.equal((await get('/', toEcho)).status, 200)
  })

  await t.test('a target that takes no connection is a 502, a slow one a 504', async (t) => {
    await emulator.setTarget(node, 31509, { host: '127.0.0.1', port: await freePort() })
    t.equal((await get('/', toEcho)).status, 502)
    const silent = createServer(() => undefined)
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    t.teardown(() => {
      silent.close()
      silent.closeAllConnections()
    })
    const address = silent.address()
    await emulator.configure({ targetTimeoutSeconds: 0.1 })
    await emulator.setTarget(node, 31509, {
      host: '127.0.0.1',
      port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    })
    t.equal((await get('/', toEcho)).status, 504)
    await emulator.configure({ targetTimeoutSeconds: 10 })
    await emulator.setTarget(node, 31509, echo)
  })

  await t.test('a changed rule answers at once', async (t) => {
    const redirect: Action = {
      Type: 'redirect',
      RedirectConfig: { StatusCode: 'HTTP_302', Host: 'new.example.com', Path: '/#{path}' },
    }
    await elb.send(new ModifyRuleCommand({ RuleArn, Actions: [redirect] }))
    const answer = await get('/a?b=c', toEcho)
    t.equal(answer.status, 302)
    t.equal(answer.headers['location'], 'http://new.example.com:80/a?b=c')
    await elb.send(new ModifyRuleCommand({ RuleArn, Actions: [forward] }))
    t.equal((await get('/a?b=c', toEcho)).status, 200)
  })

  await t.test('no request meets a gap while rules are written', async (t) => {
    const statuses = new Set<number>()
    const traffic = { stopped: false }
    const asking = askWhile(traffic, async () => statuses.add((await get('/', toEcho)).status))
    for (let priority = 2; priority < 12; priority += 1)
      await elb.send(
        new CreateRuleCommand({
          ListenerArn,
          Priority: priority,
          Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [`/${priority}`] } }],
          Actions: [forward],
        }),
      )
    traffic.stopped = true
    await asking
    t.same([...statuses], [200])
  })

  await t.test('the port refuses connections once the listener or its load balancer is gone', async (t) => {
    const second = await elb.send(
      new CreateListenerCommand({ LoadBalancerArn, Port: 81, Protocol: 'HTTP', DefaultActions: [notFound] }),
    )
    const secondArn = given(second.Listeners?.[0]?.ListenerArn)
    const secondPort = given(
      (await emulator.listeners()).find((listener) => listener.listenerArn === secondArn)?.loopbackPort,
    )
    t.ok(await connects(secondPort))
    await elb.send(new DeleteListenerCommand({ ListenerArn: secondArn }))
    t.notOk(await connects(secondPort))
    t.ok(await connects(port))
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }))
    t.notOk(await connects(port))
    t.same(await emulator.listeners(), [])
  })
})

interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

async function ask(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<HttpAnswer> {
  const outgoing = httpRequest({ host: '127.0.0.1', port, path, headers, method: body === '' ? 'GET' : 'POST' })
  outgoing.end(body)
  const incoming = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
  })
  const chunks: Buffer[] = []
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString('utf8') }
}

async function askWhile(traffic: { readonly stopped: boolean }, once: () => Promise<unknown>): Promise<void> {
  while (!traffic.stopped) await once()
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it never held')
    await sleep(20)
  }
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('AWS left out a value')
  return value
}
