import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { startEmulator } from './emulator.ts'
import { createFixture } from './fixture.ts'

void t.test('the emulator', async (t) => {
  const emulator = await startEmulator({
    directory: await mkdtemp(join(tmpdir(), 'emulator-')),
    progress: (line) => t.comment(line),
  })
  t.teardown(() => emulator.stop())
  const settings = {
    endpoint: emulator.endpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  }
  const ec2 = new EC2Client({ ...settings, userAgentAppId: 'controller' })
  const elb = new ElasticLoadBalancingV2Client(settings)
  const fixture = await createFixture(emulator)

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
        client: 'controller',
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
})
