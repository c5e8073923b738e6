import t from 'tap'
import { accepted, refused } from './support/expect.ts'
import { apply, kubectl, put, read, readExisting, succeed } from './support/kubectl.ts'
import { ingress, type Manifest, prefix, service } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, { controller: false, webhook: false })
const namespace = 'echoserver'
await createNamespaces(stack, [namespace])

// An Ingress of the time before the webhook, with three faults.
const wrong = {
  namespace,
  name: 'old',
  keys: { scheme: 'public', 'healthcheck-path': 'health', tags: 'a=b' },
  paths: [{ port: { number: 81 } }],
  finalizers: ['example.com/hold'],
}
await put(stack, ingress(wrong))
await stack.startWebhook()
await stack.registerWebhooks()

await put(stack, {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'nginx' },
  spec: { controller: 'k8s.io/ingress-nginx' },
})

const old = 'ingress.networking.k8s.io/old'
const before = 'already wrong before this change: '
const wrongScheme = `${before}scheme: supported values: "internal", "internet-facing"`
const wrongPort = `${before}rules[0].paths[0]: Not found: 81: Service "echoserver" has port 80`
const wrongPath = `${before}healthcheck-path: must start with /`

const change = (verb: 'label' | 'annotate', ...changes: readonly string[]) =>
  kubectl(stack, [verb, 'ingress', 'old', '-n', namespace, '--overwrite', ...changes])

const patch = (kind: string, name: string, changes: unknown) =>
  kubectl(stack, ['patch', kind, name, '-n', namespace, '--type=merge', '-p', JSON.stringify(changes)])

await t.test('step 15: labels and foreign annotations of a wrong Ingress change without a word', async (t) => {
  accepted(t, await change('label', 'team=a'), [`${old} labeled`])
  accepted(t, await change('annotate', 'example.com/note=x'), [`${old} annotated`])
})

await t.test('step 15: another key changes, and the old faults are told', async (t) => {
  const result = await change('annotate', `${prefix}tags=a=c`)
  accepted(t, result, [`${old} annotated`], [wrongScheme, wrongPort, wrongPath])
})

await t.test('step 15: a wrong value cannot become another wrong value', async (t) => {
  refused(t, await change('annotate', `${prefix}scheme=external-facing`), [
    `Warning: ${wrongPort}`,
    `Warning: ${wrongPath}`,
    'The Ingress "old" is invalid: metadata.annotations[alb.ingress.kubernetes.io/scheme]: Unsupported value: "external-facing": supported values: "internal", "internet-facing" [SchemeUnknown]',
  ])
})

await t.test('step 15: an inserted path leaves the old fault old, and a second wrong path is new', async (t) => {
  const keys = { ...wrong.keys, tags: 'a=c' }
  const result = await apply(stack, ingress({ ...wrong, keys, paths: [{ path: '/new' }, ...wrong.paths] }))
  const moved = wrongPort.replace('paths[0]', 'paths[1]')
  accepted(t, result, [`${old} configured`], [wrongScheme, moved, wrongPath])
  const again = ingress({ ...wrong, keys, paths: [{ path: '/new', port: { number: 82 } }, ...wrong.paths] })
  const denied = await apply(stack, again)
  t.equal(denied.code, 1)
  t.match(denied.stderr, 'spec.rules[0].http.paths[0].backend.service.port.number: Not found: 82: ')
})

await t.test('step 15: faults are repaired one at a time', async (t) => {
  const healthPath = `${prefix}healthcheck-path=/health`
  accepted(
    t,
    await change('annotate', `${prefix}scheme=internal`),
    [`${old} annotated`],
    [wrongPort.replace('paths[0]', 'paths[1]'), wrongPath],
  )
  accepted(t, await change('annotate', healthPath), [`${old} annotated`], [wrongPort.replace('paths[0]', 'paths[1]')])
})

await t.test('step 15: a finalizer is removed, and a deletion ends, whatever is wrong', async (t) => {
  accepted(t, await patch('ingress', 'old', { metadata: { finalizers: null } }), [`${old} patched`])
  accepted(t, await patch('ingress', 'old', { metadata: { finalizers: ['example.com/hold'] } }), [`${old} patched`])
  await succeed(stack, ['delete', 'ingress', 'old', '-n', namespace, '--wait=false'])
  accepted(t, await patch('ingress', 'old', { metadata: { finalizers: null } }), [`${old} patched`])
  t.equal(await read(stack, namespace, 'ingress', 'old'), undefined)
})

await t.test('an Ingress that becomes ours by an update is judged in full', async (t) => {
  const keys = { scheme: 'public' }
  accepted(
    t,
    await apply(stack, ingress({ namespace, name: 'moving', className: 'nginx', keys })),
    ['ingress.networking.k8s.io/moving created'],
    ['1 alb.ingress.kubernetes.io key has no effect: class nginx is not an ALB class'],
  )
  const { code, stderr } = await apply(stack, ingress({ namespace, name: 'moving', keys }))
  t.equal(code, 1)
  t.match(stderr, 'Unsupported value: "public"')
})

