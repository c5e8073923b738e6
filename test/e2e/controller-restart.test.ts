import {
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import t from 'tap'
import { z } from 'zod'
import { recordName } from '../../shared/group/record.ts'
import type { RunningProcess } from '../local/stack.ts'
import { byAction, comparableState, quietCalls, writeActions } from './support/aws.ts'
import { addressOf, applied, logged, logOf } from './support/controller.ts'
import { accepted } from './support/expect.ts'
import { apply, eventually, type LiveObject, put, readExisting } from './support/kubectl.ts'
import { ingress } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, { controller: false, webhook: false })
const { emulator } = stack
await stack.registerWebhooks()
let webhook = await stack.startWebhook()
let controller = await stack.startController()
const namespace = 'echoserver'
const group = 'echoserver/echoserver'
const manifest = ingress({ namespace })
await createNamespaces(stack, [namespace])
await put(stack, manifest)
await addressOf(stack, namespace)
await applied(stack, group)
await quietCalls(emulator)
/** Makes calls that are not counted, as a person with the console does. */
const byHand = new ElasticLoadBalancingV2Client({
  endpoint: emulator.uncountedEndpoint,
  region: emulator.region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
})
t.teardown(() => byHand.destroy())
const before = {
  aws: await comparableState(stack),
  ingress: await readExisting(stack, namespace, 'ingress', 'echoserver'),
  record: await readExisting(stack, 'alb-ingress', 'configmap', recordName(group)),
}

const restart = async (flags: readonly string[] = []): Promise<RunningProcess> => {
  const next = await stack.startController({ flags: ['--log-level=debug', ...flags] })
  await logged(
    next,
    'the first pass over the group',
    ({ msg, group: of }) => msg === 'reconciled group' && of === group,
  )
  return next
}
const dataOf = (record: LiveObject): { readonly record: string } =>
  z.object({ data: z.object({ record: z.string() }) }).parse(record).data
const resourceVersionOf = async (kind: string, of: string, name: string): Promise<string> =>
  (await readExisting(stack, of, kind, name)).metadata.resourceVersion

await t.test('ten restarts of both processes and ten applies of the manifest write nothing', async (t) => {
  await emulator.resetCalls()
  for (let round = 1; round <= 10; round += 1) {
    const exits = await Promise.all([webhook.stop(), controller.stop()])
    t.same(exits, [
      { code: 0, signal: null },
      { code: 0, signal: null },
    ])
    ;[webhook, controller] = await Promise.all([stack.startWebhook(), restart()])
    accepted(t, await apply(stack, manifest), ['ingress.networking.k8s.io/echoserver unchanged'])
  }
  const calls = await quietCalls(emulator)
  t.same(writeActions(calls), [])
  t.comment(`ten restarts of both processes: ${calls.length} AWS calls (${byAction(calls)})`)
  const details = /^Describe(Listeners|Rules|ListenerAttributes|TargetHealth)$/
  t.same(
    calls.filter(({ action }) => details.test(action)),
    [],
    'no listener, rule or target of a group whose record agrees is read',
  )
  t.equal(await resourceVersionOf('ingress', namespace, 'echoserver'), before.ingress.metadata.resourceVersion)
  t.equal(
    await resourceVersionOf('configmap', 'alb-ingress', recordName(group)),
    before.record.metadata.resourceVersion,
  )
  t.same(await comparableState(stack), before.aws)
})

await t.test('without its record a group is read, and nothing but the record is written', async (t) => {
  await controller.stop()
  await stack.controlPlane.kubectl(['delete', 'configmap', '-n', 'alb-ingress', recordName(group)])
  await emulator.resetCalls()
  controller = await restart()
  await applied(stack, group)
  const calls = await quietCalls(emulator)
  t.same(writeActions(calls), [])
  t.match(byAction(calls), /DescribeListeners 1.*DescribeRules 1/)
  t.equal(await resourceVersionOf('ingress', namespace, 'echoserver'), before.ingress.metadata.resourceVersion)
  const record = await readExisting(stack, 'alb-ingress', 'configmap', recordName(group))
  t.match(record['data'], { record: dataOf(before.record).record })
  t.same(await comparableState(stack), before.aws)
})

await t.test('a rule that was deleted by hand comes back with the slow scan', async (t) => {
  await controller.stop()
  controller = await restart(['--drift-scan-period=2s', '--inventory-max-age=1s'])
  const [rule] = (await emulator.snapshot()).loadBalancers[0]?.listeners[0]?.rules ?? []
  await quietCalls(emulator, 200)
  await emulator.resetCalls()
  await byHand.send(new DeleteRuleCommand({ RuleArn: rule?.arn }))
  t.notSame(await comparableState(stack), before.aws)
  await eventually('the rule to be back', async () => {
    const rules = (await emulator.snapshot()).loadBalancers[0]?.listeners[0]?.rules ?? []
    return rules.length > 0 ? true : undefined
  })
  await applied(stack, group)
  t.same(await comparableState(stack), before.aws)
  t.same(writeActions(await emulator.calls()), ['CreateRule'])
  t.equal(logOf(controller).filter(({ msg }) => msg === 'created rule').length, 1)
})

await t.test('a load balancer that was deleted by hand is made again, and the status follows', async (t) => {
  await controller.stop()
  const { loadBalancers } = await emulator.snapshot()
  await byHand.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: loadBalancers[0]?.arn }))
  controller = await restart()
  await eventually('the load balancer to be back', async () => {
    const [now] = (await emulator.snapshot()).loadBalancers
    return now !== undefined && (now.listeners[0]?.rules.length ?? 0) > 0 ? true : undefined
  })
  await applied(stack, group)
  t.same(await comparableState(stack), before.aws)
  const again = (await emulator.snapshot()).loadBalancers[0]
  t.not(again?.arn, loadBalancers[0]?.arn)
  t.equal(await addressOf(stack, namespace), again?.dnsName)
})
