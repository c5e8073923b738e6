import {
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { createFixture } from './fixture.ts'
import { normalForm } from './normal-form.ts'
import { startTestBed, type TestBed } from './testing.ts'

void t.test('the state of the account', async (t) => {
  const bed = await startTestBed(t)
  const { emulator, fixture } = bed
  await makeLoadBalancer(bed, ['private-a', 'private-c', 'private-d'], 'k8s-shop-web-0123456789')
  const state = await emulator.snapshot()
  const form = normalForm(state, fixture)

  void t.test('is told with its ids', (t) => {
    const [loadBalancer] = state.loadBalancers
    t.match(loadBalancer, { name: 'main', arn: /^arn:aws:elasticloadbalancing:/, dnsName: /^main-/, attributes: {} })
    t.match(loadBalancer?.listeners[0]?.rules[0]?.arn, /listener-rule/)
    t.same(state.targetGroups[0]?.targets.length, 3)
    t.end()
  })

  void t.test('is told without ids in its normal form', (t) => {
    t.match(form, {
      loadBalancers: [
        {
          name: 'main',
          scheme: 'internal',
          ipAddressType: 'ipv4',
          vpc: 'vpc',
          subnets: ['subnet:private-a', 'subnet:private-c', 'subnet:private-d'],
          securityGroups: ['sg:extra'],
          attributes: {},
          tags: { owner: 'shop' },
          listeners: [
            {
              port: 80,
              protocol: 'HTTP',
              defaultActions: [{ type: 'fixed-response', statusCode: '404' }],
              rules: [
                {
                  priority: 1,
                  conditions: [
                    { field: 'host-header', values: ['a.example.com'] },
                    { field: 'path-pattern', values: ['/a', '/a/*'] },
                  ],
                  actions: [{ type: 'forward', targetGroups: ['tg:shop/web-web:80 1'] }],
                },
              ],
            },
            {
              port: 443,
              protocol: 'HTTPS',
              tls: {
                policy: 'ELBSecurityPolicy-2016-08',
                defaultCertificate: 'cert:app.example.com',
                extraCertificates: ['cert:*.example.com', 'cert:app.example.com'],
                mutualAuthentication: 'off',
              },
            },
          ],
        },
      ],
      targetGroups: [
        {
          name: 'k8s-shop-web-#',
          settings: {
            Port: '30080',
            Protocol: 'HTTP',
            VpcId: 'vpc',
            HealthCheckPath: '/',
            HttpCode: '200',
            TargetType: 'instance',
          },
          attributes: {},
          tags: { 'ingress.k8s.aws/resource': 'shop/web-web:80' },
          targets: ['node:a:30080', 'node:c:30080', 'node:d:30080'],
        },
      ],
      securityGroups: [
        { name: 'extra', inbound: [] },
        { name: 'nodes', tags: { Name: 'nodes', 'kubernetes.io/cluster/demo': 'owned' }, vpc: 'vpc', inbound: [] },
        { name: 'other' },
      ],
    })
    t.notMatch(JSON.stringify(form), /arn:|subnet-|sg-[0-9a-f]{5}|vpc-[0-9a-f]{5}|"i-/)
    t.end()
  })

  await t.test('has the same normal form whatever the ids and the order of making', async (t) => {
    await emulator.reset()
    await emulator.configure({ timeScale: 0 })
    const again = { ...bed, fixture: await createFixture(emulator) }
    const { TargetGroups } = await bed.elb.send(
      new CreateTargetGroupCommand({ Name: 'x', Protocol: 'HTTP', Port: 1, VpcId: fixture.vpcId }),
    )
    t.equal(TargetGroups?.length, 1)
    await makeLoadBalancer(again, ['private-d', 'private-a', 'private-c'], 'k8s-shop-web-abcdef0123')
    const later = await emulator.snapshot()
    t.not(later.loadBalancers[0]?.arn, state.loadBalancers[0]?.arn)
    const others = { ...later, targetGroups: later.targetGroups.filter(({ name }) => name !== 'x') }
    t.same(normalForm(others, again.fixture), form)
  })
})

async function makeLoadBalancer(
  { elb, fixture }: TestBed,
  subnets: readonly ('private-a' | 'private-c' | 'private-d')[],
  targetGroupName: string,
): Promise<void> {
  const loadBalancer = await elb.send(
    new CreateLoadBalancerCommand({
      Name: 'main',
      Scheme: 'internal',
      Subnets: subnets.map((name) => fixture.subnets[name].id),
      SecurityGroups: [fixture.securityGroups.extra],
      Tags: [{ Key: 'owner', Value: 'shop' }],
    }),
  )
  const targetGroup = await elb.send(
    new CreateTargetGroupCommand({
      Name: targetGroupName,
      Protocol: 'HTTP',
      Port: 30080,
      VpcId: fixture.vpcId,
      Tags: [{ Key: 'ingress.k8s.aws/resource', Value: 'shop/web-web:80' }],
    }),
  )
  const TargetGroupArn = targetGroup.TargetGroups?.[0]?.TargetGroupArn
  const listener = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancer.LoadBalancers?.[0]?.LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  )
  const { certificates } = fixture
  const https = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancer.LoadBalancers?.[0]?.LoadBalancerArn,
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificates['app.example.com'] }],
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  )
  const extra = [certificates['app.example.com'], certificates['*.example.com']]
  for (const CertificateArn of subnets[0] === 'private-a' ? extra : extra.toReversed())
    await elb.send(
      new AddListenerCertificatesCommand({
        ListenerArn: https.Listeners?.[0]?.ListenerArn,
        Certificates: [{ CertificateArn }],
      }),
    )
  await elb.send(
    new CreateRuleCommand({
      ListenerArn: listener.Listeners?.[0]?.ListenerArn,
      Priority: 1,
      Conditions: [
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/a/*', '/a'] } },
        { Field: 'host-header', HostHeaderConfig: { Values: ['a.example.com'] } },
      ],
      Actions: [{ Type: 'forward', TargetGroupArn }],
    }),
  )
  const targets = fixture.instances.map(({ id }) => ({ Id: id, Port: 30080 }))
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: targets }))
}
