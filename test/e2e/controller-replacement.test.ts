import t from 'tap'
import {
  echoBehind,
  get,
  getOnceHealthy,
  listenerPort,
  nothing,
  ours,
  quietCalls,
  writeActions,
} from './support/aws.ts'
import { addresses, addressOf, applied, eventOn, passMilliseconds, recordedDigest } from './support/controller.ts'
import { apply, eventually, put, succeed } from './support/kubectl.ts'
import { ingress, type Manifest, service, walkthroughKeys } from './support/objects.ts'
import { auditedPlans, planAfter, planAuditPolicy, plannedActions } from './support/plan.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, {
  auditPolicy: planAuditPolicy,
  controllerOptions: { flags: ['--replacement-grace=4s'] },
})
const { emulator } = stack
const namespace = 'echoserver'
const group = 'echoserver/echoserver'
const host = 'echoserver.example.com'
await createNamespaces(stack, [namespace])
await put(stack, service({ namespace, ports: [{ port: 80, targetPort: 8080, nodePort: 31509 }] }))
await echoBehind(t, stack, 31509)

/** The plan of a dry-run, asked until an earlier change is applied, as actions; with the warnings beside it. */
const planned = async (object: Manifest) => {
  const stderr = await eventually('a whole plan', async () => {
    const { code, stderr: warnings } = await apply(stack, object, ['--dry-run=server'])
    if (code !== 0) throw new Error(warnings)
    return warnings.includes('still being applied') ? undefined : warnings
  })
  const plan = await planAfter(stack, (await auditedPlans(stack)).length - 1)
  const warnings = stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(/-[0-9a-f]{10}(?![0-9a-f])/g, '-HASH'))
  return { actions: plannedActions(plan), incomplete: plan.incomplete, warnings }
}

/** Asks again and again while something happens; what was answered otherwise than with 200. */
const whileAsking = async <T>(
  port: number,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly others: readonly string[]; readonly times: number }> => {
  const others: string[] = []
  let times = 0
  const over = new AbortController()
  const asking = (async () => {
    while (!over.signal.aborted) {
      times += 1
      const { status } = await get(port, '/', host).catch((error: unknown) => ({ status: String(error) }))
      if (status !== 200) others.push(String(status))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  try {
    const result = await work()
    return { result, others, times }
  } finally {
    over.abort()
    await asking
  }
}

const written = async (): Promise<readonly string[]> =>
  // A resource is in use for a moment after its last user is gone, and its deletion is tried again.
  writeActions((await quietCalls(emulator, 1500)).filter(({ errorCode }) => errorCode === undefined)).toSorted()

const facing = ingress({ namespace })
const internal = ingress({ namespace, keys: { ...walkthroughKeys, scheme: 'internal' } })

await t.test('step 14: another scheme is another load balancer, which takes over once it is healthy', async (t) => {
  await put(stack, facing)
  const first = await addressOf(stack, namespace)
  const seen = await applied(stack, group)
  const port = await listenerPort(stack, first)
  await getOnceHealthy(port, '/', host)
  const plan = await planned(internal)
  t.same(plan.warnings, [
    'Warning: scheme: new load balancer and DNS name; k8s-echoserv-echoserv-HASH serves until it is healthy, then 10m',
    'Warning: plan: + load balancer k8s-echoserv-echoserv-HASH (internal, ipv4, 3 subnets)',
    'Warning: plan: - load balancer k8s-echoserv-echoserv-HASH',
    'Warning: plan: + 1 listener (HTTP:80), 1 rule, 1 target group (instance, node port 31509)',
    'Warning: plan: ~ 1 set of tags',
    'Warning: plan: - 1 target group (k8s-echoserv-echoserv-HASH)',
  ])
  t.same(plan.incomplete, [])
  await emulator.resetCalls()
  const {
    result: second,
    others,
    times,
  } = await whileAsking(port, async () => {
    await put(stack, internal)
    const moved = await eventually(
      'the address of another load balancer',
      async () => (await addresses(stack, namespace)).find(({ hostname }) => hostname !== first)?.hostname,
      passMilliseconds,
    )
    t.equal((await get(await listenerPort(stack, moved), '/', host)).status, 200, 'the new one serves at once')
    return moved
  })
  t.same(others, [], `the old one answered each of ${times} requests`)
  await eventOn(stack, namespace, 'ReplacingLoadBalancer')
  const { message } = await eventOn(stack, namespace, 'SwitchedLoadBalancer')
  t.match(message, /^Load balancer \S+ took over from \S+, which is deleted after 4s$/)
  await applied(stack, group, seen)
  t.equal((await addresses(stack, namespace))[0]?.hostname, second)
  t.same(await written(), plan.actions, 'the plan told every write')
  const { loadBalancers, targetGroups } = ours(await emulator.snapshot())
  t.same(
    loadBalancers.map(({ scheme }) => scheme),
    ['internal'],
  )
  t.equal(targetGroups.length, 1)
})

await t.test('a target group of another kind gets no request while none of its targets is healthy', async (t) => {
  const address = await addressOf(stack, namespace)
  const seen = await recordedDigest(stack, group)
  const port = await listenerPort(stack, address)
  // The echo server does not speak HTTPS.
  const keys = { ...walkthroughKeys, scheme: 'internal', 'backend-protocol': 'HTTPS' }
  const plan = await planned(ingress({ namespace, keys }))
  t.equal(plan.actions.filter((action) => action === 'ModifyRule').length, 2, 'beside the old one, then in its place')
  const { others, times } = await whileAsking(port, async () => {
    await put(stack, ingress({ namespace, keys }))
    const { message } = await eventOn(stack, namespace, 'ReplacingTargetGroup')
    t.match(message, /^Target group \S+ takes over once it has a healthy target$/)
    await quietCalls(emulator, 200)
    t.equal(await recordedDigest(stack, group), undefined, 'it is not said to be applied')
    t.equal(ours(await emulator.snapshot()).targetGroups.length, 2)
    await put(stack, internal)
    await applied(stack, group)
  })
  t.same(others, [], `each of ${times} requests was answered by the old one`)
  t.equal(await recordedDigest(stack, group), seen)
  t.equal(ours(await emulator.snapshot()).targetGroups.length, 1)
})

await t.test('both go with the Ingress', async (t) => {
  await succeed(stack, ['delete', 'ingress', 'echoserver', '-n', namespace, '--timeout=60s'])
  t.same(ours(await emulator.snapshot()), nothing)
})
