import { join } from 'node:path'
import t from 'tap'
import { repository } from '../local/product.ts'
import { accepted, refused } from './support/expect.ts'
import { apply, eventually, kubectl, put, readExisting } from './support/kubectl.ts'
import { ingress, prefix } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t, { controller: false })
const namespace = 'echoserver'
await createNamespaces(stack, [namespace])

const examples = join(repository, 'manifests/examples/echoserver')
const file = join(examples, 'echoserver-ingress.yaml')
const name = 'ingress.networking.k8s.io/echoserver'
const marker = 'ingress.k8s.aws/defaulted'

const set = { scheme: 'internet-facing', tags: 'Environment=dev,Team=test' }

/** Defaults with the fingerprint of each: the first 8 hex digits of SHA-256 of its value. */
const defaults: Readonly<Record<string, readonly [value: string, fingerprint: string]>> = {
  'backend-protocol': ['HTTP', '56d6f321'],
  'backend-protocol-version': ['HTTP1', '18c4256b'],
  'healthcheck-interval-seconds': ['15', 'e629fa65'],
  'healthcheck-port': ['traffic-port', '37f47e19'],
  'healthcheck-timeout-seconds': ['5', 'ef2d127d'],
  'healthy-threshold-count': ['2', 'd4735e3a'],
  'ip-address-type': ['ipv4', '246867d0'],
  'listen-ports': ['[{"HTTP":80}]', '6ece1390'],
  'target-type': ['instance', '5e8c03a9'],
  'unhealthy-threshold-count': ['2', 'd4735e3a'],
}

/** The annotations of an Ingress that has these keys set and all other defaults. */
const annotationsWith = (keys: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const left = Object.entries(defaults).filter(([key]) => keys[key] === undefined)
  const values = { ...keys, ...Object.fromEntries(left.map(([key, [value]]) => [key, value])) }
  return {
    ...Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value])),
    [marker]: left.map(([key, [, fingerprint]]) => `${key}=${fingerprint}`).join(','),
  }
}

const annotations = async (): Promise<Readonly<Record<string, string>>> => {
  const { metadata } = await readExisting(stack, namespace, 'ingress', 'echoserver')
  const { 'kubectl.kubernetes.io/last-applied-configuration': _lastApplied, ...others } = metadata.annotations
  return others
}

const resourceVersion = async (): Promise<string> =>
  (await readExisting(stack, namespace, 'ingress', 'echoserver')).metadata.resourceVersion

const annotate = (...changes: readonly string[]) =>
  kubectl(stack, ['annotate', 'ingress', 'echoserver', '-n', namespace, '--overwrite', ...changes])

await t.test('the manifest of 2017 never reaches admission', async (t) => {
  const old = join(examples, 'echoserver-ingress-2017.yaml')
  refused(t, await kubectl(stack, ['apply', '-f', old]), [
    `error: resource mapping not found for name: "echoserver" namespace: "echoserver" from "${old}": no matches for kind "Ingress" in version "extensions/v1beta1"`,
    'ensure CRDs are installed first',
  ])
})

await t.test('the Ingress of the walkthrough gets its defaults and the marker', async (t) => {
  accepted(t, await kubectl(stack, ['apply', '-f', file]), [`${name} created`])
  t.same(await annotations(), annotationsWith(set))
})

await t.test('kubectl describe shows the defaults as the walkthrough does', async (t) => {
  const { stdout } = await kubectl(stack, ['describe', 'ingress', '-n', namespace, 'echoserver'])
  t.match(stdout, 'alb.ingress.kubernetes.io/listen-ports: [{"HTTP":80}]\n')
  t.match(
    stdout,
    'backend-protocol=56d6f321,backend-protocol-version=18c4256b,healthcheck-interval-seconds=e629fa65,healthcheck-port=37f47e19,healthcheck-ti...\n',
  )
})

await t.test('ten more applies say unchanged and write nothing', async (t) => {
  const before = await resourceVersion()
  for (let round = 0; round < 10; round += 1)
    accepted(t, await kubectl(stack, ['apply', '-f', file]), [`${name} unchanged`])
  t.equal(await resourceVersion(), before)
})

await t.test('a key set by kubectl annotate leaves the marker, and stays over the next apply', async (t) => {
  accepted(t, await annotate(`${prefix}healthcheck-interval-seconds=20`), [`${name} annotated`])
  const pinned = annotationsWith({ ...set, 'healthcheck-interval-seconds': '20' })
  t.same(await annotations(), pinned)
  accepted(t, await kubectl(stack, ['apply', '-f', file]), [`${name} unchanged`])
  t.same(await annotations(), pinned)
})

