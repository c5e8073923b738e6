import {
  type Listener,
  listenerOfRule,
  type LoadBalancer,
  loadBalancerOfListener,
  readListener,
  readLoadBalancer,
  readRule,
  readTargetGroup,
  type Rule,
  type TargetGroup,
  targetGroupsOf,
} from './model.ts'
import type { Upstream } from './upstream.ts'
import { listAt, recordAt, textAt, type Xml, type XmlRecord } from './xml.ts'

/**
 * What load balancing objects the account holds. The proxy is the only writer, so the parts that a write may have changed
 * are read again after it, and every judgement finds all of them at hand.
 */
export class World {
  readonly #upstream: Upstream
  readonly #loadBalancers = new Map<string, LoadBalancer>()
  readonly #listeners = new Map<string, Listener>()
  readonly #rules = new Map<string, readonly Rule[]>()
  readonly #targetGroups = new Map<string, TargetGroup>()
  readonly #corrections = new Map<string, XmlRecord>()

  constructor(upstream: Upstream) {
    this.#upstream = upstream
  }

  get loadBalancers(): readonly LoadBalancer[] {
    return [...this.#loadBalancers.values()]
  }

  get targetGroups(): readonly TargetGroup[] {
    return [...this.#targetGroups.values()]
  }

  get listeners(): readonly Listener[] {
    return [...this.#listeners.values()]
  }

  loadBalancer(arn: string): LoadBalancer | undefined {
    return this.#loadBalancers.get(arn)
  }

  listener(arn: string): Listener | undefined {
    return this.#listeners.get(arn)
  }

  targetGroup(arn: string): TargetGroup | undefined {
    return this.#targetGroups.get(arn)
  }

  listenersOf(loadBalancerArn: string): readonly Listener[] {
    return this.listeners.filter((listener) => listener.loadBalancerArn === loadBalancerArn)
  }

  /** Rules of a listener by priority, the default rule last. */
  rulesOf(listenerArn: string): readonly Rule[] {
    return this.#rules.get(listenerArn) ?? []
  }

  rule(arn: string): Rule | undefined {
    for (const rules of this.#rules.values()) {
      const found = rules.find((rule) => rule.arn === arn)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** ARNs of the load balancers whose rules or default actions forward to each target group. */
  users(): ReadonlyMap<string, ReadonlySet<string>> {
    const users = new Map<string, Set<string>>()
    for (const [listenerArn, rules] of this.#rules)
      for (const targetGroupArn of rules.flatMap((rule) => targetGroupsOf(rule.actions))) {
        const known = users.get(targetGroupArn) ?? new Set()
        users.set(targetGroupArn, known.add(loadBalancerOfListener(listenerArn)))
      }
    return users
  }

  /** Whether there is a load balancer, listener, rule or target group with this ARN. */
  holds(arn: string): boolean {
    return (
      this.#loadBalancers.has(arn) ||
      this.#listeners.has(arn) ||
      this.#targetGroups.has(arn) ||
      this.rule(arn) !== undefined
    )
  }

  /** Parts of a load balancer or target group that moto takes wrongly or not at all; read again after it. */
  correct(arn: string, parts: XmlRecord): void {
    this.#corrections.set(arn, { ...this.#corrections.get(arn), ...parts })
  }

  #corrected(value: Xml, arnName: string): XmlRecord {
    return { ...recordAt(value), ...this.#corrections.get(textAt(value, arnName) ?? '') }
  }

  /** Everything anew. What is there stays visible until all of it is read. */
  async reload(): Promise<void> {
    const loadBalancers = (await this.#pages('DescribeLoadBalancers', {}, 'LoadBalancers')).map(readLoadBalancer)
    const targetGroups = (await this.#pages('DescribeTargetGroups', {}, 'TargetGroups')).map(readTargetGroup)
    const listeners: ListenerWithRules[] = []
    for (const { arn } of loadBalancers) listeners.push(...(await this.#readListeners(arn)))
    for (const known of [this.#loadBalancers, this.#listeners, this.#rules, this.#targetGroups, this.#corrections])
      known.clear()
    for (const loadBalancer of loadBalancers) this.#loadBalancers.set(loadBalancer.arn, loadBalancer)
    for (const targetGroup of targetGroups) this.#targetGroups.set(targetGroup.arn, targetGroup)
    this.#put(listeners)
  }

  async reloadLoadBalancer(arn: string): Promise<void> {
    for (const value of await this.#pages(
      'DescribeLoadBalancers',
      { 'LoadBalancerArns.member.1': arn },
      'LoadBalancers',
    ))
      this.#loadBalancers.set(arn, readLoadBalancer(this.#corrected(value, 'LoadBalancerArn')))
  }

  /** A listener that was made or changed, with its default rule. */
  async putListener(value: Xml): Promise<void> {
    const listener = readListener(value)
    this.#put([{ listener, rules: await this.#readRules(listener.arn) }])
  }

  /** A rule that was made or changed. */
  putRule(value: Xml): void {
    const rule = readRule(value)
    const others = this.rulesOf(rule.listenerArn).filter(({ arn }) => arn !== rule.arn)
    this.#rules.set(rule.listenerArn, [...others, rule].sort(byPriority))
  }

  async reloadRules(listenerArn: string): Promise<void> {
    this.#rules.set(listenerArn, await this.#readRules(listenerArn))
  }

  #put(listeners: readonly ListenerWithRules[]): void {
    for (const { listener, rules } of listeners) {
      this.#listeners.set(listener.arn, listener)
      this.#rules.set(listener.arn, rules)
    }
  }

  async #readListeners(loadBalancerArn: string): Promise<readonly ListenerWithRules[]> {
    const read: ListenerWithRules[] = []
    for (const value of await this.#pages('DescribeListeners', { LoadBalancerArn: loadBalancerArn }, 'Listeners')) {
      const listener = readListener(value)
      read.push({ listener, rules: await this.#readRules(listener.arn) })
    }
    return read
  }

  async #readRules(listenerArn: string): Promise<readonly Rule[]> {
    const rules = (await this.#pages('DescribeRules', { ListenerArn: listenerArn }, 'Rules')).map(readRule)
    return rules.sort(byPriority)
  }

  async reloadTargetGroup(arn: string): Promise<void> {
    for (const value of await this.#pages('DescribeTargetGroups', { 'TargetGroupArns.member.1': arn }, 'TargetGroups'))
      this.#targetGroups.set(arn, readTargetGroup(this.#corrected(value, 'TargetGroupArn')))
  }

  forgetLoadBalancer(arn: string): void {
    this.#loadBalancers.delete(arn)
    this.#corrections.delete(arn)
    for (const listener of this.listenersOf(arn)) this.forgetListener(listener.arn)
  }

  forgetListener(arn: string): void {
    this.#listeners.delete(arn)
    this.#rules.delete(arn)
  }

  forgetRule(arn: string): void {
    const listenerArn = listenerOfRule(arn)
    this.#rules.set(
      listenerArn,
      this.rulesOf(listenerArn).filter((rule) => rule.arn !== arn),
    )
  }

  forgetTargetGroup(arn: string): void {
    this.#targetGroups.delete(arn)
    this.#corrections.delete(arn)
  }

  async #pages(action: string, parameters: Readonly<Record<string, string>>, list: string): Promise<readonly Xml[]> {
    const found: Xml[] = []
    let marker: string | undefined
    do {
      const page: Xml = await this.#upstream.ask('elasticloadbalancing', action, {
        ...parameters,
        ...(marker === undefined ? {} : { Marker: marker }),
      })
      found.push(...listAt(page, list))
      marker = textAt(page, 'NextMarker')
    } while (marker !== undefined && marker !== '')
    return found
  }
}

interface ListenerWithRules {
  readonly listener: Listener
  readonly rules: readonly Rule[]
}

function byPriority(left: Rule, right: Rule): number {
  return rank(left) - rank(right)
}

function rank(rule: Rule): number {
  return rule.priority === 'default' ? Infinity : rule.priority
}
