import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import type { Attributes, Tags } from '../../shared/model/model.ts'
import type {
  ObservedAction,
  ObservedListener,
  ObservedLoadBalancer,
  ObservedRule,
  ObservedSecurityGroup,
  ObservedTarget,
  ObservedTargetGroup,
  Read,
  SecurityGroupRule,
} from '../../shared/model/observed.ts'
import type { GroupWorld } from '../../shared/plan/context.ts'
import type { IngressRuleRef, Ref, RuleAction, Step } from '../../shared/plan/step.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Rule = Mutable<ObservedRule>
type Listener = Mutable<Omit<ObservedListener, 'rules'>> & { rules: Rule[] }

/**
 * AWS in memory, as far as the steps of a plan change it. It refuses what AWS refuses: an unknown resource, a taken
 * priority, a target group in use.
 */
export class AwsMemory {
  readonly loadBalancers = new Map<
    string,
    Mutable<Omit<ObservedLoadBalancer, 'listeners'>> & { listeners: Listener[] }
  >()
  readonly targetGroups = new Map<string, Mutable<ObservedTargetGroup>>()
  readonly securityGroups = new Map<string, Mutable<ObservedSecurityGroup>>()
  readonly bindings = new Map<string, TargetGroupBinding>()
  /** ARNs and ids that a step changed or deleted. */
  readonly touched = new Set<string>()
  #count = 0

  /** What a plan looks at; `listeners` are read. */
  observed(): GroupWorld['observed'] {
    return {
      complete: true,
      loadBalancers: [...this.loadBalancers.values()].map((balancer) => ({
        ...balancer,
        listeners: { is: 'read', value: structuredClone(balancer.listeners) },
      })),
      targetGroups: [...this.targetGroups.values()].map((targetGroup) => ({
        ...structuredClone(targetGroup),
        loadBalancerArns: [...this.loadBalancers.values()]
          .filter(({ listeners }) => listeners.some((listener) => uses(listener, targetGroup.arn)))
          .map(({ arn }) => arn),
      })),
      securityGroups: structuredClone([...this.securityGroups.values()]),
    }
  }

  /** Runs the steps in order; `after` is called after each. */
  apply(steps: readonly Step[], after: () => void = () => {}): void {
    const made = new Map<string, string>()
    for (const step of steps) {
      const arn = this.#run(step, made)
      if (arn !== undefined) made.set(step.id, arn)
      after()
    }
  }

  /** The targets of a target group as the lane of bindings left them. */
  setTargets(arn: string, targets: readonly ObservedTarget[]): void {
    const targetGroup = this.targetGroups.get(arn)
    if (targetGroup !== undefined) targetGroup.targets = { is: 'read', value: targets }
  }

