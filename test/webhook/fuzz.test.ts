import { assert, asyncProperty, constantFrom, jsonValue, oneof, record, string, uint8Array } from 'fast-check'
import t from 'tap'
import { buildApp } from '../../webhook/app.ts'
import { endpoints } from '../../webhook/answer.ts'
import { refusedNames, review, rig } from './rig.ts'

const paths = constantFrom(...endpoints.map(({ path }) => path))
const headers = { 'content-type': 'application/json' }

void t.test('any bytes are answered with 400 or 413 and one line', async (t) => {
  const app = buildApp({ io: rig().io })
  await t.resolves(
    assert(
      asyncProperty(paths, oneof(uint8Array({ maxLength: 200 }), string({ unit: 'binary' })), async (url, bytes) => {
        const reply = await app.inject({ method: 'POST', url, headers, payload: Buffer.from(bytes) })
        return (reply.statusCode === 400 || reply.statusCode === 413) && reply.body.split('\n').length === 2
      }),
    ),
  )
})

void t.test('any JSON is answered with 400 or a review', async (t) => {
  const app = buildApp({ io: rig().io })
  await t.resolves(
    assert(
      asyncProperty(paths, jsonValue(), async (url, value) => {
        const reply = await app.inject({ method: 'POST', url, headers, payload: JSON.stringify(value) })
        return reply.statusCode === 400
      }),
    ),
  )
})

const json = jsonValue({ maxDepth: 4 })
const ingress = record(
  {
    apiVersion: oneof(constantFrom('networking.k8s.io/v1'), json),
    kind: oneof(constantFrom('Ingress', 'Service'), json),
    metadata: oneof(
      record({ name: json, annotations: json, deletionTimestamp: json, finalizers: json }, { requiredKeys: [] }),
      json,
    ),
    spec: oneof(record({ rules: json, tls: json, defaultBackend: json, ports: json }, { requiredKeys: [] }), json),
  },
  { requiredKeys: [] },
)

void t.test('any object in a review is answered with a review of the same uid', async (t) => {
  const app = buildApp({ io: rig(refusedNames).io })
  await t.resolves(
    assert(
      asyncProperty(
        paths,
        oneof(ingress, json),
        oneof(ingress, json),
        oneof(constantFrom('CREATE', 'UPDATE', 'DELETE', 'CONNECT'), json),
        json,
        async (url, object, oldObject, operation, dryRun) => {
          const kind = url.endsWith('service')
            ? { group: '', version: 'v1', kind: 'Service' }
            : { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' }
          const body = review({ kind, object, oldObject, operation, dryRun })
          const reply = await app.inject({ method: 'POST', url, headers, payload: JSON.stringify(body) })
          const { response } = reply.json<{
            response: { uid: string; allowed: boolean; patch?: string; patchType?: string }
          }>()
          return (
            reply.statusCode === 200 &&
            response.uid === '705ab4f5-6393-11e8-b7cc-42010a800002' &&
            typeof response.allowed === 'boolean' &&
            (response.patch === undefined) === (response.patchType === undefined)
          )
        },
      ),
      { numRuns: 300 },
    ),
  )
})

void t.test('any query of the URL is answered', async (t) => {
  const app = buildApp({ io: rig().io })
  await t.resolves(
    assert(
      asyncProperty(oneof(string({ unit: 'binary' }), json), async (timeout) => {
        const url = `/validate/ingress?timeout=${encodeURIComponent(JSON.stringify(timeout).toWellFormed())}`
        const reply = await app.inject({ method: 'POST', url, headers, payload: JSON.stringify(review()) })
        return reply.statusCode === 200
      }),
    ),
  )
})
