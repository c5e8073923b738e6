import { ListCertificatesCommand } from '@aws-sdk/client-acm'
import { CreateSubnetCommand, CreateVpcCommand } from '@aws-sdk/client-ec2'
import {
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ModifyRuleCommand,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { ListServerCertificatesCommand } from '@aws-sdk/client-iam'
import t from 'tap'
import { rows } from './proxy/rows/index.ts'
import { actionCases } from './refusals/actions.ts'
import { attributeCases } from './refusals/attributes.ts'
import { forward, listenerOn } from './refusals/builders.ts'
import { certificateCases } from './refusals/certificates.ts'
import { certificateStoreCases } from './refusals/certificate-stores.ts'
import { conditionCases } from './refusals/conditions.ts'
import { listenerAndRuleCases } from './refusals/listeners-and-rules.ts'
import { loadBalancerCases } from './refusals/load-balancers.ts'
import { given, prepare } from './refusals/prepare.ts'
import { securityGroupCases } from './refusals/security-groups.ts'
import { tagAndDescribeCases } from './refusals/tags-and-describes.ts'
import { targetGroupCases } from './refusals/target-groups.ts'
import { startTestBed } from './testing.ts'

void t.test('what AWS refuses', async (t) => {
  const prepared = await prepare(await startTestBed(t))
  const { emulator, elb, ec2, loadBalancer, targetGroup, rule, acm, iam, main, web, http, https, first, other } =
    prepared
  const cases = [
    ...loadBalancerCases(prepared),
    ...listenerAndRuleCases(prepared),
    ...certificateCases(prepared),
    ...certificateStoreCases(prepared),
    ...conditionCases(prepared),
    ...actionCases(prepared),
    ...targetGroupCases(prepared),
    ...attributeCases(prepared),
    ...securityGroupCases(prepared),
    ...tagAndDescribeCases(prepared),
  ]
  const before = await state()
  for (const [row, name, call, code] of cases)
    await t.test(`row ${row}: ${name}`, async (t) => {
      await t.rejects(call(), { name: code })
    })

  await t.test('row 18: a rule with regular expressions is told as beyond the emulator', async (t) => {
    const regex: RuleCondition = { Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/a'] } }
    await t.rejects(elb.send(rule({ Conditions: [regex] })), {
      name: 'EmulatorLacksThis',
      $metadata: { httpStatusCode: 501 },
    })
  })

  await t.test('nothing that is refused changes anything', async (t) => {
    t.same(await state(), before)
  })

  await t.test('row 5: an internet-facing load balancer in a VPC without an internet gateway', async (t) => {
    const VpcId = given((await ec2.send(new CreateVpcCommand({ CidrBlock: '10.99.0.0/16' }))).Vpc?.VpcId)
    const Subnets: string[] = []
    for (const [index, zone] of ['ap-northeast-1a', 'ap-northeast-1c'].entries())
      Subnets.push(
        given(
          (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: `10.99.${index}.0/24`, AvailabilityZone: zone })))
            .Subnet?.SubnetId,
        ),
      )
    await t.rejects(elb.send(loadBalancer({ Name: 'lonely', Subnets, SecurityGroups: [] })), {
      name: 'InvalidSubnetException',
    })
    t.ok(await elb.send(loadBalancer({ Name: 'lonely', Subnets, SecurityGroups: [], Scheme: 'internal' })))
  })

  await t.test('row 30: one object more than a quota', async (t) => {
    await emulator.configure({
      quotas: {
        rulesPerLoadBalancer: 2,
        listenersPerLoadBalancer: 2,
        loadBalancers: 3,
        targetGroups: 2,
        targetGroupsPerLoadBalancer: 1,
      },
    })
    await t.rejects(elb.send(rule()), { name: 'TooManyRulesException' })
    await t.rejects(elb.send(listenerOn(main, 82)), { name: 'TooManyListenersException' })
    await t.rejects(elb.send(loadBalancer({ Name: 'n' })), { name: 'TooManyLoadBalancersException' })
    await t.rejects(elb.send(targetGroup({ Name: 'n' })), { name: 'TooManyTargetGroupsException' })
    await emulator.configure({ quotas: { targetGroups: 5, rulesPerLoadBalancer: 100 } })
    const another = given((await elb.send(targetGroup({ Name: 'another' }))).TargetGroups?.[0]?.TargetGroupArn)
    await t.rejects(elb.send(rule({ Actions: [forward(another)] })), {
      name: 'TooManyUniqueTargetGroupsPerLoadBalancerException',
    })
    t.ok(
      await elb.send(new ModifyRuleCommand({ RuleArn: first, Actions: [forward(another)] })),
      'the one takes the place of the other',
    )
  })

  await t.test('rows that are listed have a case here', async (t) => {
    const tried = new Set([...cases.map(([row]) => row), 5])
    for (const { row, refuses } of Object.values(rows).flat()) t.ok(tried.has(row), `row ${row}: ${refuses}`)
  })

  async function state(): Promise<unknown> {
    const listeners = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: main }))
    const rules = await elb.send(new DescribeRulesCommand({ ListenerArn: http }))
    const targetGroups = await elb.send(new DescribeTargetGroupsCommand({}))
    const tags = await elb.send(new DescribeTagsCommand({ ResourceArns: [main, web, http, first, other] }))
    const listenerCertificates = await elb.send(new DescribeListenerCertificatesCommand({ ListenerArn: https }))
    const certificates = await acm.send(
      new ListCertificatesCommand({ Includes: { keyTypes: ['EC_prime256v1', 'RSA_2048'] } }),
    )
    const servers = await iam.send(new ListServerCertificatesCommand({}))
    return [
      listenerCertificates.Certificates,
      certificates.CertificateSummaryList,
      servers.ServerCertificateMetadataList,
      listeners.Listeners,
      rules.Rules,
      targetGroups.TargetGroups,
      tags.TagDescriptions,
      (await emulator.listeners()).length,
    ]
  }
})