const created = (name: string): string => `ingress.networking.k8s.io/${name} created`

/** Applies an Ingress that is not to stay. */
const tryOut = async (object: Manifest) => {
  const result = await apply(stack, object)
  await succeed(stack, ['delete', 'ingress', '-n', namespace, '--all'])
  return result
}

await t.test('M16: what is missing, misspelt or old is told and admitted', async (t) => {
  const result = await tryOut(
    ingress({ namespace, keys: { sheme: 'internal', successCodes: '200-299' }, paths: [{ service: 'web' }] }),
  )
  accepted(
    t,
    result,
    [created('echoserver')],
    [
      'backend web:80: Service "web" does not exist yet; its path answers 503 until it does',
      'sheme: unknown key, ignored; did you mean scheme?',
      'successCodes: old spelling, read as success-codes',
    ],
  )
})

await t.test('M16: a rule that can never match is told', async (t) => {
  const paths = ['/*', '/admin.html'].map((path) => ({ path, pathType: 'ImplementationSpecific' as const }))
  accepted(
    t,
    await tryOut(ingress({ namespace, paths })),
    [created('echoserver')],
    ['rule 2 (/admin.html) can never match: rule 1 (/*) comes first'],
  )
})

await t.test('M16: four fifths of the rules of a load balancer are told', async (t) => {
  const paths = Array.from({ length: 82 }, (_, index) => ({ path: `/path-${index}` }))
  accepted(
    t,
    await tryOut(ingress({ namespace, paths })),
    [created('echoserver')],
    ['group echoserver/echoserver: 82 of 100 rules used'],
  )
})

await t.test('M16: keys of ours have no effect under another class, or under none', async (t) => {
  const foreign = ingress({ namespace, name: 'other', className: 'nginx' })
  accepted(
    t,
    await tryOut(foreign),
    [created('other')],
    ['2 alb.ingress.kubernetes.io keys have no effect: class nginx is not an ALB class'],
  )
  accepted(
    t,
    await tryOut(ingress({ namespace, name: 'other', className: undefined })),
    [created('other')],
    ['2 alb.ingress.kubernetes.io keys have no effect: no class is set and none is default'],
  )
  const { stderr } = await tryOut(ingress({ namespace, className: 'nginx', keys: { scheme: 'public', sheme: 'x' } }))
  t.equal(stderr, 'Warning: 2 alb.ingress.kubernetes.io keys have no effect: class nginx is not an ALB class\n')
})

await t.test('M16: keys that have no effect yet are told', async (t) => {
  const keys = { 'minimum-load-balancer-capacity': 'CapacityUnits=100', tags: '' }
  accepted(
    t,
    await tryOut(ingress({ namespace, keys })),
    [created('echoserver')],
    ['minimum-load-balancer-capacity: not supported yet, ignored', 'tags: empty, counts as absent'],
  )
})

await t.test('step 16: a Service that becomes ClusterIP is updated with a warning', async (t) => {
  await put(stack, ingress({ namespace }))
  const clusterIp = await patch('service', 'echoserver', { spec: { type: 'ClusterIP' } })
  accepted(
    t,
    clusterIp,
    ['service/echoserver patched'],
    ['type ClusterIP: Ingress echoserver/echoserver uses instance targets and loses all of them'],
  )
  accepted(t, await patch('service', 'echoserver', { spec: { type: 'NodePort' } }), ['service/echoserver patched'])
})

await t.test('step 16: a port that an Ingress uses is removed with a warning', async (t) => {
  const ports = [{ port: 8081, targetPort: 8080 }]
  accepted(
    t,
    await apply(stack, service({ namespace, ports })),
    ['service/echoserver configured'],
    ['port 80 removed: used by Ingress echoserver/echoserver'],
  )
  accepted(t, await apply(stack, service({ namespace })), ['service/echoserver configured'])
})

await t.test('annotations of a Service are judged as on an Ingress', async (t) => {
  refused(t, await apply(stack, service({ namespace, keys: { 'healthcheck-interval-seconds': '1' } })), [
    'The Service "echoserver" is invalid: metadata.annotations[alb.ingress.kubernetes.io/healthcheck-interval-seconds]: Invalid value: "1": must be 5 to 300; write "15" [OutOfRange]',
  ])
  refused(t, await apply(stack, service({ namespace, keys: { 'healthcheck-timeout-seconds': '20' } })), [
    'The Service "echoserver" is invalid: metadata.annotations[alb.ingress.kubernetes.io/healthcheck-timeout-seconds]: Invalid value: "20": the timeout (20) must be less than the interval (15, default) for Ingress echoserver/echoserver; write "14", or set healthcheck-interval-seconds: "21" [TimeoutNotBelowInterval]',
  ])
})

await t.test('a Service that no Ingress of ours names changes without a word', async (t) => {
  await put(stack, service({ namespace, name: 'other' }))
  accepted(t, await patch('service', 'other', { spec: { type: 'ClusterIP' } }), ['service/other patched'])
  t.match(await readExisting(stack, namespace, 'service', 'other'), { spec: { type: 'ClusterIP' } })
})