await t.test('a key that is removed comes back as a default', async (t) => {
  accepted(t, await annotate(`${prefix}healthcheck-interval-seconds-`), [`${name} annotated`])
  t.same(await annotations(), annotationsWith(set))
  accepted(t, await annotate(`${prefix}listen-ports-`), [`${name} annotated`])
  t.same(await annotations(), annotationsWith(set))
})

await t.test('a default that the manifest spells out is pinned, and free again when it goes', async (t) => {
  const pinned = { ...set, 'target-type': 'instance', 'healthcheck-timeout-seconds': '5' }
  accepted(t, await apply(stack, ingress({ namespace, keys: pinned })), [`${name} configured`])
  t.same(await annotations(), annotationsWith(pinned))
  accepted(t, await apply(stack, ingress({ namespace, keys: pinned })), [`${name} unchanged`])
  await put(stack, ingress({ namespace, keys: set }))
  t.same(await annotations(), annotationsWith(set))
})

await t.test('kubectl replace drops keys and marker together and gets the same back', async (t) => {
  accepted(t, await kubectl(stack, ['replace', '-f', file]), [`${name} replaced`])
  t.same(await annotations(), annotationsWith(set))
  const before = await resourceVersion()
  accepted(t, await kubectl(stack, ['replace', '-f', file]), [`${name} replaced`])
  t.equal(await resourceVersion(), before)
})

await t.test('an entry that is taken out of the marker pins its key', async (t) => {
  const entries = (annotationsWith(set)[marker] ?? '').split(',').filter((entry) => !entry.startsWith('target-type='))
  accepted(t, await annotate(`${marker}=${entries.join()}`), [`${name} annotated`])
  t.same(await annotations(), annotationsWith({ ...set, 'target-type': 'instance' }))
  accepted(t, await annotate(`${prefix}target-type-`), [`${name} annotated`])
  t.same(await annotations(), annotationsWith(set))
})

await t.test('server-side apply writes once per manager and takes no default for its own', async (t) => {
  const args = ['--server-side', '--field-manager=gitops']
  const object = ingress({ namespace, name: 'echoserver', keys: set })
  accepted(t, await apply(stack, object, args), [`${name} serverside-applied`])
  const before = await resourceVersion()
  for (let round = 0; round < 3; round += 1)
    accepted(t, await apply(stack, object, args), [`${name} serverside-applied`])
  t.equal(await resourceVersion(), before)
  t.same(await annotations(), annotationsWith(set))
})

await t.test('an Ingress made by server-side apply alone gets the same defaults', async (t) => {
  await kubectl(stack, ['delete', 'ingress', 'echoserver', '-n', namespace])
  accepted(t, await apply(stack, ingress({ namespace, keys: set }), ['--server-side']), [`${name} serverside-applied`])
  t.same(await annotations(), annotationsWith(set))
  const before = await resourceVersion()
  await apply(stack, ingress({ namespace, keys: set }), ['--server-side'])
  t.equal(await resourceVersion(), before)
})

await t.test('an exported object that is made anew keeps its defaults live', async (t) => {
  const { metadata } = await readExisting(stack, namespace, 'ingress', 'echoserver')
  await kubectl(stack, ['delete', 'ingress', 'echoserver', '-n', namespace])
  await put(stack, ingress({ namespace, keys: {}, annotations: metadata.annotations }))
  t.same(await annotations(), annotationsWith(set))
  await annotate(`${prefix}healthcheck-port-`)
  t.same(await annotations(), annotationsWith(set))
})

await t.test('the class annotation of 2017 makes an Ingress ours, with a warning', async (t) => {
  await kubectl(stack, ['delete', 'ingress', 'echoserver', '-n', namespace])
  const annotated = { 'kubernetes.io/ingress.class': 'alb' }
  accepted(
    t,
    await apply(stack, ingress({ namespace, className: undefined, keys: set, annotations: annotated })),
    [`${name} created`],
    [
      `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
      'kubernetes.io/ingress.class: use spec.ingressClassName',
    ],
  )
  t.same(await annotations(), { ...annotationsWith(set), ...annotated })
})

await t.test('an Ingress without class gets the default class, and so our defaults', async (t) => {
  await kubectl(stack, ['delete', 'ingress', 'echoserver', '-n', namespace])
  await kubectl(stack, ['annotate', 'ingressclass', 'alb', 'ingressclass.kubernetes.io/is-default-class=true'])
  const plain = ingress({ namespace, className: undefined, keys: set })
  await eventually('the API server knows the default class', async () => {
    await put(stack, plain)
    const { spec } = await readExisting(stack, namespace, 'ingress', 'echoserver')
    if (JSON.stringify(spec).includes('"ingressClassName":"alb"')) return true
    await kubectl(stack, ['delete', 'ingress', 'echoserver', '-n', namespace])
    return undefined
  })
  t.same(await annotations(), annotationsWith(set))
})
