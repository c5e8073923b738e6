import t from 'tap'
import { echoBehind, get, getOnceHealthy, listenerPort, nothing, ours, quietCalls, tellCalls } from './support/aws.ts'
import { startEchoServer } from '../aws/echo-server.ts'
import { addressOf, applied, nodePortOf, passMilliseconds } from './support/controller.ts'
import { accepted } from './support/expect.ts'
import { apply, eventually, put, readExisting, succeed } from './support/kubectl.ts'
import { ingress, service } from './support/objects.ts'
import { bindingName, conditionOf, endPod, makeReady, podAddress, runPod } from './support/pods.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t)
const { emulator } = stack
const namespace = 'echoserver'
const group = 'echoserver/echoserver'
const host = 'echoserver.example.com'
const keys = { 'target-type': 'ip', scheme: 'internet-facing' }
await createNamespaces(stack, [namespace])

const targets = async (): Promise<readonly string[]> =>
  (await emulator.snapshot()).targetGroups
    .flatMap((of) => of.targets)
    .map(({ id, port }) => `${id}:${port}`)
    .toSorted()

const targetsToBe = async (wanted: readonly string[]): Promise<void> => {
  const text = wanted.toSorted().join()
  await eventually(
    `targets ${text}`,
    async () => ((await targets()).join() === text ? true : undefined),
    passMilliseconds,
  )
}

const rulesOnNodes = async (): Promise<readonly string[]> =>
  (await emulator.snapshot()).securityGroups
    .filter(({ name }) => name === 'nodes')
    .flatMap(({ inbound }) => inbound.map(({ from, to }) => `${from}-${to}`))

/** Answers for a Pod's address, on loopback. */
const answerFor = async (address: string): Promise<void> => {
  const echo = await startEchoServer()
  t.teardown(() => echo.stop())
  await emulator.setTarget(address, 8080, { host: echo.host, port: echo.port })
}

const conditionToBe = (pod: string, type: string, status: string): Promise<true> =>
  eventually(
    `condition ${type} of ${pod} to be ${status}`,
    async () => ((await conditionOf(stack, namespace, pod, type))?.status === status ? true : undefined),
    passMilliseconds,
  )

const withoutGate = 'pods: ip targets without readiness gate; label the namespace to avoid 5xx during rollouts'
const one = { namespace, name: 'one', offset: 40 }
const two = { namespace, name: 'two', offset: 41, node: 1 }

await t.test('Pods behind a Service without node port are the targets, and are reached', async (t) => {
  await put(stack, service({ namespace, name: 'pods', type: 'ClusterIP', selector: 'echoserver' }))
  await runPod(stack, one)
  await runPod(stack, two)
  await Promise.all([one, two].map((pod) => answerFor(podAddress(stack, pod))))
  await emulator.resetCalls()
  accepted(
    t,
    await apply(stack, ingress({ namespace, keys, paths: [{ service: 'pods' }] })),
    ['ingress.networking.k8s.io/echoserver created'],
    [withoutGate],
  )
  await addressOf(stack, namespace)
  await applied(stack, group)
  tellCalls(t, 'first load balancer with targets by IP', await quietCalls(emulator))
  await targetsToBe([one, two].map((pod) => `${podAddress(stack, pod)}:8080`))
  t.match(await emulator.snapshot(), { targetGroups: [{ settings: { TargetType: 'ip', Port: '8080' } }] })
  t.same(await rulesOnNodes(), ['8080-8080'])
  const port = await listenerPort(stack, await addressOf(stack, namespace))
  t.equal((await getOnceHealthy(port, '/', host)).status, 200)
})

await t.test('a Pod that ends is deregistered, one that comes is registered', async (t) => {
  const three = { namespace, name: 'three', offset: 42, node: 2 }
  await endPod(stack, namespace, 'two')
  await targetsToBe([`${podAddress(stack, one)}:8080`])
  const address = await runPod(stack, three)
  await targetsToBe([`${podAddress(stack, one)}:8080`, `${address}:8080`])
  t.same(await rulesOnNodes(), ['8080-8080'])
  await endPod(stack, namespace, 'three')
})

const waiting = { namespace, name: 'waiting', offset: 43, node: 1 }

await t.test('a readiness gate opens when the target is healthy', async (t) => {
  const gate = `target-health.elbv2.k8s.aws/${await bindingName(stack, namespace, 'pods')}`
  const address = await runPod(stack, { ...waiting, readinessGates: [gate] })
  await conditionToBe('waiting', gate, 'False')
  await targetsToBe([`${podAddress(stack, one)}:8080`, `${address}:8080`])
  await answerFor(address)
  await conditionToBe('waiting', gate, 'True')
  await makeReady(stack, waiting)
  await quietCalls(emulator)
  await emulator.resetCalls()
  t.same(await quietCalls(emulator), [], 'nobody asks for the health of Pods that wait for nothing')
})

await t.test('from Pods to nodes and back no request is lost', async (t) => {
  await put(stack, service({ namespace, name: 'pods', type: 'NodePort', selector: 'echoserver' }))
  await echoBehind(t, stack, await nodePortOf(stack, namespace, 'pods'))
  const port = await listenerPort(stack, await addressOf(stack, namespace))
  const lost: number[] = []
  let asked = 0
  const over = new AbortController()
  const traffic = (async () => {
    while (!over.signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- one request after the other
      const { status } = await get(port, '/', host)
      asked += 1
      if (status !== 200) lost.push(status)
    }
  })()
  let digest = await applied(stack, group)
  for (const [from, type] of [
    ['ip', 'instance'],
    ['instance', 'ip'],
  ] as const) {
    accepted(
      t,
      // oxlint-disable-next-line no-await-in-loop -- one change after the other
      await apply(stack, ingress({ namespace, keys: { ...keys, 'target-type': type }, paths: [{ service: 'pods' }] })),
      ['ingress.networking.k8s.io/echoserver configured'],
      [`new target group for pods:80: target-type ${from} -> ${type}`, ...(type === 'ip' ? [withoutGate] : [])],
    )
    // oxlint-disable-next-line no-await-in-loop -- one change after the other
    digest = await applied(stack, group, digest)
    // oxlint-disable-next-line no-await-in-loop -- one change after the other
    t.match(await emulator.snapshot(), { targetGroups: [{ settings: { TargetType: type } }] })
  }
  over.abort()
  await traffic
  t.comment(`${asked} requests, ${lost.length} without an answer of a target: ${lost.join()}`)
  t.ok(asked > 10)
  t.same(lost, [])
})

await t.test(
  'a Pod of a labelled namespace gets a gate, and is let go with the binding; nothing is left',
  async (t) => {
    const gate = `target-health.elbv2.k8s.aws/${await bindingName(stack, namespace, 'pods')}`
    await succeed(stack, ['label', 'namespace', namespace, 'elbv2.k8s.aws/pod-readiness-gate-inject=enabled'])
    await runPod(stack, { namespace, name: 'late', offset: 44, node: 2, isReady: false })
    t.match(await readExisting(stack, namespace, 'pod', 'late'), {
      spec: { readinessGates: [{ conditionType: gate }] },
    })
    await eventually('the condition to be False', async () =>
      (await conditionOf(stack, namespace, 'late', gate))?.status === 'False' ? true : undefined,
    )
    await succeed(stack, ['delete', 'ingress', '-n', namespace, 'echoserver'])
    t.same(ours(await emulator.snapshot()), nothing)
    t.same(await rulesOnNodes(), [])
    t.match(await conditionOf(stack, namespace, 'late', gate), {
      status: 'True',
      message: 'Target Group Binding is deleted',
    })
  },
)
