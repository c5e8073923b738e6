import { setTimeout as sleep } from 'node:timers/promises'
import { DescribeVpcsCommand } from '@aws-sdk/client-ec2'
import {
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import t from 'tap'
import { createFixture } from './fixture.ts'
import { startTestBed } from './testing.ts'

void t.test('the emulator', async (t) => {
  const { emulator, fixture, elb, ec2 } = await startTestBed(t)
  const targetGroup = (Name: string) =>
    new CreateTargetGroupCommand({ Name, Protocol: 'HTTP', Port: 80, VpcId: fixture.vpcId, TargetType: 'instance' })
  const names = async () =>
    (await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups?.map((group) => group.TargetGroupName)

  await t.test('makes the same fixture after a reset, by uncounted calls', async (t) => {
    t.same(await emulator.calls(), [])
    await emulator.reset()
    t.same(await createFixture(emulator), fixture)
    t.same(await emulator.calls(), [])
  })

  await t.test('counts calls with their arguments and their client', async (t) => {
    await ec2.send(new DescribeVpcsCommand({ VpcIds: [fixture.vpcId] }))
    t.same(await emulator.calls(), [
      {
        index: 0,
        service: 'ec2',
        action: 'DescribeVpcs',
        write: false,
        parameters: { 'VpcId.1': fixture.vpcId },
        status: 200,
        client: 'test',
      },
    ])
    await emulator.resetCalls()
    t.same(await emulator.calls(), [])
  })

  await t.test('refuses and cuts calls while AWS is unavailable', async (t) => {
    await emulator.configure({ unavailable: 'refuse' })
    await t.rejects(elb.send(new DescribeLoadBalancersCommand({})), { name: 'ServiceUnavailable' })
    await emulator.configure({ unavailable: 'reset' })
    await t.rejects(elb.send(new DescribeLoadBalancersCommand({})), { code: 'ECONNRESET' })
    await emulator.configure({ unavailable: 'no' })
    t.same((await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers, [])
  })

  await t.test('denies actions with the code of their service', async (t) => {
    await emulator.configure({ denied: ['ec2:*', 'DescribeLoadBalancers'] })
    await t.rejects(elb.send(new DescribeLoadBalancersCommand({})), { name: 'AccessDenied' })
    await t.rejects(ec2.send(new DescribeVpcsCommand({})), { name: 'UnauthorizedOperation' })
    await emulator.configure({ denied: [] })
    t.ok(await ec2.send(new DescribeVpcsCommand({})))
  })

  await t.test('answers an error before execution: nothing is made', async (t) => {
    await emulator.fault({ action: 'write:*', kind: 'error-before', code: 'InternalFailure', status: 500 })
    await t.rejects(elb.send(targetGroup('before')), { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })
    t.same(await names(), [])
  })

  await t.test('loses the answer of an executed call: the object is there', async (t) => {
    await emulator.fault({ action: 'CreateTargetGroup', at: 2, kind: 'answer-lost' })
    await elb.send(targetGroup('first'))
    await t.rejects(elb.send(targetGroup('second')), { code: 'ECONNRESET' })
    t.same(await names(), ['first', 'second'])
    const lost = (await emulator.calls()).filter((call) => call.fault === 'answer-lost')
    t.match(lost, [{ action: 'CreateTargetGroup', status: 200 }])
  })

  await t.test('cuts the connection without having executed the call', async (t) => {
    await emulator.fault({ action: 'elasticloadbalancing:CreateTargetGroup', kind: 'connection-lost' })
    await t.rejects(elb.send(targetGroup('third')), { code: 'ECONNRESET' })
    t.same(await names(), ['first', 'second'])
  })

  await t.test('holds the answer of an executed call until it is released, and goes on with others', async (t) => {
    await emulator.fault({ action: 'CreateTargetGroup', kind: 'hold', client: 'test' })
    const held = elb.send(targetGroup('held'))
    t.equal(await emulator.held(5000), 1)
    t.same(await names(), ['first', 'second', 'held'])
    await emulator.releaseHeld()
    t.match(await held, { TargetGroups: [{ TargetGroupName: 'held' }] })
    t.equal(await emulator.held(), 0)
  })

  await t.test('forgets a held answer whose client has gone', async (t) => {
    await emulator.fault({ action: 'CreateTargetGroup', kind: 'hold' })
    const gone = new AbortController()
    const held = elb.send(targetGroup('gone'), { abortSignal: gone.signal })
    t.equal(await emulator.held(5000), 1)
    gone.abort()
    await t.rejects(held, { name: 'AbortError' })
    while ((await emulator.held()) > 0) await sleep(5)
    t.same(await names(), ['first', 'second', 'held', 'gone'])
  })

  await t.test('throttles with the code of the service, by fault and by bucket', async (t) => {
    await emulator.fault({ action: '*', kind: 'throttle', times: 2 })
    await t.rejects(elb.send(new DescribeLoadBalancersCommand({})), { name: 'Throttling' })
    await t.rejects(ec2.send(new DescribeVpcsCommand({})), {
      name: 'RequestLimitExceeded',
      $metadata: { httpStatusCode: 503 },
    })
    await emulator.throttle({ 'elasticloadbalancing:Describe': { cap: 2, rate: 0.1 } })
    await elb.send(new DescribeLoadBalancersCommand({}))
    await elb.send(new DescribeLoadBalancersCommand({}))
    await t.rejects(elb.send(new DescribeLoadBalancersCommand({})), { name: 'Throttling' })
    t.ok(await ec2.send(new DescribeVpcsCommand({})))
    await emulator.throttle({})
    t.ok(await elb.send(new DescribeLoadBalancersCommand({})))
  })

  await t.test('repeats a fault for ever until it is cleared', async (t) => {
    await emulator.fault({ action: 'DescribeVpcs', kind: 'throttle', times: 'forever' })
    for (let round = 0; round < 3; round += 1)
      await t.rejects(ec2.send(new DescribeVpcsCommand({})), { name: 'RequestLimitExceeded' })
    await emulator.clearFaults()
    t.ok(await ec2.send(new DescribeVpcsCommand({})))
  })

  await t.test('answers who is calling', async (t) => {
    const sts = new STSClient({
      endpoint: emulator.endpoint,
      region: emulator.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    t.match(await sts.send(new GetCallerIdentityCommand({})), { Account: emulator.accountId })
    sts.destroy()
  })

  await t.test('refuses a fault that makes no sense', async (t) => {
    const response = await fetch(`${emulator.endpoint}/_faults`, { method: 'POST', body: '{"kind":"throttle"}' })
    t.equal(response.status, 500)
    await response.text()
  })
})
