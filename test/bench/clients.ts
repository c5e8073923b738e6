import { readFileSync } from 'node:fs'
import { Pool } from 'undici'
import { z } from 'zod'
import type { Manifest } from '../e2e/support/objects.ts'
import type { Stack } from '../local/stack.ts'

/** Sends one body after the other over connections that stay open. */
export interface Sender {
  /** Answers the HTTP status and the body. */
  readonly send: (path: string, body: string) => Promise<{ readonly status: number; readonly body: string }>
  readonly close: () => Promise<void>
}

const kubeconfig = z.object({
  users: z.tuple([
    z.object({ user: z.object({ 'client-certificate-data': z.string(), 'client-key-data': z.string() }) }),
  ]),
})

const sender = (
  origin: string,
  connections: number,
  tls: { readonly ca: string; readonly cert?: string; readonly key?: string },
): Sender => {
  const pool = new Pool(origin, { connections, pipelining: 1, connect: tls })
  return {
    send: async (path, body) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await pool.request({ method: 'POST', path, headers, body })
      return { status: answer.statusCode, body: await answer.body.text() }
    },
    close: () => pool.close(),
  }
}

/** The API server, as an admin. */
export const apiServer = ({ controlPlane }: Stack, connections: number): Sender => {
  const [{ user }] = kubeconfig.parse(JSON.parse(readFileSync(controlPlane.adminKubeconfig, 'utf8'))).users
  return sender(controlPlane.url, connections, {
    ca: readFileSync(controlPlane.caFile, 'utf8'),
    cert: Buffer.from(user['client-certificate-data'], 'base64').toString(),
    key: Buffer.from(user['client-key-data'], 'base64').toString(),
  })
}

/** The webhook itself. */
export const webhookServer = ({ controlPlane, product }: Stack, connections: number): Sender =>
  sender(`https://127.0.0.1:${product.webhookPort}`, connections, { ca: readFileSync(controlPlane.caFile, 'utf8') })

/** A review of a create, as the API server sends it. */
export const reviewOf = (object: Manifest, namespace: string): string => {
  const kind = { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' }
  const resource = { group: 'networking.k8s.io', version: 'v1', resource: 'ingresses' }
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      name: 'web',
      namespace,
      operation: 'CREATE',
      userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
      object,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  })
}
