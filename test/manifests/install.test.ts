import { mkdtemp, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import t from 'tap'
import { values } from '../../manifests/render/values.ts'
import { startControlPlane } from '../local/control-plane.ts'
import { externalKinds } from './external-kinds.ts'

const overlays = join(import.meta.dirname, '../../manifests/overlays')

const directory = await realpath(await mkdtemp(join(tmpdir(), 'install-')))
t.teardown(() => rm(directory, { recursive: true, force: true }))
const controlPlane = await startControlPlane({ directory, progress: (line) => t.comment(line) })
t.teardown(() => controlPlane.stop())

const kubectl = async (args: readonly string[], input?: string): Promise<string> => {
  const { code, stdout, stderr } = await controlPlane.kubectl(args, input === undefined ? {} : { input })
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** The overlay for a cluster with other words in the place of its placeholders. */
const filledIn = async (words: Readonly<Record<string, string>>): Promise<string> => {
  const folder = join(directory, `overlay-${Object.keys(words).length}`)
  await mkdir(folder)
  const text = await readFile(join(overlays, 'cluster/kustomization.yaml'), 'utf8')
  const filled = Object.entries(words).reduce((so, [word, value]) => so.replaceAll(word, value), text)
  const manifests = relative(folder, await realpath(join(overlays, '..')))
  await writeFile(join(folder, 'kustomization.yaml'), filled.replaceAll('- ../../', `- ${manifests}/`))
  return folder
}

const words = {
  CLUSTER_VALUE: 'demo',
  VPC_VALUE: 'vpc-0a1b',
  REGION_VALUE: 'ap-northeast-1',
  REGISTRY_VALUE: 'registry.example.com/platform',
}
const overlay = await filledIn({ ...words, CONTROL_PLANE_VALUE: '10.0.0.0/16' })

const lines = (output: string): readonly string[] => output.trimEnd().split('\n')

await t.test('the control plane whose range nobody filled in is refused, and nothing is cut off', async (t) => {
  await kubectl(['create', 'namespace', values.namespace])
  for (const definition of externalKinds) await kubectl(['apply', '-f', '-'], JSON.stringify(definition))
  await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s'])
  const { code, stderr } = await controlPlane.kubectl(['apply', '-k', await filledIn(words)])
  t.equal(code, 1)
  t.match(stderr, 'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "CONTROL_PLANE_VALUE"')
  t.same(lines(await kubectl(['get', 'networkpolicy', '-A', '-o', 'name'])), [
    'networkpolicy.networking.k8s.io/controller',
  ])
})

/** Kind, name and version of each object that the overlay has. */
const versions = async (): Promise<string> =>
  kubectl(['get', '-k', overlay, '-o', 'custom-columns=K:kind,N:metadata.name,V:metadata.resourceVersion'])

await t.test('the overlay of a cluster applies without a warning, every field known to its kind', async (t) => {
  const applied = await controlPlane.kubectl(['apply', '-k', overlay, '--validate=strict'])
  t.same([applied.code, applied.stderr], [0, ''])
  t.match(applied.stdout, /certificate\.cert-manager\.io\/webhook-leaf/)
  t.match(applied.stdout, /prometheusrule\.monitoring\.coreos\.com\/alb-ingress/)
})

await t.test('a second apply changes nothing; kubectl says unchanged of all but the disruption budgets', async (t) => {
  const before = await versions()
  const again = lines(await kubectl(['apply', '-k', overlay]))
  t.equal(await versions(), before)
  t.ok(lines(before).length > 25)
  t.same(
    again.filter((line) => !line.endsWith(' unchanged')),
    ['poddisruptionbudget.policy/controller configured', 'poddisruptionbudget.policy/webhook configured'],
  )
})

await t.test('both Deployments have the image and read the settings that were filled in', async (t) => {
  const of = (path: string) => kubectl(['get', 'deployments', '-n', values.namespace, '-o', `jsonpath=${path}`])
  const image = 'registry.example.com/platform/alb-ingress-controller:0.1.0'
  t.equal(await of('{.items[*].spec.template.spec.containers[0].image}'), `${image} ${image}`)
  const [secret = '', other] = (
    await of('{.items[*].spec.template.spec.containers[0].envFrom[0].secretRef.name}')
  ).split(' ')
  t.equal(other, secret)
  const data = await kubectl(['get', 'secret', secret, '-n', values.namespace, '-o', 'jsonpath={.data}'])
  const decoded = Object.entries<string>(JSON.parse(data)).map(([k, v]) => [k, Buffer.from(v, 'base64').toString()])
  t.same(Object.fromEntries(decoded), { CLUSTER_NAME: 'demo', AWS_REGION: 'ap-northeast-1', AWS_VPC_ID: 'vpc-0a1b' })
})
