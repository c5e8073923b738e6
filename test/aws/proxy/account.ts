import type { CertificateAuthority } from '../../local/certificates.ts'
import { type CompleteSettings, defaultSettings } from './settings.ts'
import type { EmulatorSettings } from '../control-types.ts'
import { type Firewall, readFirewall } from '../data-plane/firewall.ts'
import { DataPlane } from '../data-plane/plane.ts'
import { handlerOf } from './answers/index.ts'
import { type Answer, errorAnswer } from './errors.ts'
import { OwnState } from './own.ts'
import { type AwsRequest, isWrite } from './request.ts'
import { rows } from './rows/index.ts'
import { readState } from './snapshot.ts'
import type { AwsState } from '../state.ts'
import { createUpstream, type Upstream, UpstreamRefusal } from './upstream.ts'
import { World } from './world.ts'
import type { Xml } from './xml.ts'

/** Which account, and the authority whose certificates its HTTPS listeners present. */
export interface AccountOptions {
  readonly region: string
  readonly accountId: string
  readonly authority: CertificateAuthority
}

/** One account in one region: moto's state and what the proxy knows besides. */
export class Account {
  readonly region: string
  readonly accountId: string
  readonly world: World
  readonly own = new OwnState()
  readonly dataPlane: DataPlane
  settings: CompleteSettings = defaultSettings
  /** Undefined while security groups are not looked at. */
  firewall: Firewall | undefined
  readonly #upstream: Upstream

  private constructor(options: AccountOptions, upstream: Upstream) {
    this.dataPlane = new DataPlane(() => this, options.authority)
    this.region = options.region
    this.accountId = options.accountId
    this.#upstream = upstream
    this.world = new World(upstream)
  }

  static async open(options: AccountOptions & { readonly motoPort: number }): Promise<Account> {
    const account = new Account(options, createUpstream(options.motoPort, options.region))
    await account.reset()
    return account
  }

  async configure(settings: EmulatorSettings): Promise<void> {
    this.settings = { ...this.settings, ...settings, quotas: { ...this.settings.quotas, ...settings.quotas } }
    await this.#readFirewall()
    await this.dataPlane.sync()
  }

  /**
   * An empty account whose ids begin as in a new one. moto makes a service's state at its first call and spends ids on
   * it, so both services are asked before the reset.
   */
  async reset(): Promise<void> {
    this.settings = defaultSettings
    this.firewall = undefined
    this.own.clear()
    await this.#upstream.ask('elasticloadbalancing', 'DescribeLoadBalancers')
    await this.#upstream.ask('ec2', 'DescribeVpcs')
    await this.#upstream.control('/moto-api/reset')
    await this.#upstream.control('/moto-api/seed?a=42')
    await this.world.reload()
    this.dataPlane.addresses.clear()
    await this.dataPlane.sync()
  }

  /** Judges a call, and answers it when no row refuses it. Calls must come one at a time. */
  async answer(request: AwsRequest, requestId: string): Promise<Answer> {
    try {
      return await this.#answer(request, requestId)
    } catch (error) {
      // what moto refuses to the proxy it would have refused to the client
      if (error instanceof UpstreamRefusal) return error.answer
      throw error
    }
  }

  async #answer(request: AwsRequest, requestId: string): Promise<Answer> {
    const { world, own, settings } = this
    const now = performance.now()
    const context = { request, requestId, world, own, settings, now, ask: this.#upstream.ask }
    const judged = { ...context, ask: askOnce(this.#upstream.ask) }
    for (const row of settings.lax ? [] : rows[request.service]) {
      const refusal = row.actions.includes(request.action) ? await row.judge(judged) : undefined
      if (refusal !== undefined) return errorAnswer(request.service, refusal, requestId)
    }
    const handler = handlerOf(request.service, request.action)
    const answer = await handler({
      ...context,
      accountId: this.accountId,
      forward: (parameters) => this.#upstream.forward(request, parameters),
      health: (arn, id, port) => this.dataPlane.health(arn, id, port),
    })
    if (request.service === 'elasticloadbalancing' && isWrite(request.action)) {
      this.#noteUse(now)
      await this.dataPlane.sync()
    }
    if (request.service === 'ec2' && isWrite(request.action)) await this.#readFirewall()
    return answer
  }

  async #readFirewall(): Promise<void> {
    this.firewall = this.settings.clientAddress === '' ? undefined : await readFirewall({ ask: this.#upstream.ask })
  }

  /** Target groups that came into use or went out of it, which AWS notices late. */
  #noteUse(now: number): void {
    const { world, own, settings } = this
    const users = world.users()
    for (const { arn } of world.targetGroups) {
      const since = own.targetGroupsUsedSince.get(arn)
      if (users.has(arn) && since === undefined) own.targetGroupsUsedSince.set(arn, now)
      if (users.has(arn) || since === undefined) continue
      own.targetGroupsUsedSince.delete(arn)
      own.targetGroupsHeldUntil.set(arn, now + settings.targetGroupReleaseSeconds * settings.timeScale * 1000)
    }
  }

  state(): Promise<AwsState> {
    return readState({ world: this.world, own: this.own, ask: this.#upstream.ask, now: performance.now() })
  }

  async close(): Promise<void> {
    await this.dataPlane.close()
  }
}

/** Questions while one call is judged: nothing changes meanwhile, so each is asked once. */
function askOnce(ask: Upstream['ask']): Upstream['ask'] {
  const asked = new Map<string, Promise<Xml>>()
  return (service, action, parameters = {}) => {
    const key = JSON.stringify([service, action, parameters])
    const known = asked.get(key) ?? ask(service, action, parameters)
    asked.set(key, known)
    return known
  }
}
