import {
  type Action,
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  LoadBalancerSchemeEnum,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  type ProtocolEnum,
  RegisterTargetsCommand,
  type TargetTypeEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand, EC2Client } from '@aws-sdk/client-ec2'
import type { Emulator } from '../aws/emulator.ts'
import type { Fixture } from '../aws/fixture.ts'
import { given } from '../aws/fixture-network.ts'
import { tagKeys } from '../../shared/names/tags.ts'
import type { EndState, EndStateAction, EndStateListener } from './case.ts'

type Tags = Readonly<Record<string, string>>

/** Puts end states of LBC into an account by uncounted calls, in the order in which it makes them. */
export class LbcAccount {
  /** Ids and ARNs by symbol: `sg:NAME`, `tg:RESOURCE_TAG`, `subnet:NAME`, `cert:DOMAIN`, `node:ZONE`, `vpc`. */
  readonly ids: Map<string, string>
  readonly #elb: ElasticLoadBalancingV2Client
  readonly #ec2: EC2Client
  readonly #vpcId: string

  constructor(emulator: Emulator, fixture: Fixture) {
    const settings = {
      endpoint: emulator.uncountedEndpoint,
      region: emulator.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }
    this.#elb = new ElasticLoadBalancingV2Client(settings)
    this.#ec2 = new EC2Client(settings)
    this.#vpcId = fixture.vpcId
    this.ids = new Map([
      ['vpc', fixture.vpcId],
      ...Object.entries(fixture.subnets).map(([name, { id }]) => [`subnet:${name}`, id] as const),
      ...Object.entries(fixture.securityGroups).map(([name, id]) => [`sg:${name}`, id] as const),
      ...Object.entries(fixture.certificates).map(([domain, arn]) => [`cert:${domain}`, arn] as const),
      ...fixture.instances.map(({ id, zone }) => [`node:${zone.slice(-1)}`, id] as const),
    ])
  }

  id(symbol: string): string {
    const id = this.ids.get(symbol)
    if (id === undefined) throw new Error(`the account has no ${symbol}`)
    return id
  }

  /** One end state; a security group that is there already, which several cases share, stays as it is. */
  async put(state: EndState): Promise<void> {
    for (const group of state.securityGroups) await this.#putSecurityGroup(group)
    for (const targetGroup of state.targetGroups) await this.#putTargetGroup(targetGroup)
    for (const loadBalancer of state.loadBalancers) await this.#putLoadBalancer(loadBalancer)
  }

