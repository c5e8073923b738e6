import type { EmulatorSettings } from '../control-types.ts'
import type { Answer } from './errors.ts'
import type { AwsRequest } from './request.ts'
import { createUpstream, type Upstream } from './upstream.ts'

export const defaultSettings: Required<EmulatorSettings> = {
  pageSize: 0,
  timeScale: 0.01,
  provisioningSeconds: 120,
  targetGroupReleaseSeconds: 20,
  securityGroupReleaseSeconds: 60,
  initialHealthSeconds: 30,
  requireInternetGateway: true,
  targetTimeoutSeconds: 10,
  unavailable: 'no',
  denied: [],
  lax: false,
}

/** One account in one region: moto's state and what the proxy knows besides. */
export class Account {
  readonly region: string
  readonly accountId: string
  settings: Required<EmulatorSettings> = defaultSettings
  readonly #upstream: Upstream

  private constructor(options: { readonly region: string; readonly accountId: string }, upstream: Upstream) {
    this.region = options.region
    this.accountId = options.accountId
    this.#upstream = upstream
  }

  static async open(options: {
    readonly motoPort: number
    readonly region: string
    readonly accountId: string
  }): Promise<Account> {
    const account = new Account(options, createUpstream(options.motoPort, options.region))
    await account.reset()
    return account
  }

  configure(settings: EmulatorSettings): void {
    this.settings = { ...this.settings, ...settings }
  }

  /**
   * An empty account whose ids begin as in a new one. moto makes a service's state at its first call and spends ids on
   * it, so both services are asked before the reset.
   */
  async reset(): Promise<void> {
    this.settings = defaultSettings
    await this.#upstream.ask('elasticloadbalancing', 'DescribeLoadBalancers')
    await this.#upstream.ask('ec2', 'DescribeVpcs')
    await this.#upstream.control('/moto-api/reset')
    await this.#upstream.control('/moto-api/seed?a=42')
  }

  async answer(request: AwsRequest, _requestId: string): Promise<Answer> {
    return this.#upstream.forward(request)
  }

  async close(): Promise<void> {}
}
