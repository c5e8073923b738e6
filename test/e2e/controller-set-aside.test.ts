import t from 'tap'
import {
  comparableState,
  echoBehind,
  getOnceHealthy,
  listenerPort,
  nothing,
  ours,
  quietCalls,
  writeActions,
} from './support/aws.ts'
import { addresses, addressOf, applied, eventOn, eventsOn, logged, nodePortOf } from './support/controller.ts'
import { refused } from './support/expect.ts'
import { apply, eventually, put, readExisting, succeed } from './support/kubectl.ts'
import { ingress, type Manifest, service, walkthroughKeys } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, { controller: false })
const { emulator } = stack
const annotation = (key: string): string => `metadata.annotations[alb.ingress.kubernetes.io/${key}]`

/** Ingresses that admission refuses, and the faults that it tells. */
const mistakes: readonly (readonly [
  namespace: string,
  change: (namespace: string) => Manifest,
  faults: readonly string[],
])[] = [
  [
    'm1',
    (namespace) => ingress({ namespace, keys: { 'listen-ports': '80,443' } }),
    [
      `${annotation('listen-ports')}: Invalid value: "80,443": not JSON (line 1, column 3: unexpected ","); write '[{"HTTP":80},{"HTTPS":443}]' instead [JsonSyntax]`,
    ],
  ],
  [
    'm2',
    (namespace) => ingress({ namespace, keys: { scheme: 'public', subnets: 'subnet-0a1b2c3d' } }),
    [
      `${annotation('scheme')}: Unsupported value: "public": supported values: "internal", "internet-facing"; did you mean "internet-facing"? [SchemeUnknown]`,
      `${annotation('subnets')}: Invalid value: "subnet-0a1b2c3d": 1 subnet, but a load balancer needs 2 Availability Zones; add a subnet of another zone, or remove the key to have subnets found by tag [SubnetsTooFew]`,
    ],
  ],
  [
    'm7',
    (namespace) =>
      ingress({
        namespace,
        paths: [{ port: { number: 81 } }],
        keys: { ...walkthroughKeys, 'healthcheck-interval-seconds': '1', 'success-codes': '2xx' },
      }),
    [
      'spec.rules[0].http.paths[0].backend.service.port.number: Not found: 81: Service "echoserver" has port 80; write 80 [ServicePortNotFound]',
      `${annotation('healthcheck-interval-seconds')}: Invalid value: "1": must be 5 to 300; write "15" [OutOfRange]`,
      `${annotation('success-codes')}: Invalid value: "2xx": must be codes or ranges within 200-499; write "200-299" [SuccessCodesSyntax]`,
    ],
  ],
]
const good = 'good'
const group = 'good/echoserver'
await createNamespaces(stack, [good, 'm6', ...mistakes.map(([namespace]) => namespace)])
await put(stack, service({ namespace: 'm6', name: 'internal', type: 'ClusterIP' }))
const m6 = ingress({ namespace: 'm6', paths: [{ service: 'internal' }] })

