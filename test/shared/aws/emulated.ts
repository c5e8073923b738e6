import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAws } from '../../../shared/aws/client.ts'
import type { Aws, AwsSettings } from '../../../shared/aws/client.ts'
import { startEmulator } from '../../aws/emulator.ts'
import type { Emulator } from '../../aws/emulator.ts'
import { createFixture } from '../../aws/fixture.ts'
import type { Fixture } from '../../aws/fixture.ts'

/** AWS on loopback with its fixture, and a client made as the product makes its own. */
export interface Emulated {
  readonly emulator: Emulator
  readonly fixture: Fixture
  readonly aws: Aws
  /** A further client with other settings; closed at the end. */
  readonly client: (settings: Partial<AwsSettings>) => Aws
  /** `Action` of each counted call, in order, since the last time this was asked. */
  readonly actions: () => Promise<readonly string[]>
  readonly stop: () => Promise<void>
}

/** Starts the emulator and puts its endpoint and credentials into the environment, where the SDK looks for them. */
export const startEmulated = async (progress: (line: string) => void): Promise<Emulated> => {
  const directory = await mkdtemp(join(tmpdir(), 'emulated-'))
  const emulator = await startEmulator({ directory, progress })
  const clients: Aws[] = []
  try {
    const fixture = await createFixture(emulator)
    process.env['AWS_ENDPOINT_URL'] = emulator.endpoint
    process.env['AWS_ACCESS_KEY_ID'] = 'test'
    process.env['AWS_SECRET_ACCESS_KEY'] = 'test'
    const client = (settings: Partial<AwsSettings>): Aws => {
      const aws = createAws({ region: emulator.region, callTimeoutMs: 5000, ...settings })
      clients.push(aws)
      return aws
    }
    return {
      emulator,
      fixture,
      aws: client({}),
      client,
      actions: async () => {
        const calls = await emulator.calls()
        await emulator.resetCalls()
        return calls.map((call) => call.action)
      },
      stop: async () => {
        for (const aws of clients) aws.close()
        await emulator.stop()
        await rm(directory, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await emulator.stop()
    throw error
  }
}

/** What a promise fails with; that it succeeds is the failure then. */
export const failureOf = async (promise: Promise<unknown>): Promise<unknown> => {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error
  }
  throw new Error(`expected a failure, got ${JSON.stringify(value)}`)
}
