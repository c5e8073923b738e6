import { setTimeout as sleep } from 'node:timers/promises'
import { DeleteSecurityGroupCommand } from '@aws-sdk/client-ec2'
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { given, prepareAnswers } from './answers-bed.ts'
import { startTestBed } from './testing.ts'

void t.test('what AWS makes a caller wait for', async (t) => {
  const {
    emulator,
    fixture,
    elb,
    ec2,
    securityGroups,
    createLoadBalancer,
    createTargetGroup,
    createRule,
    rules,
    main,
    web,
  } = await prepareAnswers(await startTestBed(t))

  await t.test(
    'row 26: targets are kept by id and port, and the deregistration of an unknown one succeeds',
    async (t) => {
      await createRule(1, '/a')
      const id = given(fixture.instances[0]?.id)
      await elb.send(
        new RegisterTargetsCommand({
          TargetGroupArn: web,
          Targets: [
            { Id: id, Port: 30080 },
            { Id: id, Port: 30081 },
          ],
        }),
      )
      await elb.send(new RegisterTargetsCommand({ TargetGroupArn: web, Targets: [{ Id: id, Port: 30081 }] }))
      const health = async () =>
        (await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: web }))).TargetHealthDescriptions?.map(
          ({ Target, TargetHealth }) => [Target?.Port, TargetHealth?.State],
        )
      t.same(await health(), [
        [30080, 'initial'],
        [30081, 'initial'],
      ])
      await sleep(1020)
      t.same(await health(), [
        [30080, 'healthy'],
        [30081, 'healthy'],
      ])
      await elb.send(
        new DeregisterTargetsCommand({
          TargetGroupArn: web,
          Targets: [
            { Id: id, Port: 30081 },
            { Id: id, Port: 99 },
          ],
        }),
      )
      t.same(await health(), [
        [30080, 'healthy'],
        [30081, 'draining'],
      ])
      await sleep(1020)
      t.same(await health(), [[30080, 'healthy']])
      const unknown = await elb.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: web, Targets: [{ Id: id, Port: 99 }] }),
      )
      t.match(unknown.TargetHealthDescriptions, [{ TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } }])
    },
  )

  await t.test(
    'row 25: a target group is in use for some time after its last rule, and its targets are then unused',
    async (t) => {
      await emulator.configure({ targetGroupReleaseSeconds: 1000 })
      for (const rule of (await rules()).slice(0, -1))
        await elb.send(new DeleteRuleCommand({ RuleArn: given(rule.RuleArn) }))
      await t.rejects(elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: web })), {
        name: 'ResourceInUseException',
      })
      const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: web }))
      t.match(health.TargetHealthDescriptions, [{ TargetHealth: { State: 'unused', Reason: 'Target.NotInUse' } }])
      t.same((await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups?.[0]?.LoadBalancerArns ?? [], [])
      await sleep(1020)
      t.ok(await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: web })))
      t.ok(await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: web })), 'again')
    },
  )

  await t.test(
    'row 27: a security group stays in use for some time after the deletion of its load balancer',
    async (t) => {
      await emulator.configure({ securityGroupReleaseSeconds: 1000, targetGroupReleaseSeconds: 0 })
      await elb.send(createTargetGroup)
      await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: main }))
      await t.rejects(ec2.send(new DeleteSecurityGroupCommand({ GroupId: securityGroups.extra })), {
        name: 'DependencyViolation',
      })
      await sleep(1020)
      t.ok(await ec2.send(new DeleteSecurityGroupCommand({ GroupId: securityGroups.extra })))
      t.ok(
        await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: main })),
        'the deletion of what is gone succeeds',
      )
      const [group] = (await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups ?? []
      t.same(group?.LoadBalancerArns ?? [], [], 'the target group knows no load balancer any more')
      await t.rejects(elb.send(new DescribeTagsCommand({ ResourceArns: [main] })), {
        name: 'LoadBalancerNotFoundException',
      })
      t.ok(await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: given(group?.TargetGroupArn) })))
    },
  )

  await t.test('a new load balancer is provisioning at first', async (t) => {
    await emulator.configure({ provisioningSeconds: 1000 })
    const state = async () =>
      (await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.map((known) => known.State?.Code)
    await elb.send(new CreateLoadBalancerCommand({ ...createLoadBalancer.input, SecurityGroups: [] }))
    t.same(await state(), ['provisioning'])
    await sleep(1020)
    t.same(await state(), ['active'])
  })
})
