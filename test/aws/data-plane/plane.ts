import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CertificateAuthority } from '../../local/certificates.ts'
import type { ListenerPort as ListedListener } from '../control-types.ts'
import type { Context } from '../proxy/context.ts'
import type { Listener } from '../proxy/model.ts'
import type { RegisteredTarget } from '../proxy/own.ts'
import { textAt } from '../proxy/xml.ts'
import { Addresses } from './addresses.ts'
import { errorPage, forwardTo } from './forward.ts'
import { type Firewall, letsIn } from './firewall.ts'
import { type Health, type HealthCheck, HealthChecks } from './health.ts'
import { judge, type JudgedRequest, type Verdict } from './judge.ts'
import { ListenerPort } from './listener-port.ts'
import { PresentedCertificates } from './presented.ts'
import { judgedListener } from './read-rules.ts'

/** The account as the data plane reads it, at the moment of each request. */
export type AccountView = Pick<Context, 'world' | 'own' | 'settings'> & { readonly firewall: Firewall | undefined }

/** Answers HTTP and HTTPS as the load balancers of the account would: one loopback port per listener. */
export class DataPlane {
  readonly addresses = new Addresses()
  readonly #view: () => AccountView
  readonly #presented: PresentedCertificates
  readonly #ports = new Map<string, ListenerPort>()
  readonly #health = new HealthChecks()

  /** HTTPS listeners present certificates of the authority. */
  constructor(view: () => AccountView, authority: CertificateAuthority) {
    this.#view = view
    this.#presented = new PresentedCertificates(authority)
  }

  /** Opens and closes ports as listeners have come and gone, and probes the targets that are in use and have an address. */
  async sync(): Promise<void> {
    const wanted = this.#view().world.listeners
    for (const [arn, port] of this.#ports)
      if (!wanted.some((listener) => listener.arn === arn)) {
        this.#ports.delete(arn)
        await port.close()
      }
    for (const { arn } of wanted) if (!this.#ports.has(arn)) this.#ports.set(arn, await this.#open(arn))
    this.#health.watch(this.#checks())
  }

  listeners(): readonly ListedListener[] {
    const { world } = this.#view()
    return world.listeners.flatMap(({ arn, loadBalancerArn, port, protocol }) => {
      const opened = this.#ports.get(arn)
      const loadBalancer = world.loadBalancer(loadBalancerArn)
      if (opened === undefined || loadBalancer === undefined) return []
      const { name, dnsName } = loadBalancer
      return [
        {
          loadBalancerArn,
          loadBalancerName: name,
          dnsName,
          listenerArn: arn,
          protocol,
          port,
          loopbackPort: opened.port,
        },
      ]
    })
  }

  /** Undefined: the target has no address here, so nothing is known of it. */
  health(targetGroupArn: string, id: string, port: number): Health | undefined {
    return this.#health.of(keyOf(targetGroupArn, id, port))
  }

  async close(): Promise<void> {
    this.#health.close()
    const ports = [...this.#ports.values()]
    this.#ports.clear()
    await Promise.all(ports.map((port) => port.close()))
  }

  #open(listenerArn: string): Promise<ListenerPort> {
    return ListenerPort.open(
      (incoming, outgoing) => void this.#serve(listenerArn, incoming, outgoing),
      () => ({
        isOpen: this.#isOpen(listenerArn),
        isTls: this.#view().world.listener(listenerArn)?.protocol === 'HTTPS',
        contextFor: (serverName) => this.#presented.contextFor(this.#view(), listenerArn, serverName),
      }),
    )
  }

  /** Whether the security groups of the load balancer let clients in. */
  #isOpen(listenerArn: string): boolean {
    const { world, firewall, settings } = this.#view()
    const listener = world.listener(listenerArn)
    if (firewall === undefined || listener === undefined) return true
    const groups = world.loadBalancer(listener.loadBalancerArn)?.securityGroups ?? []
    return letsIn(firewall, groups, listener.port, { address: settings.clientAddress })
  }

  /** Whether the security groups of a target let the load balancer in. */
  #isReachable({ loadBalancerArn }: Listener, target: RegisteredTarget): boolean {
    const { world, firewall } = this.#view()
    if (firewall === undefined) return true
    const groups = world.loadBalancer(loadBalancerArn)?.securityGroups ?? []
    return letsIn(firewall, firewall.groupsOf.get(target.id) ?? [], target.port, { groups })
  }