/** What admission says of them, before it is taken away. */
const refusals = {
  listed: await Promise.all(mistakes.map(([namespace, change]) => apply(stack, change(namespace)))),
  m6: await apply(stack, m6),
}
await stack.unregisterWebhooks()
const controller = await stack.startController()
await logged(controller, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
await put(stack, ingress({ namespace: good }))
const dnsName = await addressOf(stack, good)
await applied(stack, group)
const live = async () => ours(await emulator.snapshot(), group)
const before = await live()
await quietCalls(emulator)

await t.test('admission refuses each of the mistakes', (t) => {
  for (const [index, [, , faults]] of mistakes.entries()) {
    const head = 'The Ingress "echoserver" is invalid: '
    const lines = faults.length === 1 ? [`${head}${faults[0]}`] : [head, ...faults.map((fault) => `* ${fault}`)]
    refused(t, refusals.listed[index] ?? refusals.m6, lines)
  }
  t.match(refusals.m6.stderr, /^The Ingress "echoserver" is invalid: spec.*\[ServiceWithoutNodePort\]\n$/)
  t.end()
})

await t.test(
  'bad Ingresses that came in without the webhook get events with the same text and code, and disturb nobody',
  async (t) => {
    await emulator.resetCalls()
    const untouched = await readExisting(stack, good, 'ingress', 'echoserver')
    await put(stack, [...mistakes.map(([namespace, change]) => change(namespace)), m6])
    for (const [namespace, , faults] of mistakes) {
      for (const fault of faults) {
        const message = `Failed build model due to ${fault}`
        t.match(await eventOn(stack, namespace, 'FailedBuildModel', (event) => event.message === message), {
          type: 'Warning',
          reportingComponent: 'ingress',
        })
      }
      t.equal((await eventsOn(stack, namespace)).length, faults.length)
      const { metadata } = await readExisting(stack, namespace, 'ingress', 'echoserver')
      t.same(metadata.finalizers, [], 'what we know nothing of is not marked as ours')
    }
    const told = refusals.m6.stderr.replace('The Ingress "echoserver" is invalid: ', '').trimEnd()
    t.equal((await eventOn(stack, 'm6', 'FailedBuildModel')).message, `Failed build model due to ${told}`)
    t.same(writeActions(await quietCalls(emulator)), [])
    t.same(await readExisting(stack, good, 'ingress', 'echoserver'), untouched)
    t.same(await live(), before)
    for (const [namespace] of mistakes) t.same(ours(await emulator.snapshot(), `${namespace}/echoserver`), nothing)
  },
)

await t.test('while the bad ones fail, a good one is still changed at once', async (t) => {
  const digest = await applied(stack, group)
  await put(stack, ingress({ namespace: good, paths: [{}, { path: '/img' }] }))
  await applied(stack, group, digest)
  t.equal((await live()).loadBalancers[0]?.listeners[0]?.rules.length, 2)
  const again = await applied(stack, group)
  await put(stack, ingress({ namespace: good }))
  await applied(stack, group, again)
  t.same(await live(), before)
})

await t.test('a good Ingress that becomes bad keeps its rules, its status tells, and it recovers', async (t) => {
  await echoBehind(t, stack, await nodePortOf(stack, good))
  await emulator.resetCalls()
  await put(
    stack,
    ingress({ namespace: good, paths: [{}, { path: '/new' }], keys: { ...walkthroughKeys, 'success-codes': '2xx' } }),
  )
  await eventOn(stack, good, 'FailedBuildModel')
  await eventually('the status to tell of it', async () => {
    const [address] = await addresses(stack, good)
    return address?.ports[0]?.error === 'ingress.k8s.aws/SetAside' ? true : undefined
  })
  t.match(await addresses(stack, good), [
    { hostname: dnsName, ports: [{ port: 80, error: 'ingress.k8s.aws/SetAside' }] },
  ])
  t.same(writeActions(await quietCalls(emulator)), [])
  t.same(await live(), before)
  t.equal((await getOnceHealthy(await listenerPort(stack, dnsName), '/', 'echoserver.example.com')).status, 200)

  await put(stack, ingress({ namespace: good }))
  await eventually('the status to be well again', async () => {
    const [address] = await addresses(stack, good)
    return address?.ports[0]?.error === undefined ? true : undefined
  })
  t.same(writeActions(await quietCalls(emulator)), [])
  t.same(await live(), before)
})

await t.test('a restart in between does not lose what a member set aside serves', async (t) => {
  await put(stack, ingress({ namespace: good, keys: { ...walkthroughKeys, 'listen-ports': '80' } }))
  await eventOn(stack, good, 'FailedBuildModel', ({ message }) => message.includes('listen-ports'))
  await controller.stop()
  await emulator.resetCalls()
  const next = await stack.startController()
  await logged(
    next,
    'the member to be set aside again',
    ({ msg, group: of }) => msg === 'member is set aside' && of === group,
  )
  t.same(writeActions(await quietCalls(emulator)), [])
  t.same(await live(), before)
  await put(stack, ingress({ namespace: good }))
  await eventually('the status to be well again', async () => {
    const [address] = await addresses(stack, good)
    return address?.ports[0]?.error === undefined ? true : undefined
  })
})

await t.test('a Service that becomes ClusterIP sets its Ingress aside until it has node ports again', async (t) => {
  const nodePort = await nodePortOf(stack, good)
  await succeed(stack, ['patch', 'service', '-n', good, 'echoserver', '-p', '{"spec":{"type":"ClusterIP"}}'])
  const { message } = await eventOn(stack, good, 'FailedBuildModel', (event) =>
    event.message.includes('ServiceWithoutNodePort'),
  )
  t.match(
    message,
    /^Failed build model due to spec\.rules\[0\]\.http\.paths\[0\]\.backend\.service\.name: Invalid value: "echoserver": Service type is ClusterIP/,
  )
  await quietCalls(emulator)
  const during = await live()
  t.same(during.loadBalancers, before.loadBalancers)
  await put(stack, service({ namespace: good, ports: [{ port: 80, targetPort: 8080, nodePort }] }))
  await eventually('the status to be well again', async () => {
    const [address] = await addresses(stack, good)
    return address?.ports[0]?.error === undefined ? true : undefined
  })
  await quietCalls(emulator)
  t.same(await live(), before)
})

await t.test('a bad Ingress can be deleted, and one that was good once takes its load balancer with it', async (t) => {
  await put(stack, ingress({ namespace: good, keys: { ...walkthroughKeys, 'listen-ports': '80' } }))
  await succeed(stack, ['delete', 'ingress', '-n', 'm1', 'echoserver', '--timeout=30s'])
  await succeed(stack, ['delete', 'ingress', '-n', good, 'echoserver', '--timeout=30s'])
  t.same(await live(), nothing)
  const state = await emulator.snapshot()
  t.same(ours(state), nothing)
  t.match(await comparableState(stack), { loadBalancers: [], targetGroups: [] })
})
