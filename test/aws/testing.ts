import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACMClient } from '@aws-sdk/client-acm'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { IAMClient } from '@aws-sdk/client-iam'
import type { Test } from 'tap'
import { type Emulator, startEmulator } from './emulator.ts'
import { createFixture, type Fixture } from './fixture.ts'

/** An emulator with the fixture, and SDK clients that try once. */
export interface TestBed {
  readonly emulator: Emulator
  readonly fixture: Fixture
  readonly elb: ElasticLoadBalancingV2Client
  readonly ec2: EC2Client
  readonly acm: ACMClient
  readonly iam: IAMClient
}

/** Starts an emulator for a test; it ends with the test. */
export async function startTestBed(t: Pick<Test, 'teardown' | 'comment'>): Promise<TestBed> {
  const directory = await mkdtemp(join(tmpdir(), 'emulator-'))
  const emulator = await startEmulator({ directory, progress: (line) => t.comment(line) })
  const settings = {
    endpoint: emulator.endpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    userAgentAppId: 'test',
  }
  const elb = new ElasticLoadBalancingV2Client(settings)
  const ec2 = new EC2Client(settings)
  const acm = new ACMClient(settings)
  const iam = new IAMClient(settings)
  t.teardown(async () => {
    for (const client of [elb, ec2, acm, iam]) client.destroy()
    await emulator.stop()
    await rm(directory, { recursive: true })
  })
  return { emulator, fixture: await createFixture(emulator), elb, ec2, acm, iam }
}