  async #serve(listenerArn: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { world } = this.#view()
    const listener = world.listener(listenerArn)
    if (listener === undefined) return void incoming.socket.destroy()
    const verdict = judge(readRequest(incoming), judgedListener(listener, world.rulesOf(listenerArn)), Math.random())
    const name = world.loadBalancer(listener.loadBalancerArn)?.name ?? ''
    const told = `${name} ${listener.protocol}:${listener.port} rule ${verdict.rule.priority}`
    switch (verdict.does) {
      case 'redirect':
        return errorPage(outgoing, verdict.status, { 'x-rule': told, location: verdict.location })
      case 'respond':
        return respond(outgoing, verdict, told)
      case 'forward':
        return this.#forward(verdict.targetGroupArn, listener, { incoming, outgoing }, told)
      default:
        return verdict satisfies never
    }
  }

  async #forward(
    targetGroupArn: string,
    listener: Listener,
    exchange: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse },
    told: string,
  ): Promise<void> {
    const target = this.#chooseTarget(targetGroupArn)
    const address = target === undefined ? undefined : this.addresses.of(target.id, target.port)
    if (target === undefined || address === undefined) {
      errorPage(exchange.outgoing, 503, { 'x-rule': `${told} no target` })
      return
    }
    if (!this.#isReachable(listener, target)) {
      errorPage(exchange.outgoing, 504, { 'x-rule': `${told} ${target.id}:${target.port} shut by its security groups` })
      return
    }
    await forwardTo(address, {
      ...exchange,
      listener,
      protocol: this.#view().world.targetGroup(targetGroupArn)?.protocol ?? 'HTTP',
      rule: `${told} ${target.id}:${target.port}`,
      timeout: this.#view().settings.targetTimeoutSeconds * 1000,
    })
  }

  /**
   * A healthy target. Where no target is healthy, any of them, as AWS does ("Health checks for your target groups"); a
   * target without an address takes no requests.
   */
  #chooseTarget(targetGroupArn: string): RegisteredTarget | undefined {
    const targets = this.#view()
      .own.targetsOf(targetGroupArn, performance.now())
      .filter(({ id, port, drainsUntil }) => drainsUntil === undefined && this.addresses.of(id, port) !== undefined)
    const healthy = targets.filter(({ id, port }) => this.health(targetGroupArn, id, port) === 'healthy')
    const usable = healthy.length > 0 ? healthy : targets
    return usable[Math.floor(Math.random() * usable.length)]
  }

  #checks(): readonly HealthCheck[] {
    const { world, own, settings } = this.#view()
    const now = performance.now()
    return [...world.users().keys()].flatMap((arn) => {
      const settingsOf = world.targetGroup(arn)?.answer
      if (settingsOf === undefined) return []
      const part = (name: string) => textAt(settingsOf, name) ?? ''
      const seconds = (name: string) => Number(part(name)) * 1000
      const checkPort = part('HealthCheckPort')
      return own.targetsOf(arn, now).flatMap(({ id, port }) => {
        const address =
          this.addresses.of(id, checkPort === 'traffic-port' ? port : Number(checkPort)) ?? this.addresses.of(id, port)
        if (address === undefined || this.addresses.of(id, port) === undefined) return []
        return [
          {
            key: keyOf(arn, id, port),
            address,
            protocol: part('HealthCheckProtocol'),
            path: part('HealthCheckPath'),
            codes: textAt(settingsOf, 'Matcher', 'HttpCode') ?? '200',
            interval: Math.max(shortestInterval, seconds('HealthCheckIntervalSeconds') * settings.timeScale),
            timeout: Math.max(shortestInterval, seconds('HealthCheckTimeoutSeconds') * settings.timeScale),
            healthyThreshold: Number(part('HealthyThresholdCount')),
            unhealthyThreshold: Number(part('UnhealthyThresholdCount')),
          },
        ]
      })
    })
  }
}

/** Probes of many targets share two cores with everything else. */
const shortestInterval = 500

function keyOf(targetGroupArn: string, id: string, port: number): string {
  return `${targetGroupArn} ${id}:${port}`
}

function readRequest(incoming: IncomingMessage): JudgedRequest {
  const [path = '/', ...query] = (incoming.url ?? '/').split('?')
  return {
    method: incoming.method ?? 'GET',
    host: (incoming.headers.host ?? '').replace(/:\d+$/, ''),
    path,
    query: query.join('?'),
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
  }
}

function respond(outgoing: ServerResponse, verdict: Extract<Verdict, { does: 'respond' }>, told: string): void {
  const { status, contentType, body } = verdict
  outgoing.writeHead(status, {
    server: 'awselb/2.0',
    'x-rule': told,
    'content-length': Buffer.byteLength(body),
    ...(contentType === undefined ? {} : { 'content-type': `${contentType}; charset=utf-8` }),
  })
  outgoing.end(body)
}
