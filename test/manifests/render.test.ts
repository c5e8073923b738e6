import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { parse, parseAllDocuments } from 'yaml'
import { allFiles, components, files, objects } from '../../manifests/render/files.ts'
import { values } from '../../manifests/render/values.ts'
import { header } from '../../manifests/render/yaml.ts'
import { said } from './at.ts'

const manifests = join(import.meta.dirname, '../../manifests')

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(manifests, 'render/main.ts'), ...args], { encoding: 'utf8' })

void t.test('two renders of the same values are the same bytes', async (t) => {
  t.strictSame([...allFiles(values)], [...allFiles(structuredClone(values))])
})

void t.test('the committed base, components and IAM policies are what the values render', async (t) => {
  const folders = new Set([...allFiles(values).keys()].map(dirname))
  t.strictSame(
    [...folders],
    ['base', 'components/cert-manager', 'components/network-policy', 'components/prometheus', 'iam'],
  )
  const committed = await Promise.all(
    [...folders].map(async (folder) => (await readdir(join(manifests, folder))).map((name) => join(folder, name))),
  )
  t.strictSame(committed.flat().sort(), [...allFiles(values).keys()].sort())
  for (const [name, text] of allFiles(values)) t.equal(await readFile(join(manifests, name), 'utf8'), text, name)
})

void t.test('each YAML file says first that it is generated and by which command', async (t) => {
  const texts = [...allFiles(values)].filter(([name]) => !name.startsWith('iam/'))
  t.ok(texts.length > 15)
  for (const [name, text] of texts) t.ok(text.startsWith(header), name)
  t.match(header, /npm run render/)
})

void t.test('a rendered file holds its objects and nothing else', async (t) => {
  for (const [name, manifests] of objects(values)) {
    const documents = parseAllDocuments(files(values).get(name) ?? '')
    t.strictSame(
      documents.map((document): unknown => document.toJS()),
      manifests,
      name,
    )
  }
})

void t.test(
  'the kustomization names every other file, the namespace first and the webhook configurations last',
  async (t) => {
    const kustomization: unknown = parse(files(values).get('kustomization.yaml') ?? '')
    t.has(kustomization, { kind: 'Kustomization', resources: [...objects(values).keys()] })
    const names = [...objects(values).keys()]
    t.equal(names[0], 'namespace.yaml')
    t.strictSame(names.slice(-3), [
      'mutating-webhook-configuration.yaml',
      'mutating-webhook-configuration-pods.yaml',
      'validating-webhook-configuration.yaml',
    ])
  },
)

void t.test('no two objects share kind, namespace and name', async (t) => {
  const identities = [objects(values), ...components(values).values()]
    .flatMap((of) => [...of.values()])
    .flat()
    .map(({ kind, metadata }) => [kind, said(metadata['namespace']), metadata.name].join(' '))
  t.equal(new Set(identities).size, identities.length)
})

void t.test('--check names stale, missing and foreign files, and a render repairs all three', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'render-'))
  t.teardown(() => rm(directory, { recursive: true }))
  t.equal(run('--directory', directory).status, 0)
  t.equal(run('--check', '--directory', directory).status, 0)

  await writeFile(join(directory, 'base/namespace.yaml'), 'kind: Namespace\n')
  await rm(join(directory, 'base/ingress-class.yaml'))
  await writeFile(join(directory, 'components/prometheus/foreign.yaml'), '')
  const checked = run('--check', '--directory', directory)
  t.equal(checked.status, 1)
  const named = checked.stderr.match(/[a-z-]+\/[a-z-]+\.yaml/g)
  t.strictSame(named, ['base/ingress-class.yaml', 'base/namespace.yaml', 'prometheus/foreign.yaml'])
  t.equal(await readFile(join(directory, 'base/namespace.yaml'), 'utf8'), 'kind: Namespace\n', '--check writes nothing')

  t.match(run('--directory', directory).stdout, /3 changed/)
  t.equal(run('--check', '--directory', directory).status, 0)
})

void t.test('--help explains itself, an unknown option is refused', async (t) => {
  const help = run('--help')
  t.equal(help.status, 0)
  t.match(help.stdout, /--check/)
  t.not(run('--chekc').status, 0)
})
