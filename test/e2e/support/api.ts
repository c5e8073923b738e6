import { readFile } from 'node:fs/promises'
import type { OutgoingHttpHeaders } from 'node:http'
import { Agent, request } from 'node:https'
import { z } from 'zod'
import type { ControlPlane } from '../../local/control-plane.ts'
import type { Manifest } from './objects.ts'

/** What the API server answered to a write: the status, the causes of a refusal, and the warnings. */
export interface ApiAnswer {
  readonly status: number
  readonly message: string
  readonly causes: readonly Cause[]
  readonly warnings: readonly string[]
}

/** One fault of a refusal as the API tells it. */
export interface Cause {
  readonly reason: string
  readonly field: string
  readonly message: string
}

export interface ApiServer {
  /** Writes an object anew, or answers why not; with `dryRun` nothing is stored. */
  create(object: Manifest, options?: { readonly dryRun?: boolean }): Promise<ApiAnswer>
  /** Replaces annotations and other fields, or the status, by a JSON merge patch. */
  patch(object: Manifest, changes: Manifest, subresource?: 'status'): Promise<ApiAnswer>
  /** Deletes an object that may be there. */
  remove(object: Manifest): Promise<void>
  close(): void
}

const kubeconfig = z.object({
  clusters: z.tuple([z.object({ cluster: z.object({ 'certificate-authority-data': z.base64() }) })]),
  users: z.tuple([
    z.object({ user: z.object({ 'client-certificate-data': z.base64(), 'client-key-data': z.base64() }) }),
  ]),
})

const identity = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().exactOptional() }),
})

const answer = z.object({
  message: z.string().default(''),
  details: z
    .object({
      causes: z
        .array(z.object({ reason: z.string().default(''), field: z.string().default(''), message: z.string() }))
        .default([]),
    })
    .default({ causes: [] }),
})

const plurals: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  IngressClass: 'ingressclasses',
  IngressClassParams: 'ingressclassparams',
}

/**
 * The API server as the admin reaches it without kubectl, whose start costs more than the request: for tests that try
 * many objects. One connection serves all of them.
 */
export const connectApiServer = async ({
  url,
  adminKubeconfig,
}: Pick<ControlPlane, 'url' | 'adminKubeconfig'>): Promise<ApiServer> => {
  const { clusters, users } = kubeconfig.parse(JSON.parse(await readFile(adminKubeconfig, 'utf8')))
  const [{ cluster }] = clusters
  const [{ user }] = users
  const agent = new Agent({
    keepAlive: true,
    ca: Buffer.from(cluster['certificate-authority-data'], 'base64'),
    cert: Buffer.from(user['client-certificate-data'], 'base64'),
    key: Buffer.from(user['client-key-data'], 'base64'),
  })
  const ask = (method: string, path: string, contentType: string, body?: Manifest): Promise<ApiAnswer> =>
    new Promise((resolve, reject) => {
      const headers: OutgoingHttpHeaders = { accept: 'application/json', 'content-type': contentType }
      const outgoing = request(`${url}${path}`, { method, agent, headers }, (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.once('error', reject)
        incoming.once('end', () => {
          const { message, details } = answer.parse(JSON.parse(Buffer.concat(chunks).toString()))
          const warnings = (incoming.headersDistinct['warning'] ?? []).flatMap(warningTexts)
          resolve({ status: incoming.statusCode ?? 0, message, causes: details.causes, warnings })
        })
      })
      outgoing.setTimeout(30_000, () => outgoing.destroy(new Error(`no answer to ${method} ${path} in 30 s`)))
      outgoing.once('error', reject)
      outgoing.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return {
    create: (object, { dryRun = false } = {}) =>
      ask('POST', `${collectionOf(object)}${dryRun ? '?dryRun=All' : ''}`, 'application/json', object),
    patch: (object, changes, subresource) =>
      ask(
        'PATCH',
        subresource === undefined ? pathOf(object) : `${pathOf(object)}/${subresource}`,
        'application/merge-patch+json',
        changes,
      ),
    async remove(object) {
      const { status, message } = await ask('DELETE', pathOf(object), 'application/json')
      if (status !== 200 && status !== 202 && status !== 404)
        throw new Error(`${pathOf(object)} was not deleted: ${message}`)
    },
    close: () => agent.destroy(),
  }
}

const collectionOf = (object: Manifest): string => {
  const { apiVersion, kind, metadata } = identity.parse(object)
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const namespace = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
  return `${group}${namespace}/${plurals[kind] ?? `${kind.toLowerCase()}s`}`
}

const pathOf = (object: Manifest): string => `${collectionOf(object)}/${identity.parse(object).metadata.name}`

/** The texts of one Warning header (RFC 9111, 5.5 of the older RFC 7234): `299 - "TEXT"`, quotes and backslashes escaped. */
const warningTexts = (header: string): readonly string[] =>
  Array.from(header.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g), ([, text = '']) => text.replaceAll(/\\(.)/g, '$1'))
