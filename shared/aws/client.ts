import { ACMClient } from '@aws-sdk/client-acm'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { IAMClient } from '@aws-sdk/client-iam'
import { STSClient } from '@aws-sdk/client-sts'
import { abortAfter, systemClock } from '../process/clock.ts'
import type { Clock } from '../process/clock.ts'
import { AwsError, classify, notSent } from './errors.ts'
import { Limits } from './limits.ts'
import type { Rate, Service } from './limits.ts'
import type { Throttle } from '../process/throttle.ts'
import type { Clients, Operation } from './operation.ts'

/** One finished attempt of a call, for the log and the metrics. */
export interface AwsCall {
  readonly service: Service
  readonly action: string
  readonly write: boolean
  readonly requestId: string | undefined
  /** The error code; absent when the call succeeded. */
  readonly code?: string
  readonly milliseconds: number
}

/** AWS as the product sees it: typed calls within budgets and deadlines. */
export interface Aws {
  readonly region: string
  readonly clock: Clock
  /**
   * Makes one call. Waits for its turn, repeats what certainly was not executed (and reads in any case) until the
   * deadline, and throws an `AwsError` when it fails.
   */
  call<Input, Output>(operation: Operation<Input, Output>, input: Input, signal?: AbortSignal): Promise<Output>
  /**
   * Which of the SDK's credential providers won, for the log: `env-vars`, `http`, `sts-assume-role-web-id` … after the SDK's
   * own names. Rejects when none of them has credentials.
   */
  credentialProvider(): Promise<string>
  close(): void
}

export interface AwsSettings {
  readonly region: string
  /** Deadline of a whole call, its repetitions included. */
  readonly callTimeoutMs: number
  /** Most attempts of a call within its deadline (default: as many as fit). */
  readonly attempts?: number
  readonly rates?: Readonly<Record<string, Rate>>
  /** Bounds all calls of the process together. */
  readonly total?: Rate
  /** Budgets of services in place of those of `rates`. */
  readonly throttles?: readonly Throttle[]
  readonly onCall?: (call: AwsCall) => void
  readonly clock?: Clock
}

/**
 * Creates the clients. Credentials, endpoints and the rest come from the SDK's standard settings (AWS SDKs and Tools
 * reference guide). The application id in the User-Agent is `alb-ingress-controller` unless `AWS_SDK_UA_APP_ID` is set.
 */
export const createAws = (settings: AwsSettings): Aws => {
  const clock = settings.clock ?? systemClock
  const limits = new Limits(clock, settings)
  const clients = createClients(settings)

  const attempt = async <Input, Output>(
    operation: Operation<Input, Output>,
    input: Input,
    signal: AbortSignal,
  ): Promise<Output> => {
    const { service, action, write } = operation
    try {
      await limits.take(service, action, signal)
    } catch (error) {
      throw notSent(operation, error)
    }
    const startedAt = clock.monotonic()
    const report = (requestId: string | undefined, code?: string): void => {
      const call = { service, action, write, requestId, milliseconds: clock.monotonic() - startedAt }
      settings.onCall?.(code === undefined ? call : { ...call, code })
    }
    try {
      const output = await operation.send(clients, input, { abortSignal: signal })
      report(requestIdOf(output))
      return output
    } catch (thrown) {
      const error = classify(thrown, operation)
      report(error.requestId, error.code)
      throw error
    }
  }

  return {
    region: settings.region,
    clock,
    call: async (operation, input, signal) => {
      const deadline = abortAfter(settings.callTimeoutMs)
      const bounded = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
      for (let count = 1; ; count += 1) {
        try {
          return await attempt(operation, input, bounded)
        } catch (error) {
          if (!(error instanceof AwsError) || !mayRepeat(error, operation.write)) throw error
          if (count >= (settings.attempts ?? Infinity) || bounded.aborted) throw error
          try {
            await clock.sleep(pause(error, count), bounded)
          } catch {
            throw error
          }
        }
      }
    },
    credentialProvider: async () => providerOf(await clients.elasticLoadBalancing.config.credentials()),
    close: () => {
      for (const client of Object.values(clients)) client.destroy()
    },
  }
}

const mayRepeat = (error: AwsError, write: boolean): boolean =>
  error.remedy === 'throttled' || (error.remedy === 'unavailable' && (!write || error.notExecuted))

/** Full jitter over a doubling base, as the SDK's standard retry mode has it. */
const pause = (error: AwsError, attempts: number): number => {
  const base = error.remedy === 'throttled' ? 1000 : 50
  return Math.random() * Math.min(base * 2 ** (attempts - 1), 20_000)
}

const createClients = (settings: AwsSettings): Clients => {
  const common = {
    region: settings.region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 2000,
      requestTimeout: settings.callTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: settings.callTimeoutMs,
    },
    ...(process.env['AWS_SDK_UA_APP_ID'] === undefined ? { userAgentAppId: 'alb-ingress-controller' } : {}),
  }
  return {
    elasticLoadBalancing: new ElasticLoadBalancingV2Client(common),
    ec2: new EC2Client(common),
    acm: new ACMClient(common),
    iam: new IAMClient(common),
    sts: new STSClient(common),
  }
}

/** The SDK marks credentials with the providers that they went through; the last one gave them. */
const providerOf = (credentials: object): string => {
  const source: unknown = Reflect.get(credentials, '$source')
  const names = typeof source === 'object' && source !== null ? Object.keys(source) : []
  return (
    names
      .at(-1)
      ?.replace(/^CREDENTIALS_/, '')
      .toLowerCase()
      .replaceAll('_', '-') ?? 'unknown'
  )
}

const requestIdOf = (output: unknown): string | undefined => {
  const metadata: unknown = typeof output === 'object' && output !== null ? Reflect.get(output, '$metadata') : undefined
  const id: unknown = typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'requestId') : undefined
  return typeof id === 'string' ? id : undefined
}
