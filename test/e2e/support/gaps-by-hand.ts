import { AuthorizeSecurityGroupIngressCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2'
import {
  AddListenerCertificatesCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  ModifyListenerCommand,
  RemoveListenerCertificatesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { listenerOf, type Shop, targetGroupOf } from './shop.ts'
import { tellLoss } from './traffic.ts'

const aMoment = () => delay(400)

/** Makes gaps as a person with the console might, each of which must be noticed. No controller may run. */
export const makeGapsByHand = async (t: Test, { stack, byHand, traffic, state }: Shop): Promise<void> => {
  const { ec2, elb } = byHand
  const { certificates } = stack.fixture
  const listener = listenerOf(await state(), 443)
  const ListenerArn = listener?.arn
  /** What was answered wrongly, `URL ANSWER`, each once. */
  const lostIn = async (name: string, work: () => Promise<unknown>): Promise<readonly string[]> => {
    const { losses } = await traffic.during(name, {}, work)
    t.comment(losses.slice(0, 3).map(tellLoss).join('; '))
    t.ok(losses.length > 0)
    t.ok(losses.every(({ during }) => during === name))
    return [...new Set(losses.map(({ url, answer }) => `${url} ${answer.replace(/ .*/, '')}`))].toSorted()
  }

  const rule = listener?.rules.find(({ conditions }) => JSON.stringify(conditions).includes('app.example.com'))
  const ruleAgain = async (): Promise<void> => {
    await elb.send(new DeleteRuleCommand({ RuleArn: rule?.arn }))
    await aMoment()
    const TargetGroupArn = pods?.arn
    await elb.send(
      new CreateRuleCommand({
        ListenerArn,
        Priority: rule?.priority,
        Conditions: [{ Field: 'host-header', Values: ['app.example.com'] }],
        Actions: [{ Type: 'forward', TargetGroupArn }],
      }),
    )
  }
  const pods = targetGroupOf(await state(), 'pods')
  t.same(await lostIn('a rule deleted and made again', ruleAgain), ['https://app.example.com/ 404'])

  const wrong = { ListenerArn, Certificates: [{ CertificateArn: certificates['shop.example.org'] }] }
  const right = { ListenerArn, Certificates: [{ CertificateArn: certificates['*.example.com'] }] }
  const certificateSwapped = async (): Promise<void> => {
    await elb.send(new ModifyListenerCommand(wrong))
    await elb.send(new RemoveListenerCertificatesCommand(right))
    await aMoment()
    await elb.send(new AddListenerCertificatesCommand(right))
    await elb.send(new ModifyListenerCommand(right))
  }
  for (const line of await lostIn('a certificate removed before the other is there', certificateSwapped))
    t.match(line, /^https:\S+ ERR_TLS_CERT_ALTNAME_INVALID$/)

  const [managed] = (await state()).securityGroups.filter(({ inbound }) => inbound.length > 0)
  const everybody = {
    GroupId: managed?.id,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  }
  const shut = async (): Promise<void> => {
    await ec2.send(new RevokeSecurityGroupIngressCommand(everybody))
    await aMoment()
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(everybody))
  }
  for (const line of await lostIn('a security group shut for a moment', shut)) t.match(line, /^http:\S+ ECONNRESET$/)
}
