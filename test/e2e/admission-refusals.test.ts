import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { refused } from './support/expect.ts'
import { apply, kubectl, put, read, readExisting, succeed } from './support/kubectl.ts'
import { ingress, type Manifest, service } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, { controller: false })
const namespace = 'mistakes'
await createNamespaces(stack, [namespace])
await succeed(stack, ['label', 'namespace', namespace, 'elbv2.k8s.aws/pod-readiness-gate-inject=enabled'])
await put(stack, service({ namespace, name: 'internal', type: 'ClusterIP' }))
const { subnets } = stack.fixture

const withKeys = (keys: Readonly<Record<string, string>>): Manifest => ingress({ namespace, keys })
const annotation = (key: string): string => `metadata.annotations[alb.ingress.kubernetes.io/${key}]`
const invalid = 'The Ingress "echoserver" is invalid: '

/** What kubectl prints behind the field path of the annotation. */
const listenPorts: readonly (readonly [value: string, fault: string])[] = [
  [
    '80,443',
    `: Invalid value: "80,443": not JSON (line 1, column 3: unexpected ","); write '[{"HTTP":80},{"HTTPS":443}]' instead [JsonSyntax]`,
  ],
  ['[]', `: Required value: names no port; write '[{"HTTP":80}]' [ListenPortsEmpty]`],
  ['[{"HTTP":"80"}]', '[0].HTTP: Invalid value: "80": must be a number; write 80 [JsonType]'],
  [
    '[{"HTTP":80},{"HTTP":80}]',
    '[1].HTTP: Duplicate value: 80: port 80 is already taken by HTTP; write 8080 [ListenPortTwice]',
  ],
  [
    '[{"HTTP":80},{"HTTPS":80}]',
    '[1].HTTPS: Duplicate value: 80: port 80 is already taken by HTTP; write 443 [ListenPortTwice]',
  ],
]

for (const [value, fault] of listenPorts)
  await t.test(`M1: listen-ports ${value} is refused, and nothing is stored`, async (t) => {
    const result = await apply(stack, withKeys({ 'listen-ports': value }))
    refused(t, result, [`${invalid}${annotation('listen-ports')}${fault}`])
    t.equal(await read(stack, namespace, 'ingress', 'echoserver'), undefined)
  })

const m2 = withKeys({ scheme: 'public', subnets: 'subnet-0a1b2c3d' })

await t.test('M2: two faults are told at once', async (t) => {
  refused(t, await apply(stack, m2), [
    invalid,
    `* ${annotation('scheme')}: Unsupported value: "public": supported values: "internal", "internet-facing"; did you mean "internet-facing"? [SchemeUnknown]`,
    `* ${annotation('subnets')}: Invalid value: "subnet-0a1b2c3d": 1 subnet, but a load balancer needs 2 Availability Zones; add a subnet of another zone, or remove the key to have subnets found by tag [SubnetsTooFew]`,
  ])
})

await t.test('M6: a Service of type ClusterIP has no node port for instance targets', async (t) => {
  await put(stack, service({ namespace: 'default', type: 'ClusterIP' }))
  refused(t, await apply(stack, ingress({ namespace: 'default' })), [
    `${invalid}spec.rules[0].http.paths[0].backend.service.name: Invalid value: "echoserver": Service type is ClusterIP, but target-type is instance (default) and needs a node port; make the Service type: NodePort, or set alb.ingress.kubernetes.io/target-type: ip [ServiceWithoutNodePort]`,
  ])
})

const m7 = ingress({
  namespace,
  keys: { 'healthcheck-interval-seconds': '1', 'success-codes': '2xx' },
  paths: [{ port: { number: 81 } }],
})

await t.test('M7: three faults of backend and health check are told at once', async (t) => {
  refused(t, await apply(stack, m7), [
    invalid,
    '* spec.rules[0].http.paths[0].backend.service.port.number: Not found: 81: Service "echoserver" has port 80; write 80 [ServicePortNotFound]',
    `* ${annotation('healthcheck-interval-seconds')}: Invalid value: "1": must be 5 to 300; write "15" [OutOfRange]`,
    `* ${annotation('success-codes')}: Invalid value: "2xx": must be codes or ranges within 200-499; write "200-299" [SuccessCodesSyntax]`,
  ])
})

const m9 = withKeys({ 'load-balancer-name': 'internal-shop_1', tags: 'aws:owner=me' })

