import { CertificateStore } from './certificates/store.ts'

/** The TLS side of an HTTPS listener. */
export interface ListenerTls {
  readonly policy: string
  /** Absent only in an account where nothing is refused. */
  readonly defaultCertificate?: string
  /** The certificate list, in which the default one may stand too. */
  readonly extraCertificates: readonly string[]
  readonly mutualAuthentication: string
}

/** A registered target, keyed by id and port as AWS does. */
export interface RegisteredTarget {
  readonly id: string
  readonly port: number
  readonly zone?: string
  /** Monotonic milliseconds. */
  readonly registeredAt: number
  /** Deregistered and draining until then. */
  readonly drainsUntil?: number
}

/**
 * What moto does not keep, or keeps wrong: tags and attributes of load balancing objects, targets, certificates and the listeners that use
 * them, and what AWS holds back for a while. Times are monotonic milliseconds.
 */
export class OwnState {
  readonly tags = new Map<string, ReadonlyMap<string, string>>()
  readonly certificates = new CertificateStore()
  /** Of HTTPS listeners, by ARN. */
  readonly tls = new Map<string, ListenerTls>()
  /** Of inbound rules, by security group, protocol, ports and prefix list. */
  readonly prefixListDescriptions = new Map<string, string>()
  /** IPv4 prefixes (/28) of network interfaces, by id. */
  readonly ipv4Prefixes = new Map<string, readonly string[]>()
  /** Of load balancers and target groups, by ARN: those that somebody set. */
  readonly #attributes = new Map<string, ReadonlyMap<string, string>>()
  readonly createdAt = new Map<string, number>()
  readonly targetGroupsUsedSince = new Map<string, number>()
  readonly targetGroupsHeldUntil = new Map<string, number>()
  readonly securityGroupsHeldUntil = new Map<string, number>()
  readonly #targets = new Map<string, readonly RegisteredTarget[]>()

  /** The attributes of a load balancer or target group that somebody set. */
  attributesOf(arn: string): ReadonlyMap<string, string> {
    return this.#attributes.get(arn) ?? new Map()
  }

  setAttributes(arn: string, changed: ReadonlyMap<string, string>): void {
    this.#attributes.set(arn, new Map([...this.attributesOf(arn), ...changed]))
  }

  /** Targets of a target group, those that drain included. */
  targetsOf(targetGroupArn: string, now: number): readonly RegisteredTarget[] {
    return (this.#targets.get(targetGroupArn) ?? []).filter(
      ({ drainsUntil }) => drainsUntil === undefined || drainsUntil > now,
    )
  }

  register(targetGroupArn: string, added: readonly RegisteredTarget[], now: number): void {
    const known = this.targetsOf(targetGroupArn, now)
    const isNew = (target: RegisteredTarget) =>
      !known.some((other) => sameTarget(other, target) && other.drainsUntil === undefined)
    const fresh = added.filter(isNew)
    this.#targets.set(targetGroupArn, [
      ...known.filter((old) => !fresh.some((target) => sameTarget(old, target))),
      ...fresh,
    ])
  }

  /** Unknown targets are passed over, as AWS does. */
  deregister(
    targetGroupArn: string,
    removed: readonly Pick<RegisteredTarget, 'id' | 'port'>[],
    drainsUntil: number,
    now: number,
  ): void {
    const after = this.targetsOf(targetGroupArn, now).map((target) =>
      target.drainsUntil === undefined && removed.some((other) => sameTarget(target, other))
        ? { ...target, drainsUntil }
        : target,
    )
    this.#targets.set(targetGroupArn, after)
  }

  /** An object is gone, and what is known of it, of its listeners and of its rules with it. */
  forget(arn: string): void {
    const inside = [':listener/', ':listener-rule/'].map(
      (kind) => `${arn.replace(/:(loadbalancer|listener|listener-rule)\//, kind)}/`,
    )
    for (const known of [this.tags, this.tls])
      for (const key of known.keys())
        if (key === arn || inside.some((prefix) => key.startsWith(prefix))) known.delete(key)
    this.createdAt.delete(arn)
    this.#attributes.delete(arn)
    this.#targets.delete(arn)
  }

  clear(): void {
    this.tags.clear()
    this.tls.clear()
    this.prefixListDescriptions.clear()
    this.ipv4Prefixes.clear()
    this.#attributes.clear()
    this.certificates.clear()
    this.#targets.clear()
    for (const times of [
      this.createdAt,
      this.targetGroupsUsedSince,
      this.targetGroupsHeldUntil,
      this.securityGroupsHeldUntil,
    ])
      times.clear()
  }
}

function sameTarget(
  left: Pick<RegisteredTarget, 'id' | 'port'>,
  right: Pick<RegisteredTarget, 'id' | 'port'>,
): boolean {
  return left.id === right.id && left.port === right.port
}
