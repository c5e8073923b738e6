import { AuthorizeSecurityGroupIngressCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { get } from '../e2e/support/aws.ts'
import { startEchoServer } from './echo-server.ts'
import { given } from './fixture-network.ts'
import { startTestBed } from './testing.ts'

void t.test('security groups decide who gets through, once clients have an address', async (t) => {
  const { emulator, fixture, elb, ec2 } = await startTestBed(t)
  const { nodes, extra } = fixture.securityGroups
  const echo = await startEchoServer()
  t.teardown(() => echo.stop())
  const Subnets = [fixture.subnets['public-a'].id, fixture.subnets['public-c'].id]
  const balancer = await elb.send(new CreateLoadBalancerCommand({ Name: 'main', Subnets, SecurityGroups: [extra] }))
  const group = await elb.send(
    new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: 31509, VpcId: fixture.vpcId }),
  )
  const TargetGroupArn = given(group.TargetGroups?.[0]?.TargetGroupArn)
  const node = given(fixture.instances[0]?.id)
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: node }] }))
  await emulator.setTarget(node, 31509, echo)
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: given(balancer.LoadBalancers?.[0]?.LoadBalancerArn),
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  )
  const port = (await emulator.listeners())[0]?.loopbackPort ?? 0
  const asked = (): Promise<number | string> =>
    get(port, '/', 'a.example.com').then(
      ({ status }) => status,
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown'),
    )
  t.equal(await asked(), 200, 'they are not looked at until then')

  await emulator.configure({ clientAddress: '203.0.113.7' })
  t.equal(await asked(), 'ECONNRESET', 'no rule for the listener')
  const client = (CidrIp: string) => ({
    GroupId: extra,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp }] }],
  })
  await ec2.send(new AuthorizeSecurityGroupIngressCommand(client('198.51.100.0/24')))
  t.equal(await asked(), 'ECONNRESET', 'a rule for others')
  await ec2.send(new AuthorizeSecurityGroupIngressCommand(client('203.0.113.0/24')))
  t.equal(await asked(), 504, 'a target that the load balancer does not reach')
  const toNode = (GroupId: string) => ({
    GroupId: nodes,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 31000, ToPort: 32000, UserIdGroupPairs: [{ GroupId }] }],
  })
  await ec2.send(new AuthorizeSecurityGroupIngressCommand(toNode(nodes)))
  t.equal(await asked(), 504, 'opened to another group')
  await ec2.send(new AuthorizeSecurityGroupIngressCommand(toNode(extra)))
  t.equal(await asked(), 200)
  await ec2.send(new RevokeSecurityGroupIngressCommand(toNode(extra)))
  t.equal(await asked(), 504, 'shut again')
})