await t.test('M9: a name that no load balancer has, and a tag key of AWS, are refused', async (t) => {
  refused(t, await apply(stack, m9), [
    invalid,
    `* ${annotation('load-balancer-name')}: Invalid value: "internal-shop_1": must not begin with "internal-" and may hold only letters, digits and hyphens; write "shop-1" [LoadBalancerName]`,
    `* ${annotation('tags')}.aws:owner: Forbidden: keys that begin with "aws:" belong to AWS; write "owner=me" [TagKeyReserved]`,
  ])
})

const m12 = ingress({ namespace, paths: [{}, { path: '/img/*', pathType: 'Exact' }] })

await t.test('M12: a wildcard in an Exact path is refused', async (t) => {
  refused(t, await apply(stack, m12), [
    `${invalid}spec.rules[0].http.paths[1].path: Invalid value: "/img/*": Exact takes no wildcard; write path: /img with pathType: Prefix [PathWildcard]`,
  ])
})

const m13 = ingress({ namespace, className: 'albb' })

await t.test('M13: a class that does not exist is refused', async (t) => {
  refused(t, await apply(stack, m13), [
    `${invalid}spec.ingressClassName: Not found: "albb": no such IngressClass; did you mean "alb"? [ClassNotFound]`,
  ])
})

await t.test('M15: of two bad objects in one file each is told with all its faults on one line', async (t) => {
  const file = join(stack.directory, 'two.yaml')
  const bad = [
    ingress({ namespace, name: 'a', keys: { scheme: 'intern' } }),
    ingress({ namespace, name: 'b', keys: { scheme: 'intern', tags: 'aws:owner=me' } }),
  ]
  await writeFile(file, bad.map((object) => JSON.stringify(object)).join('\n---\n'))
  const scheme = `${annotation('scheme')}: Unsupported value: "intern": supported values: "internal", "internet-facing"; did you mean "internal"? [SchemeUnknown]`
  const tags = `${annotation('tags')}.aws:owner: Forbidden: keys that begin with "aws:" belong to AWS; write "owner=me" [TagKeyReserved]`
  const denied = `Error from server (Invalid): error when creating "${file}": admission webhook "validate.ingress.k8s.aws" denied the request: `
  refused(t, await kubectl(stack, ['apply', '-f', file]), [
    `${denied}Ingress "a" is invalid, 1 fault: (1) ${scheme}`,
    `${denied}Ingress "b" is invalid, 2 faults: (1) ${scheme}; (2) ${tags}`,
  ])
})

await t.test('a key that is known and not built yet is refused', async (t) => {
  refused(t, await apply(stack, withKeys({ 'group.name': 'shop', 'wafv2-acl-arn': '' })), [
    invalid,
    `* ${annotation('group.name')}: Forbidden: is not supported yet; remove the key [NotSupportedYet]`,
    `* ${annotation('wafv2-acl-arn')}: Forbidden: is not supported yet; remove the key [NotSupportedYet]`,
  ])
})

await t.test('more rules than a load balancer takes are refused', async (t) => {
  const paths = Array.from({ length: 51 }, (_, index) => ({ path: `/path-${index}` }))
  const keys = { 'listen-ports': '[{"HTTP":80},{"HTTP":8080}]' }
  refused(t, await apply(stack, ingress({ namespace, keys, paths })), [
    `${invalid}spec.rules: Too many: 102: must have at most 100 items (51 paths on 2 listeners); spread the paths over several Ingresses [RulesTooMany]`,
  ])
})

await t.test('a subnet that does not exist, and one of another VPC, are refused', async (t) => {
  const { m11Subnets, m11VpcId, vpcId } = stack.fixture
  const keys = { subnets: `subnet-0123456789abcdef0,${m11Subnets.chosen.id}` }
  refused(t, await apply(stack, withKeys(keys)), [
    invalid,
    `* ${annotation('subnets')}: Not found: "subnet-0123456789abcdef0": no such subnet in this account and region; write an id that 'aws ec2 describe-subnets' shows [SubnetNotFound]`,
    `* ${annotation('subnets')}: Invalid value: "${m11Subnets.chosen.id}": lies in ${m11VpcId}, the cluster in ${vpcId}; write a subnet of ${vpcId} [SubnetOtherVpc]`,
  ])
})

await t.test('two subnets of one zone are refused', async (t) => {
  const [first, second] = [subnets['public-a'], subnets['private-a']]
  refused(t, await apply(stack, withKeys({ subnets: `${first.id},${second.id}` })), [
    `Warning: subnets: ${first.id} has a route to an internet gateway, the load balancer is internal`,
    `${invalid}${annotation('subnets')}: Invalid value: "${second.id}": is in ${second.zone} as ${first.id} is, and a load balancer takes one subnet per zone; write a subnet of another zone in its place [SubnetsSameZone]`,
  ])
})

