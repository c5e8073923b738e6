import { createServer } from 'node:https'
import { request as httpRequest } from 'node:http'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DeregisterTargetsCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type LoadBalancerAttribute,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { startEchoServer } from './echo-server.ts'
import { makeCertificate } from './fixture-certificates.ts'
import { given } from './fixture-network.ts'
import { startTestBed } from './testing.ts'

void t.test('target groups', async (t) => {
  const { emulator, fixture, elb } = await startTestBed(t)
  await emulator.configure({ initialHealthSeconds: 0 })
  const create = async (change: Partial<CreateTargetGroupCommandInput>) => {
    const made = await elb.send(
      new CreateTargetGroupCommand({ Name: 'n', Protocol: 'HTTP', Port: 8080, VpcId: fixture.vpcId, ...change }),
    )
    return made.TargetGroups?.[0]
  }

  await t.test('of GRPC have the defaults of their health checks, and keep other codes', async (t) => {
    const grpc = await create({ Name: 'grpc', ProtocolVersion: 'GRPC', TargetType: 'ip' })
    t.match(grpc, {
      ProtocolVersion: 'GRPC',
      HealthCheckPath: '/AWS.ALB/healthcheck',
      Matcher: { GrpcCode: '12', HttpCode: undefined },
    })
    t.match(await create({ Name: 'grpc', ProtocolVersion: 'GRPC', TargetType: 'ip' }), grpc ?? {}, 'one and the same')
    const TargetGroupArn = given(grpc?.TargetGroupArn)
    const modify = new ModifyTargetGroupCommand({ TargetGroupArn, Matcher: { GrpcCode: '0,12' } })
    t.match((await elb.send(modify)).TargetGroups, [{ Matcher: { GrpcCode: '0,12' } }])
    const found = await elb.send(new DescribeTargetGroupsCommand({ Names: ['grpc'] }))
    t.match(found.TargetGroups, [{ Matcher: { GrpcCode: '0,12', HttpCode: undefined } }])
    const [state] = (await emulator.snapshot()).targetGroups
    t.equal(state?.settings['GrpcCode'], '0,12')
  })

  await t.test('of HTTPS and HTTP2 are checked by HTTP unless told', async (t) => {
    t.match(await create({ Name: 'https', Protocol: 'HTTPS', ProtocolVersion: 'HTTP2' }), {
      Protocol: 'HTTPS',
      ProtocolVersion: 'HTTP2',
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/',
      Matcher: { HttpCode: '200' },
    })
    t.match(await create({ Name: 'checked', Protocol: 'HTTPS', HealthCheckProtocol: 'HTTPS' }), {
      HealthCheckProtocol: 'HTTPS',
    })
  })

  await t.test('have all attributes, and keep those that are set', async (t) => {
    const TargetGroupArn = given((await create({ Name: 'set' }))?.TargetGroupArn)
    const before = await attributes(elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn })))
    t.equal(before['stickiness.type'], 'lb_cookie')
    t.equal(before['load_balancing.algorithm.anomaly_mitigation'], 'off')
    const wanted = {
      'deregistration_delay.timeout_seconds': '3600',
      'stickiness.enabled': 'true',
      'stickiness.type': 'app_cookie',
      'stickiness.app_cookie.cookie_name': 'session',
      'load_balancing.algorithm.type': 'weighted_random',
      'load_balancing.algorithm.anomaly_mitigation': 'on',
      'target_group_health.dns_failover.minimum_healthy_targets.percentage': '50',
    }
    const set = new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: asList(wanted) })
    t.same(await attributes(elb.send(set)), { ...before, ...wanted })
    const off = asList({ 'load_balancing.algorithm.anomaly_mitigation': 'off' })
    await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: off }))
    const slow = asList({ 'load_balancing.algorithm.type': 'round_robin', 'slow_start.duration_seconds': '30' })
    t.ok(await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: slow })))
  })

  const created = await elb.send(
    new CreateLoadBalancerCommand({
      Name: 'main',
      Scheme: 'internal',
      Subnets: [fixture.subnets['private-a'].id, fixture.subnets['private-c'].id],
      SecurityGroups: [fixture.securityGroups.extra],
    }),
  )
  const LoadBalancerArn = given(created.LoadBalancers?.[0]?.LoadBalancerArn)

  await t.test('load balancers too have all attributes, and keep those that are set', async (t) => {
    const before = await attributes(elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn })))
    t.match(before, { 'ipv6.deny_all_igw_traffic': 'true', 'load_balancing.cross_zone.enabled': 'true' })
    const wanted = {
      'health_check_logs.s3.enabled': 'true',
      'health_check_logs.s3.bucket': 'logs.example.com',
      'zonal_shift.config.enabled': 'true',
      'client_keep_alive.seconds': '60',
    }
    const set = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: asList(wanted) })
    t.same(await attributes(elb.send(set)), { ...before, ...wanted })
    t.same((await emulator.snapshot()).loadBalancers[0]?.attributes, wanted)
  })

  const addresses = given((await create({ Name: 'addresses', TargetType: 'ip' }))?.TargetGroupArn)
  const listener = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: addresses }],
    }),
  )
  const ListenerArn = given(listener.Listeners?.[0]?.ListenerArn)
  const port = (await emulator.listeners())[0]?.loopbackPort ?? 0
  /** The targets with their states, once none is new. */
  const health = async (TargetGroupArn: string): Promise<readonly string[]> => {
    const answer = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }))
    const states = (answer.TargetHealthDescriptions ?? []).map(
      ({ Target, TargetHealth }) => `${Target?.Id}:${Target?.Port} ${TargetHealth?.State}`,
    )
    if (!states.some((state) => state.endsWith(' initial'))) return states
    await sleep(10)
    return health(TargetGroupArn)
  }

  await t.test('of addresses take Pods, each port for itself, and others in all zones', async (t) => {
    const echo = await startEchoServer()
    t.teardown(() => echo.stop())
    await elb.send(
      new RegisterTargetsCommand({
        TargetGroupArn: addresses,
        Targets: [
          { Id: '10.0.16.200', Port: 8080 },
          { Id: '10.0.16.200', Port: 9090 },
          { Id: '192.168.0.7', Port: 8080, AvailabilityZone: 'all' },
        ],
      }),
    )
    await emulator.setTarget('10.0.16.200', 8080, echo)
    const answer = await get(port)
    t.equal(answer.status, 200)
    t.match(answer.rule, /10\.0\.16\.200:8080$/)
    await elb.send(
      new DeregisterTargetsCommand({ TargetGroupArn: addresses, Targets: [{ Id: '10.0.16.200', Port: 9090 }] }),
    )
    t.same(await health(addresses), [
      '10.0.16.200:8080 healthy',
      '10.0.16.200:9090 draining',
      '192.168.0.7:8080 healthy',
    ])
  })

  await t.test('of HTTPS are reached by TLS, whatever certificate they present', async (t) => {
    const secure = given((await create({ Name: 'secure', Protocol: 'HTTPS', TargetType: 'ip' }))?.TargetGroupArn)
    const { certificate: cert, key } = makeCertificate({ names: ['pod.internal'] })
    const server = createServer({ cert, key }, (_, outgoing) => outgoing.end('by TLS'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => server.close())
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn: secure, Targets: [{ Id: '10.0.16.201', Port: 8443 }] }))
    await emulator.setTarget('10.0.16.201', 8443, { host: '127.0.0.1', port: address.port })
    await elb.send(
      new ModifyListenerCommand({ ListenerArn, DefaultActions: [{ Type: 'forward', TargetGroupArn: secure }] }),
    )
    t.match(await get(port), { status: 200, body: 'by TLS' })
    t.same(await health(secure), ['10.0.16.201:8443 unhealthy'], 'checked by HTTP, which the target does not speak')
    await elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: secure, HealthCheckProtocol: 'HTTPS' }))
    t.same(await health(secure), ['10.0.16.201:8443 healthy'])
  })
})

function asList(attributes: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }))
}

async function attributes(
  answer: Promise<{ readonly Attributes?: LoadBalancerAttribute[] | undefined }>,
): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(((await answer).Attributes ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}

async function get(port: number): Promise<{ status: number; rule: string; body: string }> {
  const outgoing = httpRequest({ host: '127.0.0.1', port, agent: false })
  outgoing.end()
  const [incoming] = await once(outgoing, 'response')
  let body = ''
  for await (const chunk of incoming) body += String(chunk)
  return { status: Number(incoming.statusCode), rule: String(incoming.headers['x-rule']), body }
}
