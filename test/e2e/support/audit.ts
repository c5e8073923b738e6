import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Stack } from '../../local/stack.ts'

const account = (process: string): string => `system:serviceaccount:alb-ingress:${process}`

/** Has the API server log every request of our two service accounts, without bodies (Kubernetes, "Auditing"). */
export const auditPolicy = JSON.stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', users: ['webhook', 'controller'].map(account) }, { level: 'None' }],
})

const event = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z
    .object({
      resource: z.string(),
      subresource: z.string().default(''),
      apiGroup: z.string().default(''),
      namespace: z.string().default(''),
      name: z.string().default(''),
    })
    .optional(),
  requestURI: z.string(),
  responseStatus: z.object({ code: z.int() }).optional(),
})

/** A request of one of our processes that the API server logged. */
export interface Audited {
  readonly verb: string
  /** `ingresses.networking.k8s.io`, `ingresses/status.networking.k8s.io`, `services`; the path where it is no resource. */
  readonly resource: string
  /** Empty for all namespaces. */
  readonly namespace: string
  readonly name: string
  /** HTTP status of the answer. */
  readonly code: number
}

/** The requests of a process so far, in their order. */
export const audited = async (stack: Stack, process: 'webhook' | 'controller'): Promise<readonly Audited[]> => {
  const log = await readFile(join(stack.controlPlane.directory, 'audit.log'), 'utf8')
  return log
    .split('\n')
    .slice(0, -1)
    .map((line) => event.parse(JSON.parse(line)))
    .filter(({ user }) => user.username === account(process))
    .map(({ verb, objectRef, requestURI, responseStatus }) => ({
      verb,
      resource: objectRef === undefined ? requestURI : resourceOf(objectRef),
      namespace: objectRef?.namespace ?? '',
      name: objectRef?.name ?? '',
      code: responseStatus?.code ?? 0,
    }))
}

const resourceOf = (of: {
  readonly resource: string
  readonly subresource: string
  readonly apiGroup: string
}): string => [[of.resource, of.subresource].filter(Boolean).join('/'), of.apiGroup].filter(Boolean).join('.')