/** A refused object, what its refusal says to write instead, and the object with that done. */
interface Repair {
  readonly bad: Manifest
  readonly said: readonly string[]
  readonly good: Manifest | readonly Manifest[]
}

const repairs: Readonly<Record<string, Repair>> = {
  'M1, no port': {
    bad: withKeys({ 'listen-ports': '[]' }),
    said: [`write '[{"HTTP":80}]'`],
    good: withKeys({ 'listen-ports': '[{"HTTP":80}]' }),
  },
  'M1, a quoted port': {
    bad: withKeys({ 'listen-ports': '[{"HTTP":"80"}]' }),
    said: ['write 80'],
    good: withKeys({ 'listen-ports': '[{"HTTP":80}]' }),
  },
  'M1, a port twice': {
    bad: withKeys({ 'listen-ports': '[{"HTTP":80},{"HTTP":80}]' }),
    said: ['write 8080'],
    good: withKeys({ 'listen-ports': '[{"HTTP":80},{"HTTP":8080}]' }),
  },
  'M2, with a subnet of another zone': {
    bad: withKeys({ scheme: 'public', subnets: subnets['public-a'].id }),
    said: ['did you mean "internet-facing"?', 'add a subnet of another zone, or '],
    good: withKeys({ scheme: 'internet-facing', subnets: `${subnets['public-a'].id},${subnets['public-c'].id}` }),
  },
  'M2, with subnets found by tag': {
    bad: m2,
    said: ['did you mean "internet-facing"?', 'or remove the key to have subnets found by tag'],
    good: withKeys({ scheme: 'internet-facing' }),
  },
  'M6, with targets by IP': {
    bad: ingress({ namespace, paths: [{ service: 'internal' }] }),
    said: ['or set alb.ingress.kubernetes.io/target-type: ip'],
    good: ingress({ namespace, keys: { 'target-type': 'ip' }, paths: [{ service: 'internal' }] }),
  },
  'M6, with another type': {
    bad: ingress({ namespace, paths: [{ service: 'internal' }] }),
    said: ['make the Service type: NodePort, or '],
    good: [service({ namespace, name: 'internal' }), ingress({ namespace, paths: [{ service: 'internal' }] })],
  },
  M7: {
    bad: m7,
    said: ['write 80', 'write "15"', 'write "200-299"'],
    good: withKeys({ 'healthcheck-interval-seconds': '15', 'success-codes': '200-299' }),
  },
  M9: {
    bad: m9,
    said: ['write "shop-1"', 'write "owner=me"'],
    good: withKeys({ 'load-balancer-name': 'shop-1', tags: 'owner=me' }),
  },
  M12: {
    bad: m12,
    said: ['write path: /img with pathType: Prefix'],
    good: ingress({ namespace, paths: [{}, { path: '/img', pathType: 'Prefix' }] }),
  },
  M13: { bad: m13, said: ['did you mean "alb"?'], good: ingress({ namespace, className: 'alb' }) },
  'two subnets of one zone': {
    bad: withKeys({ subnets: [subnets['public-a'].id, subnets['private-a'].id, subnets['private-c'].id].join() }),
    said: [`remove ${subnets['private-a'].id} or ${subnets['public-a'].id}`],
    good: withKeys({ subnets: [subnets['private-a'].id, subnets['private-c'].id].join() }),
  },
}

await t.test('what a refusal says to write instead is taken', async (t) => {
  for (const [name, { bad, said, good }] of Object.entries(repairs))
    await t.test(name, async (t) => {
      const refusal = await apply(stack, bad)
      t.equal(refusal.code, 1)
      for (const text of said) t.match(refusal.stderr, text)
      const { code, stderr } = await apply(stack, good)
      t.same({ code, stderr }, { code: 0, stderr: '' })
      await succeed(stack, ['delete', 'ingress', 'echoserver', '-n', namespace])
    })
})

await t.test('a refused update leaves the Ingress as it was', async (t) => {
  await put(stack, ingress({ namespace }))
  const before = await readExisting(stack, namespace, 'ingress', 'echoserver')
  const key = 'alb.ingress.kubernetes.io/healthcheck-path=health'
  const result = await kubectl(stack, ['annotate', '-n', namespace, 'ingress', 'echoserver', key])
  refused(t, result, [
    `The Ingress "echoserver" is invalid: ${annotation('healthcheck-path')}: Invalid value: "health": must start with /; write "/health" [HealthCheckPathSyntax]`,
  ])
  t.same(await readExisting(stack, namespace, 'ingress', 'echoserver'), before)
})