  #new(kind: string): string {
    this.#count += 1
    return `${kind}-${this.#count}`
  }

  #run(step: Step, made: ReadonlyMap<string, string>): string | undefined {
    const arn = (ref: Ref): string => {
      const found = 'arn' in ref ? ref.arn : made.get(ref.madeBy)
      if (found === undefined) throw new Error(`${step.id} uses what is not made`)
      return found
    }
    const touch = (ref: Ref): string => {
      const found = arn(ref)
      this.touched.add(found)
      return found
    }
    const action = (wanted: RuleAction): readonly ObservedAction[] =>
      wanted.is === 'forward' ? [this.#forward(wanted, arn)] : [wanted]
    switch (step.is) {
      case 'create-security-group': {
        const id = this.#new('sg')
        const { name, description, tags } = step
        this.securityGroups.set(id, { id, name, description, tags, vpcId: 'vpc', inbound: [] })
        return id
      }
      case 'delete-security-group': {
        const id = touch(step.securityGroup)
        if ([...this.loadBalancers.values()].some(({ securityGroupIds }) => securityGroupIds.includes(id)))
          throw new Error('DependencyViolation')
        this.securityGroups.delete(id)
        return undefined
      }
      case 'authorize-ingress': {
        const group = need(this.securityGroups.get(touch(step.securityGroup)))
        group.inbound = [...group.inbound, ...step.rules.map((rule) => resolve(rule, arn))]
        return undefined
      }
      case 'revoke-ingress': {
        const group = need(this.securityGroups.get(touch(step.securityGroup)))
        const gone = new Set(step.rules.map((rule) => ruleKey(resolve(rule, arn))))
        group.inbound = group.inbound.filter((rule) => !gone.has(ruleKey(rule)))
        return undefined
      }
      case 'tag-ec2':
      case 'tag': {
        const resource = need(this.#tagged(touch(step.resource)))
        resource.tags = retag(resource.tags, step.set, step.remove)
        return undefined
      }
      case 'create-load-balancer': {
        const id = this.#new('alb')
        this.loadBalancers.set(id, {
          arn: id,
          name: step.name,
          dnsName: `${step.name}.example`,
          scheme: step.scheme,
          state: 'active',
          ipAddressType: step.ipAddressType,
          vpcId: 'vpc',
          subnetIds: step.subnetIds,
          securityGroupIds: step.securityGroups.map(arn),
          tags: step.tags,
          listeners: [],
          attributes: { is: 'read', value: {} },
        })
        return id
      }
      case 'set-security-groups': {
        need(this.loadBalancers.get(touch(step.loadBalancer))).securityGroupIds = step.securityGroups.map(arn)
        return undefined
      }
      case 'set-subnets': {
        need(this.loadBalancers.get(touch(step.loadBalancer))).subnetIds = step.subnetIds
        return undefined
      }
      case 'set-ip-address-type': {
        need(this.loadBalancers.get(touch(step.loadBalancer))).ipAddressType = step.ipAddressType
        return undefined
      }
      case 'modify-load-balancer-attributes': {
        const balancer = need(this.loadBalancers.get(touch(step.loadBalancer)))
        balancer.attributes = withAttributes(balancer.attributes, step.attributes)
        return undefined
      }
      case 'delete-load-balancer': {
        this.loadBalancers.delete(touch(step.loadBalancer))
        return undefined
      }
      case 'create-target-group': {
        const id = this.#new('tg')
        const { name, targetType, protocol, protocolVersion, ipAddressType, port, vpcId, healthCheck, tags } = step
        this.targetGroups.set(id, {
          arn: id,
          name,
          targetType,
          protocol,
          protocolVersion,
          ipAddressType,
          port,
          vpcId,
          healthCheck,
          tags,
          loadBalancerArns: [],
          attributes: { is: 'read', value: {} },
          targets: { is: 'read', value: [] },
        })
        return id
      }
      case 'modify-target-group': {
        need(this.targetGroups.get(touch(step.targetGroup))).healthCheck = step.healthCheck
        return undefined
      }
      case 'modify-target-group-attributes': {
        const targetGroup = need(this.targetGroups.get(touch(step.targetGroup)))
        targetGroup.attributes = withAttributes(targetGroup.attributes, step.attributes)
        return undefined
      }
      case 'delete-target-group': {
        const id = touch(step.targetGroup)
        if (this.#listeners().some((listener) => uses(listener, id))) throw new Error('ResourceInUse')
        this.targetGroups.delete(id)
        return undefined
      }
      case 'create-listener': {
        const id = this.#new('listener')
        const balancer = need(this.loadBalancers.get(touch(step.loadBalancer)))
        if (balancer.listeners.some(({ port }) => port === step.port)) throw new Error('DuplicateListener')
        const { port, protocol, tags } = step
        balancer.listeners.push({
          arn: id,
          port,
          protocol,
          ...(step.tls === undefined ? {} : { tls: { ...step.tls, certificates: [] } }),
          tags,
          defaultActions: action(step.defaultAction),
          rules: [],
        })
        return id
      }
      case 'modify-listener': {
        const listener = this.#listener(touch(step.listener))
        listener.port = step.port
        listener.protocol = step.protocol
        if (step.tls === undefined) delete listener.tls
        else listener.tls = { ...step.tls, certificates: listener.tls?.certificates ?? [] }
        listener.defaultActions = action(step.defaultAction)
        return undefined
      }
      case 'add-listener-certificate': {
        const listener = this.#listener(touch(step.listener))
        if (listener.tls === undefined) throw new Error('not an HTTPS listener')
        listener.tls = {
          ...listener.tls,
          certificates: [...new Set([...listener.tls.certificates, step.certificate])],
        }
        return undefined
      }
      case 'remove-listener-certificate': {
        const listener = this.#listener(touch(step.listener))
        if (listener.tls === undefined) throw new Error('not an HTTPS listener')
        const kept = listener.tls.certificates.filter((certificate) => certificate !== step.certificate)
        listener.tls = { ...listener.tls, certificates: kept }
        return undefined
      }
      case 'delete-listener': {
        const id = touch(step.listener)
        for (const balancer of this.loadBalancers.values())
          balancer.listeners = balancer.listeners.filter((listener) => listener.arn !== id)
        return undefined
      }
      case 'create-rule': {
        const id = this.#new('rule')
        const listener = this.#listener(touch(step.listener))
        if (listener.rules.some(({ priority }) => priority === step.priority)) throw new Error('PriorityInUse')
        const { priority, conditions, tags } = step
        listener.rules.push({ arn: id, priority, conditions, tags, actions: action(step.action) })
        return id
      }
      case 'modify-rule': {
        const rule = this.#rule(touch(step.rule))
        rule.conditions = step.conditions
        rule.actions = action(step.action)
        return undefined
      }
      case 'set-rule-priorities': {
        for (const { rule, priority } of step.priorities) this.#rule(touch(rule)).priority = priority
        for (const listener of this.#listeners())
          if (new Set(listener.rules.map(({ priority }) => priority)).size !== listener.rules.length)
            throw new Error('PriorityInUse')
        return undefined
      }
      case 'delete-rule': {
        const id = touch(step.rule)
        for (const listener of this.#listeners()) listener.rules = listener.rules.filter((rule) => rule.arn !== id)
        return undefined
      }
      case 'apply-binding': {
        const { namespace, name, service, port, targetPorts, labels } = step.binding
        const groupID = step.sourceGroup === undefined ? undefined : arn(step.sourceGroup)
        this.bindings.set(`${namespace}/${name}`, {
          namespace,
          name,
          uid: name,
          resourceVersion: '1',
          creationTimestamp: '2026-01-01T00:00:00Z',
          labels,
          annotations: {},
          finalizers: [],
          generation: 1,
          spec: {
            targetGroupARN: arn(step.targetGroup),
            targetType: need(this.targetGroups.get(arn(step.targetGroup))).targetType,
            serviceRef: { name: service, port },
            ...(groupID === undefined
              ? {}
              : {
                  networking: {
                    ingress: targetPorts.map((targetPort) => ({
                      from: [{ securityGroup: { groupID } }],
                      ports: [{ protocol: 'TCP', port: targetPort }],
                    })),
                  },
                }),
          },
        })
        return undefined
      }
      case 'delete-binding': {
        this.bindings.delete(`${step.namespace}/${step.name}`)
        return undefined
      }
      case 'await-targets':
      case 'register-targets':
      case 'deregister-targets':
        return undefined
      default:
        return step satisfies never
    }
  }

  #forward(
    { targetGroup, standIn }: Extract<RuleAction, { readonly is: 'forward' }>,
    arn: (ref: Ref) => string,
  ): ObservedAction {
    const to = this.#known(arn(targetGroup))
    return standIn === undefined
      ? { is: 'forward', targetGroupArns: [to] }
      : { is: 'forward', targetGroupArns: [this.#known(arn(standIn))], idle: [to] }
  }

  #listeners(): readonly Listener[] {
    return [...this.loadBalancers.values()].flatMap(({ listeners }) => listeners)
  }

  #listener(arn: string): Listener {
    return need(this.#listeners().find((listener) => listener.arn === arn))
  }

  #rule(arn: string): Rule {
    return need(
      this.#listeners()
        .flatMap(({ rules }) => rules)
        .find((rule) => rule.arn === arn),
    )
  }

  #known(targetGroup: string): string {
    return need(this.targetGroups.get(targetGroup)).arn
  }

  #tagged(arn: string): { tags: Tags } | undefined {
    const listeners = this.#listeners()
    return (
      this.loadBalancers.get(arn) ??
      this.targetGroups.get(arn) ??
      this.securityGroups.get(arn) ??
      [...listeners, ...listeners.flatMap(({ rules }) => rules)].find((each) => each.arn === arn)
    )
  }
}

const need = <T>(found: T | undefined): T => {
  if (found === undefined) throw new Error('no such resource')
  return found
}

const withAttributes = (of: Read<Attributes>, change: Attributes): Read<Attributes> => ({
  is: 'read',
  value: { ...(of.is === 'read' ? of.value : {}), ...change },
})

const retag = (tags: Tags, set: Tags, remove: readonly string[]): Tags =>
  Object.fromEntries(Object.entries({ ...tags, ...set }).filter(([key]) => !remove.includes(key)))

const resolve = (rule: IngressRuleRef, arn: (ref: Ref) => string): SecurityGroupRule => ({
  ...rule,
  source: rule.source.is === 'made-group' ? { is: 'group', groupId: arn(rule.source.group) } : rule.source,
})

const ruleKey = (rule: SecurityGroupRule): string =>
  JSON.stringify([rule.protocol, rule.fromPort, rule.toPort, rule.source])

const uses = (listener: Listener, targetGroup: string): boolean =>
  [...listener.defaultActions, ...listener.rules.flatMap(({ actions }) => actions)].some(
    (action) => action.is === 'forward' && [...action.targetGroupArns, ...(action.idle ?? [])].includes(targetGroup),
  )
