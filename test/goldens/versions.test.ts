import { readFileSync } from 'node:fs'
import t from 'tap'
import { z } from 'zod'
import { versionedDigest } from '../../shared/names/versioned-digest.ts'
import { defaultAnnotations } from '../../shared/features/defaulting.ts'
import { evaluate } from '../../shared/group/evaluate.ts'
import { readRecord, recordDataKey, writeRecord } from '../../shared/group/record.ts'
import { markerKey } from '../../shared/names/annotation-keys.ts'
import { facts, flags, ingress, path, service } from '../builders.ts'

/**
 * What a release writes and a later one reads: the record of a group, the digest in it, the marker. A change of these
 * bytes makes every installation read all its listeners, or rewrite all its objects, on upgrade; it needs a new version
 * of the format beside this one, never an edit of this file.
 */
const file = new URL('./version-1.json', import.meta.url)

const golden = z.strictObject({ record: z.record(z.string(), z.string()), marker: z.string() })

const group = 'echoserver/echoserver'
const subject = ingress({
  keys: { scheme: 'internet-facing', tags: 'Environment=dev,Team=test', 'healthcheck-path': '/healthz' },
  spec: {
    ingressClassName: 'alb',
    tlsHosts: [],
    rules: [
      { host: 'echoserver.example.com', paths: [path(), path({ path: '/img', pathType: 'Exact', service: 'gone' })] },
      { paths: [path({ path: '/*', pathType: 'ImplementationSpecific' })] },
    ],
    defaultBackend: path().backend,
  },
})

const written = (): unknown => {
  const { standings, model } = evaluate(
    { key: group, members: [{ name: group, ingress: subject, role: 'present' }] },
    facts({ services: [service()] }),
  )
  const standing = standings.get(group)
  if (standing?.is !== 'current') throw new Error('the Ingress of the golden file is at fault')
  const digest = versionedDigest(model)
  return {
    record: writeRecord({ version: 1, members: { [group]: standing.contribution }, digest }),
    marker: defaultAnnotations(subject, undefined, flags()).set[markerKey],
  }
}

void t.test('version 1 of record, digest and marker is written to the byte', async (t) => {
  t.same(written(), JSON.parse(readFileSync(file, 'utf8')))
})

void t.test('version 1 of the record is read', async (t) => {
  const { record } = golden.parse(JSON.parse(readFileSync(file, 'utf8')))
  const read = readRecord(record)
  t.ok(read)
  t.same(read === undefined ? undefined : writeRecord(read), record)
})

void t.test('a record of another version, and a damaged one, is no record', async (t) => {
  const { record } = golden.parse(JSON.parse(readFileSync(file, 'utf8')))
  const text = record[recordDataKey] ?? ''
  t.equal(readRecord({ [recordDataKey]: text.replace('"version":1', '"version":2') }), undefined)
  t.equal(readRecord({ [recordDataKey]: text.slice(0, -5) }), undefined)
  t.equal(readRecord({}), undefined)
})
