import t from 'tap'
import { comparableState, quietCalls, writeActions } from './support/aws.ts'
import { applied, recordedDigest } from './support/controller.ts'
import { apply, eventually, put, read, succeed } from './support/kubectl.ts'
import { ingress, type IngressOptions, type Manifest, service, walkthroughKeys } from './support/objects.ts'
import { auditedPlans, planAfter, planAuditPolicy, plannedActions } from './support/plan.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, { auditPolicy: planAuditPolicy })
const { emulator, fixture } = stack
const namespace = 'echoserver'
const group = 'echoserver/echoserver'
const http = (nodePort: number): readonly Manifest[] => [{ port: 80, targetPort: 8080, nodePort }]
await createNamespaces(stack, [namespace])
await put(stack, [
  service({ namespace, ports: http(31509) }),
  service({ namespace, name: 'second', ports: http(31600) }),
])

/** Warnings of a dry-run without their head; asked again while the webhook has not heard of the last change yet. */
const dryRun = (objects: Manifest): Promise<readonly string[]> =>
  eventually('a whole plan', async () => {
    const { code, stderr } = await apply(stack, objects, ['--dry-run=server'])
    if (code !== 0) throw new Error(stderr)
    return stderr.includes('plan: incomplete: an earlier change is still being applied')
      ? undefined
      : stderr
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => line.replace(/^Warning: /, '').replaceAll(/-[0-9a-f]{10}(?![0-9a-f])/g, '-HASH'))
  })

await t.test('the first load balancer: the plan of the walkthrough, and nothing is written', async (t) => {
  const before = await comparableState(stack)
  await emulator.resetCalls()
  t.same(await dryRun(ingress({ namespace })), [
    'plan: + load balancer k8s-echoserv-echoserv-HASH (internet-facing, ipv4, 3 subnets)',
    'plan: + 2 security groups, 1 rule on nodes, 1 listener (HTTP:80), 1 rule, 1 target group (instance, node port 31509)',
    'plan: defaults ip-address-type=ipv4, listen-ports=[{"HTTP":80}], target-type=instance and 7 more',
  ])
  t.same(writeActions(await quietCalls(emulator)), [])
  t.same(await comparableState(stack), before)
  t.equal(await read(stack, namespace, 'ingress', 'echoserver'), undefined)
  t.equal(await succeed(stack, ['get', 'events', '-n', namespace, '-o', 'name']), '')
})

const paths: IngressOptions['paths'] = [{}, { path: '/second', service: 'second' }]
const twoPorts = { ...walkthroughKeys, 'listen-ports': '[{"HTTP":80},{"HTTP":8080}]' }

const certificate = fixture.certificates['*.example.com']
const redirecting = {
  ...walkthroughKeys,
  'certificate-arn': certificate,
  'listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
  'ssl-redirect': '443',
}

const lastKeys = { ...redirecting, 'load-balancer-attributes': 'idle_timeout.timeout_seconds=120' }

const edits: readonly { readonly what: string; readonly object: Manifest; readonly lines?: readonly string[] }[] = [
  { what: 'the first load balancer', object: ingress({ namespace }) },
  {
    what: 'a path to a second Service',
    object: ingress({ namespace, paths }),
    lines: [
      'plan: + 1 rule, 1 target group (instance, node port 31600)',
      'plan: ~ 1 rule on nodes, 1 rule priority, 1 set of tags',
    ],
  },
  {
    what: 'a second listener',
    object: ingress({ namespace, paths, keys: twoPorts }),
    lines: ['plan: + 1 listener (HTTP:8080), 2 rules, 1 inbound rule'],
  },
  {
    what: 'tags and a health check',
    object: ingress({
      namespace,
      paths,
      keys: { ...twoPorts, tags: 'Environment=test', 'healthcheck-path': '/ready' },
    }),
  },
  {
    what: 'another node port',
    object: service({ namespace, name: 'second', ports: http(31700) }),
    lines: ['plan: + 3 targets', 'plan: ~ 1 rule on nodes', 'plan: - 3 targets'],
  },
  { what: 'fewer addresses', object: ingress({ namespace, keys: { ...twoPorts, 'inbound-cidrs': '192.0.2.0/24' } }) },
  { what: 'one listener again', object: ingress({ namespace, keys: walkthroughKeys }) },
  {
    what: 'HTTPS in place of HTTP',
    object: ingress({ namespace, keys: { ...walkthroughKeys, 'certificate-arn': certificate } }),
    lines: [
      'listen-ports: listener HTTP:80 and its 1 rule will be removed',
      'listen-ports: default changes from [{"HTTP":80}] to [{"HTTPS":443}]',
      'plan: + 1 listener (HTTPS:443), 1 rule, 1 inbound rule',
      'plan: - 1 listener (HTTP:80), 1 inbound rule',
      'plan: defaults listen-ports=[{"HTTPS":443}], ssl-policy=ELBSecurityPolicy-2016-08',
    ],
  },
  {
    what: 'HTTP again, which redirects to HTTPS',
    object: ingress({ namespace, keys: redirecting }),
    lines: ['plan: + 1 listener (HTTP:80), 1 inbound rule'],
  },
  {
    what: 'an attribute of the load balancer',
    object: ingress({
      namespace,
      keys: lastKeys,
    }),
    lines: [
      'plan: ~ load balancer k8s-echoserv-echoserv-HASH (idle_timeout.timeout_seconds)',
      'plan: incomplete: idle_timeout.timeout_seconds counts as its default, AWS was not asked',
    ],
  },
]

for (const { what, object, lines } of edits)
  await t.test(`the plan in the audit log is what the controller then writes: ${what}`, async (t) => {
    const seen = await recordedDigest(stack, group)
    const told = await dryRun(object)
    const plan = await planAfter(stack, (await auditedPlans(stack)).length - 1)
    t.notMatch(plan.incomplete, ['an earlier change is still being applied'])
    if (lines !== undefined) t.same(told, lines)
    await emulator.resetCalls()
    await put(stack, object)
    await applied(stack, group, seen)
    // A target group is in use for a moment after its last rule is gone, and its deletion is tried again.
    const calls = (await quietCalls(emulator, 1_500)).filter(({ errorCode }) => errorCode === undefined)
    const written = writeActions(calls)
    t.ok(written.length > 0)
    t.same(plannedActions(plan), written.toSorted())
    for (const line of told) t.comment(line)
  })

await t.test('an edit that changes nothing in AWS says so', async (t) => {
  const labelled = ingress({ namespace, keys: lastKeys, labels: { team: 'a' } })
  t.same(await dryRun(labelled), ['plan: no change in AWS'])
})

await t.test('while an earlier change is not applied yet, the plan says so', async (t) => {
  await emulator.fault({ kind: 'hold', action: 'write:*' })
  await put(stack, ingress({ namespace, paths }))
  await emulator.held(10_000)
  const { stderr } = await apply(stack, ingress({ namespace, paths, keys: twoPorts }), ['--dry-run=server'])
  t.match(stderr, 'Warning: plan: incomplete: an earlier change is still being applied')
  await emulator.clearFaults()
})
