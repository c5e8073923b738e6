import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { TestBed } from './testing.ts'

/** A load balancer `main` with a listener on port 80 and a target group `web`, one second of AWS being a millisecond. */
export async function prepareAnswers(bed: TestBed) {
  const { emulator, fixture, elb } = bed
  const { subnets, securityGroups } = fixture
  await emulator.configure({ timeScale: 0.001, initialHealthSeconds: 1000 })
  const createLoadBalancer = new CreateLoadBalancerCommand({
    Name: 'main',
    Scheme: 'internal',
    Type: 'application',
    IpAddressType: 'ipv4',
    Subnets: [subnets['private-a'].id, subnets['private-c'].id],
    SecurityGroups: [securityGroups.extra],
    Tags: [{ Key: 'owner', Value: 'one' }],
  })
  const createTargetGroup = new CreateTargetGroupCommand({
    Name: 'web',
    Protocol: 'HTTP',
    ProtocolVersion: 'HTTP1',
    Port: 30080,
    VpcId: fixture.vpcId,
    TargetType: 'instance',
    Tags: Array.from({ length: 12 }, (_, index) => ({ Key: `key-${index}`, Value: 'value' })),
  })
  const main = given((await elb.send(createLoadBalancer)).LoadBalancers?.[0]?.LoadBalancerArn)
  const web = given((await elb.send(createTargetGroup)).TargetGroups?.[0]?.TargetGroupArn)
  const createListener = new CreateListenerCommand({
    LoadBalancerArn: main,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain' } }],
  })
  const http = given((await elb.send(createListener)).Listeners?.[0]?.ListenerArn)
  const createRule = async (priority: number, path: string, target = web) =>
    given(
      (
        await elb.send(
          new CreateRuleCommand({
            ListenerArn: http,
            Priority: priority,
            Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }],
            Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: target }] } }],
          }),
        )
      ).Rules?.[0]?.RuleArn,
    )
  const rules = async () => (await elb.send(new DescribeRulesCommand({ ListenerArn: http }))).Rules ?? []
  return {
    ...bed,
    subnets,
    securityGroups,
    createLoadBalancer,
    createTargetGroup,
    createListener,
    createRule,
    rules,
    main,
    web,
    http,
  }
}

/** What AWS always answers. */
export function given(value: string | undefined): string {
  if (value === undefined) throw new Error('AWS left out a value')
  return value
}
