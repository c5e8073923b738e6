import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Stack } from '../../local/stack.ts'
import { eventually } from './kubectl.ts'

/** Has the API server log what webhooks say of Ingresses and Services, without bodies (Kubernetes, "Auditing"). */
export const planAuditPolicy = JSON.stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {
      level: 'Metadata',
      verbs: ['create', 'update', 'patch'],
      resources: [
        { group: 'networking.k8s.io', resources: ['ingresses'] },
        { group: '', resources: ['services'] },
      ],
    },
    { level: 'None' },
  ],
})

const event = z.object({
  requestURI: z.string(),
  annotations: z.record(z.string(), z.string()).default({}),
})

const plan = z.object({
  writes: z.record(z.string(), z.array(z.string())),
  incomplete: z.array(z.string()).default([]),
})

export type AuditedPlan = Readonly<z.output<typeof plan>>

/** The plans of all dry-runs so far, as the audit log has them. */
export const auditedPlans = async (stack: Stack): Promise<readonly AuditedPlan[]> => {
  const all = await events(stack)
  return all.filter(({ requestURI }) => requestURI.includes('dryRun=All')).flatMap(plansOf)
}

const events = async (stack: Stack): Promise<readonly z.output<typeof event>[]> => {
  const log = await readFile(join(stack.controlPlane.directory, 'audit.log'), 'utf8')
  return log
    .split('\n')
    .slice(0, -1)
    .map((line) => event.parse(JSON.parse(line)))
}

const plansOf = ({ annotations }: z.output<typeof event>): readonly AuditedPlan[] =>
  Object.entries(annotations).flatMap(([key, value]) =>
    /^validate\.(ingress|service)\.k8s\.aws\/plan$/.test(key) ? [plan.parse(JSON.parse(value))] : [],
  )

/** What the audit log has of a request, which is found by a word of its query: its plan, where there was one. */
export const planOf = (stack: Stack, query: string): Promise<{ readonly plan?: AuditedPlan }> =>
  eventually(`the request with ${query} in the audit log`, async () => {
    const found = (await events(stack)).find(({ requestURI }) => requestURI.includes(query))
    return found === undefined ? undefined : { ...plansOf(found).map((each) => ({ plan: each }))[0] }
  })

/** Waits for the plan that comes after so many others. */
export const planAfter = (stack: Stack, count: number): Promise<AuditedPlan> =>
  eventually(`plan ${count + 1} in the audit log`, async () => (await auditedPlans(stack))[count])

/** `CreateRule 1, CreateTargetGroup 1`, sorted: what a plan writes, comparable with what was written. */
export const plannedActions = ({ writes }: AuditedPlan): readonly string[] =>
  Object.entries(writes)
    .flatMap(([action, on]) => on.map(() => action))
    .toSorted()
