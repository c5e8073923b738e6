import { assert, constantFrom, dictionary, oneof, property, string, subarray } from 'fast-check'
import t from 'tap'
import { annotationPatch } from '../../webhook/patch.ts'
import type { PatchOperation } from '../../webhook/patch.ts'

void t.test('the map is added first where there is none', async (t) => {
  const edits = { set: { 'alb.ingress.kubernetes.io/scheme': 'internal' }, remove: ['gone'] }
  const add = { op: 'add', path: '/metadata/annotations/alb.ingress.kubernetes.io~1scheme', value: 'internal' }
  for (const absent of [undefined, null])
    t.strictSame(annotationPatch(absent, edits), [{ op: 'add', path: '/metadata/annotations', value: {} }, add])
  t.strictSame(annotationPatch({}, edits), [add])
})

void t.test('a key that is there is replaced, one with the same value is left alone', async (t) => {
  t.strictSame(annotationPatch({ a: '1', b: '2', c: '3' }, { set: { a: '1', b: '5', d: '4' }, remove: ['c', 'x'] }), [
    { op: 'replace', path: '/metadata/annotations/b', value: '5' },
    { op: 'add', path: '/metadata/annotations/d', value: '4' },
    { op: 'remove', path: '/metadata/annotations/c' },
  ])
})

void t.test('nothing is patched where nothing changes or where the annotations are no map', async (t) => {
  t.strictSame(annotationPatch(undefined, { set: {}, remove: ['a'] }), [])
  t.strictSame(annotationPatch({ a: '1' }, { set: { a: '1' }, remove: [] }), [])
  for (const odd of ['text', 1, true, [], ['a']])
    t.strictSame(annotationPatch(odd, { set: { a: '1' }, remove: [] }), [])
})

/** RFC 6902 for the paths that are written here; throws as the API server does for a path that does not exist. */
const apply = (annotations: Readonly<Record<string, string>> | undefined, patch: readonly PatchOperation[]) => {
  let map = annotations === undefined ? undefined : new Map(Object.entries(annotations))
  for (const operation of patch) {
    if (operation.path === '/metadata/annotations') {
      map = new Map()
      continue
    }
    const key = operation.path.slice('/metadata/annotations/'.length).replaceAll('~1', '/').replaceAll('~0', '~')
    if (map === undefined) throw new Error('no map')
    if (operation.op !== 'add' && !map.has(key)) throw new Error(`no ${key}`)
    if (operation.op === 'remove') map.delete(key)
    else map.set(key, String(operation.value))
  }
  return map ?? new Map<string, string>()
}

const sorted = (map: ReadonlyMap<string, string>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))

void t.test('applied, the patch gives the edits; a second one is empty', async (t) => {
  const keys = ['a', 'x/y', 'x~y', '~1', '~01/', 'constructor', '__proto__']
  const maps = dictionary(oneof(constantFrom(...keys), string()), string())
  t.doesNotThrow(() =>
    assert(
      property(maps, maps, subarray(keys), (before, set, remove) => {
        const edits = { set, remove: remove.filter((key) => !Object.hasOwn(set, key)) }
        const after = apply(before, annotationPatch(before, edits))
        const expected = new Map([...Object.entries(before), ...Object.entries(set)])
        for (const key of edits.remove) expected.delete(key)
        t.strictSame(sorted(after), sorted(expected))
        t.strictSame(annotationPatch(Object.fromEntries(after), edits), [])
      }),
    ),
  )
})
