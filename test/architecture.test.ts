import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const ruleBook = [
  'annotation',
  'features',
  'findings',
  'group',
  'ingress',
  'kubernetes',
  'model',
  'names',
  'plan',
  'text',
]
const edge = ['aws', 'cluster', 'process']

/** What a rule book folder may import besides itself: what stands left of it. */
const order = ['text', 'names', 'kubernetes', 'findings', 'model', 'ingress', 'annotation', 'features', 'plan', 'group']

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const files = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)

const importsOf = (file: string): readonly Import[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^(import|export)( type)?[^'"]*?from '([^']+)'/gms)].map(
    (match) => {
      const target = match[3] ?? ''
      const to = target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target
      return { from: file, to, typeOnly: match[2] !== undefined }
    },
  )

const imports = ['shared', 'webhook', 'controller'].flatMap((folder) => files(folder).flatMap(importsOf))
const folderOf = (path: string): string => path.split('/')[1] ?? ''
const inRuleBook = (path: string): boolean => path.startsWith('shared/') && ruleBook.includes(folderOf(path))
const inEdge = (path: string): boolean => path.startsWith('shared/') && edge.includes(folderOf(path))
const told = (found: readonly Import[]): readonly string[] => found.map(({ from, to }) => `${from} imports ${to}`)

void t.test('the tree has files to judge', async (t) => {
  t.ok(imports.length > 100)
  t.ok(imports.some(({ from }) => from.startsWith('webhook/')))
  t.ok(imports.some(({ from }) => from.startsWith('controller/')))
})

void t.test('every folder of shared stands on one of the two floors', async (t) => {
  const folders = new Set(files('shared').map(folderOf))
  t.same(
    [...folders].filter((folder) => !ruleBook.includes(folder) && !edge.includes(folder)),
    [],
  )
})

void t.test('the rule book never imports the edge, a process, or a library that does input and output', async (t) => {
  const libraries = /^(fastify|undici|prom-client|@aws-sdk\/|@kubernetes\/|@smithy\/|node:)/
  const found = imports.filter(
    ({ from, to, typeOnly }) =>
      inRuleBook(from) &&
      !(from === 'shared/names/sha256.ts' && to === 'node:crypto') &&
      !(typeOnly && to.startsWith('@kubernetes/')) &&
      (inEdge(to) || /^(webhook|controller|test|manifests)\//.test(to) || libraries.test(to)),
  )
  t.same(told(found), [])
})

void t.test('a folder of the rule book imports only what stands left of it', async (t) => {
  const found = imports.filter(
    ({ from, to, typeOnly }) =>
      !typeOnly && inRuleBook(from) && inRuleBook(to) && order.indexOf(folderOf(to)) > order.indexOf(folderOf(from)),
  )
  t.same(told(found), [])
})

void t.test('webhook and controller never import each other, and no product code imports tests', async (t) => {
  const found = imports.filter(
    ({ from, to }) =>
      (from.startsWith('webhook/') && to.startsWith('controller/')) ||
      (from.startsWith('controller/') && to.startsWith('webhook/')) ||
      (from.startsWith('shared/') && /^(webhook|controller)\//.test(to)) ||
      /^(test|manifests)\//.test(to),
  )
  t.same(told(found), [])
})

void t.test('AWS and Kubernetes clients are used at run time only where they live', async (t) => {
  const found = imports.filter(
    ({ from, to, typeOnly }) =>
      !typeOnly &&
      ((to.startsWith('@kubernetes/') && !from.startsWith('shared/cluster/')) ||
        (to.startsWith('@aws-sdk/') && !from.startsWith('shared/aws/'))),
  )
  t.same(told(found), [])
})

void t.test('nobody imports the main file of a process', async (t) => {
  t.same(told(imports.filter(({ to }) => to.endsWith('main.ts'))), [])
})

void t.test('the rule book reads no clock and no random source', async (t) => {
  const found = files('shared').filter(
    (file) =>
      inRuleBook(file) &&
      /Date\.now|new Date\(|Math\.random|performance\.now/.test(readFileSync(join(root, file), 'utf8')),
  )
  t.same(found, [])
})