  async authorize(name: string, inbound: EndState['securityGroups'][number]['inbound']): Promise<void> {
    if (inbound.length === 0) return
    await this.#ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: this.id(`sg:${name}`),
        IpPermissions: inbound.map(([IpProtocol, FromPort, ToPort, source, Description]) => ({
          IpProtocol,
          FromPort,
          ToPort,
          ...(source.startsWith('sg:')
            ? { UserIdGroupPairs: [{ GroupId: this.id(source), Description }] }
            : { IpRanges: [{ CidrIp: source, Description }] }),
        })),
      }),
    )
  }

  destroy(): void {
    this.#elb.destroy()
    this.#ec2.destroy()
  }

  async #putSecurityGroup({ name, description, tags, inbound }: EndState['securityGroups'][number]): Promise<void> {
    if (this.ids.has(`sg:${name}`)) return
    const made = await this.#ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: description,
        VpcId: this.#vpcId,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: tagList(tags) }],
      }),
    )
    this.ids.set(`sg:${name}`, given(made.GroupId))
    await this.authorize(name, inbound)
  }

  async #putTargetGroup({
    name,
    tags,
    targets,
    attributes = {},
    Matcher,
    Protocol,
    ProtocolVersion,
    TargetType,
    IpAddressType: _,
    ...settings
  }: EndState['targetGroups'][number]): Promise<void> {
    const made = await this.#elb.send(
      new CreateTargetGroupCommand({
        ...settings,
        Name: name,
        Protocol: enumerated<ProtocolEnum>(Protocol, ['HTTP', 'HTTPS']),
        ProtocolVersion,
        TargetType: enumerated<TargetTypeEnum>(TargetType, ['instance', 'ip']),
        Matcher,
        VpcId: this.#vpcId,
        Tags: tagList(tags),
      }),
    )
    const TargetGroupArn = given(made.TargetGroups?.[0]?.TargetGroupArn)
    this.ids.set(`tg:${tags[tagKeys.resource] ?? ''}`, TargetGroupArn)
    if (Object.keys(attributes).length > 0)
      await this.#elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: tagList(attributes) }))
    await this.#elb.send(
      new RegisterTargetsCommand({
        TargetGroupArn,
        Targets: targets.map(([node, Port]) => ({ Id: this.id(node), Port })),
      }),
    )
  }

  async #putLoadBalancer({
    name,
    scheme,
    groups,
    subnets,
    tags,
    attributes = {},
    listeners,
  }: EndState['loadBalancers'][number]): Promise<void> {
    const made = await this.#elb.send(
      new CreateLoadBalancerCommand({
        Name: name,
        Scheme: scheme === 'internal' ? LoadBalancerSchemeEnum.INTERNAL : LoadBalancerSchemeEnum.INTERNET_FACING,
        Type: 'application',
        IpAddressType: 'ipv4',
        SecurityGroups: groups.map((symbol) => this.id(symbol)),
        SubnetMappings: subnets.map((symbol) => ({ SubnetId: this.id(symbol) })),
        Tags: tagList(tags),
      }),
    )
    const LoadBalancerArn = given(made.LoadBalancers?.[0]?.LoadBalancerArn)
    if (Object.keys(attributes).length > 0)
      await this.#elb.send(
        new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: tagList(attributes) }),
      )
    for (const listener of listeners) await this.#putListener(LoadBalancerArn, listener)
  }

  async #putListener(LoadBalancerArn: string, listener: EndStateListener): Promise<void> {
    const { port, protocol, policy, default: standard, extra, defaultActions, rules, tags } = listener
    const made = await this.#elb.send(
      new CreateListenerCommand({
        LoadBalancerArn,
        Port: port,
        Protocol: enumerated<ProtocolEnum>(protocol, ['HTTP', 'HTTPS']),
        DefaultActions: defaultActions.map((action) => this.#action(action)),
        ...(policy === null ? {} : { SslPolicy: policy, Certificates: this.#certificates(standard) }),
        Tags: tagList(tags),
      }),
    )
    const ListenerArn = given(made.Listeners?.[0]?.ListenerArn)
    for (const certificate of extra)
      await this.#elb.send(
        new AddListenerCertificatesCommand({ ListenerArn, Certificates: this.#certificates([certificate]) }),
      )
    for (const { priority, conditions, actions, tags: own } of rules)
      await this.#elb.send(
        new CreateRuleCommand({
          ListenerArn,
          Priority: priority,
          Conditions: conditions.map(({ field, values }) =>
            field === 'host-header'
              ? { Field: field, HostHeaderConfig: { Values: values } }
              : { Field: field, PathPatternConfig: { Values: values } },
          ),
          Actions: actions.map((action) => this.#action(action)),
          Tags: tagList(own),
        }),
      )
  }

  #certificates(symbols: readonly string[]): { CertificateArn: string }[] {
    return symbols.map((symbol) => ({ CertificateArn: this.id(symbol) }))
  }

  #action(action: EndStateAction): Action {
    if ('groups' in action) {
      const TargetGroups = action.groups.map(([symbol]) => ({ TargetGroupArn: this.id(symbol) }))
      return { Type: 'forward', Order: 1, ForwardConfig: { TargetGroups } }
    }
    return { ...action, Order: 1 }
  }
}

const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const enumerated = <T extends string>(value: string, known: readonly T[]): T => {
  const found = known.find((each) => each === value)
  if (found === undefined) throw new Error(`no case has ${value}`)
  return found
}
