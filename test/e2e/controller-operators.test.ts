import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { recordName } from '../../shared/group/record.ts'
import { comparableState, ours, quietCalls, writeActions } from './support/aws.ts'
import { addressOf, applied, eventOn, logged, type LogLine, logOf, passMilliseconds } from './support/controller.ts'
import { eventually, kubectl, put, read, readExisting, succeed } from './support/kubectl.ts'
import { ingress, service, walkthroughKeys } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{ level: Metadata, users: ["system:serviceaccount:alb-ingress:controller"] }, { level: None }]
`
const stack = await stackFor(t, { controller: false, webhook: false, auditPolicy })
const { emulator } = stack
const namespace = 'echoserver'
const group = 'echoserver/echoserver'
const leaseName = 'aws-load-balancer-controller-leader'
await createNamespaces(stack, [namespace])

const lease = (holder: string, seconds = 5) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: leaseName, namespace: 'kube-system' },
  spec: { holderIdentity: holder, leaseDurationSeconds: seconds, renewTime: '2026-01-01T00:00:00.000000Z' },
})
const holder = (): Promise<string> =>
  succeed(stack, ['get', 'lease', '-n', 'kube-system', leaseName, '-o', 'jsonpath={.spec.holderIdentity}'])
const timeOf = (line: LogLine): number => Date.parse(String(line['time']))
const rules = async () => (await emulator.snapshot()).loadBalancers[0]?.listeners[0]?.rules ?? []

await t.test('with --plan-only the plan goes to the log, and nothing is written anywhere', async (t) => {
  await put(stack, ingress({ namespace }))
  const before = await readExisting(stack, namespace, 'ingress', 'echoserver')
  const empty = await comparableState(stack)
  await emulator.resetCalls()
  const planner = await stack.startController({ flags: ['--plan-only'] })
  await logged(planner, 'the plan', ({ msg, step }) => msg === 'would run step' && step !== undefined)
  t.same(writeActions(await quietCalls(emulator)), [])
  t.same(await comparableState(stack), empty)
  const planned = logOf(planner).filter(({ msg, group: of }) => msg === 'would run step' && of === group)
  t.same(
    planned.map(({ action }) => action),
    [
      'create-security-group',
      'authorize-ingress',
      'create-security-group',
      'create-load-balancer',
      'create-target-group',
      'apply-binding',
      'await-targets',
      'create-listener',
      'create-rule',
    ],
  )
  t.same(await readExisting(stack, namespace, 'ingress', 'echoserver'), before)
  t.equal(await read(stack, 'alb-ingress', 'configmap', recordName(group)), undefined)
  t.equal(await read(stack, 'kube-system', 'lease', leaseName), undefined)
  t.same(await planner.stop(), { code: 0, signal: null })
})

await t.test('while aws-load-balancer-controller holds the Lease, ours waits and says who holds it', async (t) => {
  const peer = 'aws-load-balancer-controller-7d9f_0b1c'
  await put(stack, lease(peer))
  await emulator.resetCalls()
  const controller = await stack.startController()
  t.match(await logged(controller, 'who holds the Lease', ({ msg }) => msg === 'waiting for the lease'), {
    holder: peer,
  })
  t.same(await emulator.calls(), [])
  t.equal(await holder(), peer)
  t.equal((await readExisting(stack, namespace, 'ingress', 'echoserver')).metadata.finalizers.length, 0)
  await addressOf(stack, namespace)
  await applied(stack, group)
  t.not(await holder(), peer)
  const [waiting, leading] = logOf(controller).filter(({ msg }) => /lease|leader/.test(msg))
  t.match([waiting, leading], [{ msg: 'waiting for the lease' }, { msg: 'became leader', previous: peer }])
  t.same(await controller.stop(), { code: 0, signal: null })
  t.equal(await holder(), '', 'the Lease is given back')
})

await t.test(
  'a second controller waits, and takes over after SIGTERM at once and after SIGKILL when the Lease expires',
  async (t) => {
    const first = await stack.startController()
    const leading = await logged(first, 'leadership', ({ msg }) => msg === 'became leader')
    const second = await stack.startController()
    const waiting = await logged(second, 'who holds the Lease', ({ msg }) => msg === 'waiting for the lease')
    t.equal(waiting['holder'], leading['identity'])
    t.equal((await fetch(`${second.healthUrl}/readyz`)).status, 200, 'a standby is ready')
    t.same(await first.stop(), { code: 0, signal: null })
    const released = await logged(first, 'the Lease to be given back', ({ msg }) => msg === 'released the lease')
    const graceful = await logged(second, 'leadership', ({ msg }) => msg === 'became leader')
    t.ok(timeOf(graceful) - timeOf(released) < 3000, 'within 3 seconds')
    const identity = graceful['identity']

    const third = await stack.startController()
    await logged(
      third,
      'who holds the Lease',
      ({ msg, holder: of }) => msg === 'waiting for the lease' && of === identity,
    )
    await emulator.resetCalls()
    const killedAt = Date.now()
    t.same(await second.stop('SIGKILL'), { code: null, signal: 'SIGKILL' })
    const takenOver = timeOf(await logged(third, 'leadership', ({ msg }) => msg === 'became leader'))
    t.ok(
      takenOver - killedAt > 1000,
      'not before the Lease of 3 seconds is over, which was renewed at most 2 seconds before',
    )
    t.ok(takenOver - killedAt < 15_000, 'soon after it')
    t.same(writeActions(await quietCalls(emulator)), [])
    t.same(await third.stop(), { code: 0, signal: null })
  },
)

await t.test('a paused group waits, says so, and goes on when the pause is lifted', async (t) => {
  const controller = await stack.startController()
  await logged(controller, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
  await quietCalls(emulator)
  const annotate = (annotation: string) =>
    succeed(stack, ['annotate', 'configmap', '-n', 'alb-ingress', recordName(group), annotation])
  await annotate('ingress.k8s.aws/paused=incident-4711')
  await emulator.resetCalls()
  await put(stack, ingress({ namespace, paths: [{}, { path: '/img' }], keys: walkthroughKeys }))
  t.match(await logged(controller, 'the pause', ({ msg }) => msg.startsWith('group is paused')), {
    group,
    paused: 'incident-4711',
  })
  await eventOn(stack, namespace, 'Paused')
  t.same(writeActions(await quietCalls(emulator)), [])
  t.equal((await rules()).length, 1)
  await annotate('ingress.k8s.aws/paused-')
  await eventually('the second rule', async () => ((await rules()).length === 2 ? true : undefined))
  t.same(await controller.stop(), { code: 0, signal: null })
})

await t.test('SIGTERM in the middle of a pass ends it between two writes, and the next leader finishes', async (t) => {
  const controller = await stack.startController()
  await logged(controller, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
  await quietCalls(emulator)
  const digest = await applied(stack, group)
  await emulator.resetCalls()
  await emulator.fault({ kind: 'hold', action: 'write:*' })
  await put(stack, ingress({ namespace, paths: [{}, { path: '/img' }, { path: '/js' }] }))
  t.equal(await emulator.held(10_000), 1)
  const stopped = controller.stop()
  await logged(controller, 'the signal', ({ msg }) => msg === 'stopping')
  await emulator.clearFaults()
  t.same(await stopped, { code: 0, signal: null })
  t.equal(writeActions(await emulator.calls()).length, 1)
  const next = await stack.startController()
  await applied(stack, group, digest)
  t.equal((await rules()).length, 3)
  t.equal(ours(await emulator.snapshot()).loadBalancers.length, 1)
  t.same(await next.stop(), { code: 0, signal: null })
})

const targets = async () => (await emulator.snapshot()).targetGroups.flatMap((each) => each.targets)

await t.test('no target group gets more targets than the operator says, and what drains makes room', async (t) => {
  const controller = await stack.startController({ flags: ['--max-targets-per-target-group=2'] })
  await logged(controller, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
  t.equal((await targets()).length, 3, 'those that are there stay')
  await put(stack, service({ namespace, ports: [{ port: 80, targetPort: 8080, nodePort: 31_777 }] }))
  await eventually(
    'two targets at the new port',
    async () => {
      const ports = (await targets()).map(({ port }) => port)
      return ports.length === 2 && ports.every((port) => port === 31_777) ? true : undefined
    },
    passMilliseconds,
  )
  const events = await succeed(stack, ['get', 'events', '-n', namespace, '-o', 'jsonpath={.items[*].message}'])
  t.match(events, '1 of 3 targets left out: --max-targets-per-target-group is 2')
  t.same(await controller.stop(), { code: 0, signal: null })
})

await t.test('wrong flags refuse to start, and say all that is wrong', async (t) => {
  const flags = ['--cluster-name=', '--lease-duration=soon', '--no-such-flag']
  const refusing = await stack.startController({ flags, waitUntilReady: false })
  t.same(await refusing.exited, { code: 1, signal: null })
  const text = await readFile(refusing.logFile, 'utf8')
  for (const name of ['cluster-name', 'lease-duration', 'no-such-flag']) t.match(text, name)
})

await t.test('the rights of the service account cover all that the controller did', async (t) => {
  const controller = await stack.startController()
  await logged(controller, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
  await succeed(stack, ['delete', 'ingress', '-n', namespace, 'echoserver', '--timeout=30s'])
  t.same(await controller.stop(), { code: 0, signal: null })
  const audit = await readFile(join(stack.controlPlane.directory, 'audit.log'), 'utf8')
  const lines = audit.trimEnd().split('\n')
  t.ok(lines.length > 100)
  t.same(
    lines.filter((line) => /"code":(401|403)/.test(line)),
    [],
  )
  const secrets = await kubectl(stack, [
    'auth',
    'can-i',
    'get',
    'secrets',
    '--as=system:serviceaccount:alb-ingress:controller',
  ])
  t.equal(secrets.stdout, 'no\n')
})
