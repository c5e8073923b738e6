import { CreateSecurityGroupCommand } from '@aws-sdk/client-ec2'
import {
  type Action,
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  type CreateListenerCommandInput,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DescribeRulesCommand,
  ModifyLoadBalancerAttributesCommand,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { requestCertificate, uploadServerCertificate } from '../fixture-certificates.ts'
import type { TestBed } from '../testing.ts'
import { authorize, forward, notFound } from './builders.ts'

/** A call that AWS refuses: row of the list, what is wrong, the call, the name of its error. */
export type RefusalCase = readonly [row: number, name: string, call: () => Promise<unknown>, code: string]

export type Prepared = Awaited<ReturnType<typeof prepare>>

const anyPath: RuleCondition = { Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }

/**
 * The account that the refusals are tried on: load balancer `main` with listeners on ports 80, 81 and 443, on port 80 a rule
 * to target group `web` and another, on port 443 the certificates of `app.example.com` (default), `*.example.com` and one of
 * IAM; `pending`, a certificate that is not issued; `second`, protected from deletion, with a listener; `foreign` and a security group in
 * another VPC; `addresses` of target type ip, `grpc` of that version; a rule of group `nodes` that names group `other`. The builders make calls that would succeed.
 */
export async function prepare({ emulator, fixture, elb, ec2, acm, iam }: TestBed) {
  const { subnets, m11Subnets, securityGroups } = fixture
  const publicSubnets = [subnets['public-a'].id, subnets['public-c'].id]

  const loadBalancer = (change: Partial<CreateLoadBalancerCommandInput> = {}) =>
    new CreateLoadBalancerCommand({
      Name: 'main',
      Scheme: 'internet-facing',
      Type: 'application',
      Subnets: publicSubnets,
      SecurityGroups: [securityGroups.extra],
      ...change,
    })
  const targetGroup = (change: Partial<CreateTargetGroupCommandInput> = {}) =>
    new CreateTargetGroupCommand({
      Name: 'web',
      Protocol: 'HTTP',
      Port: 30080,
      VpcId: fixture.vpcId,
      TargetType: 'instance',
      ...change,
    })

  const main = given((await elb.send(loadBalancer())).LoadBalancers?.[0]?.LoadBalancerArn)
  const second = given((await elb.send(loadBalancer({ Name: 'second' }))).LoadBalancers?.[0]?.LoadBalancerArn)
  const web = given((await elb.send(targetGroup())).TargetGroups?.[0]?.TargetGroupArn)
  const listener = async (arn: string, port: number) =>
    given(
      (
        await elb.send(
          new CreateListenerCommand({ LoadBalancerArn: arn, Port: port, Protocol: 'HTTP', DefaultActions: [notFound] }),
        )
      ).Listeners?.[0]?.ListenerArn,
    )
  const http = await listener(main, 80)
  const http81 = await listener(main, 81)
  const secondHttp = await listener(second, 80)
  const { certificates } = fixture
  const httpsOn = (change: Partial<CreateListenerCommandInput> = {}) =>
    new CreateListenerCommand({
      LoadBalancerArn: main,
      Port: 8443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificates['app.example.com'] }],
      DefaultActions: [notFound],
      ...change,
    })
  const https = given((await elb.send(httpsOn({ Port: 443 }))).Listeners?.[0]?.ListenerArn)
  await elb.send(
    new AddListenerCertificatesCommand({
      ListenerArn: https,
      Certificates: [{ CertificateArn: certificates['*.example.com'] }],
    }),
  )
  const pending = await requestCertificate(emulator, ['pending.example.com'])
  const server = await uploadServerCertificate(emulator, 'server', { names: ['server.example.com'] })
  await elb.send(new AddListenerCertificatesCommand({ ListenerArn: https, Certificates: [{ CertificateArn: server }] }))
  const rule = (
    change: {
      readonly ListenerArn?: string
      readonly Priority?: number
      readonly Conditions?: RuleCondition[]
      readonly Actions?: Action[]
    } = {},
  ) => new CreateRuleCommand({ ListenerArn: http, Priority: 9, Conditions: [anyPath], Actions: [notFound], ...change })
  const first = given((await elb.send(rule({ Priority: 1, Actions: [forward(web)] }))).Rules?.[0]?.RuleArn)
  const other = given((await elb.send(rule({ Priority: 2 }))).Rules?.[0]?.RuleArn)
  const foreign = given(
    (await elb.send(targetGroup({ Name: 'foreign', VpcId: fixture.m11VpcId }))).TargetGroups?.[0]?.TargetGroupArn,
  )
  const defaultRule = given(
    (await elb.send(new DescribeRulesCommand({ ListenerArn: http }))).Rules?.find((known) => known.IsDefault === true)
      ?.RuleArn,
  )
  const strangerGroup = given(
    (
      await ec2.send(
        new CreateSecurityGroupCommand({ GroupName: 'stranger', Description: 'stranger', VpcId: fixture.m11VpcId }),
      )
    ).GroupId,
  )
  await ec2.send(
    authorize(securityGroups.nodes, {
      IpProtocol: 'tcp',
      FromPort: 30080,
      ToPort: 30080,
      UserIdGroupPairs: [{ GroupId: securityGroups.other }],
    }),
  )
  await elb.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: second,
      Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }],
    }),
  )
  const addresses = given(
    (await elb.send(targetGroup({ Name: 'addresses', TargetType: 'ip' }))).TargetGroups?.[0]?.TargetGroupArn,
  )
  const grpc = given(
    (await elb.send(targetGroup({ Name: 'grpc', ProtocolVersion: 'GRPC' }))).TargetGroups?.[0]?.TargetGroupArn,
  )
  const instance = given(fixture.instances[0]?.id)
  return {
    emulator,
    fixture,
    elb,
    ec2,
    acm,
    iam,
    certificates,
    httpsOn,
    https,
    pending,
    subnets,
    m11Subnets,
    securityGroups,
    loadBalancer,
    targetGroup,
    rule,
    main,
    second,
    web,
    http,
    http81,
    secondHttp,
    first,
    other,
    foreign,
    addresses,
    grpc,
    defaultRule,
    strangerGroup,
    instance,
  }
}

export function given(value: string | undefined): string {
  if (value === undefined) throw new Error('AWS left out a value')
  return value
}
