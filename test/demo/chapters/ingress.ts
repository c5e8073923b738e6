import { z } from 'zod'
import { ingress, namespace } from '../places.ts'
import type { Stage } from '../step.ts'

const objectOf = z.object({
  metadata: z.object({
    annotations: z.record(z.string(), z.string()).default({}),
    finalizers: z.array(z.string()).default([]),
  }),
  status: z.object({
    loadBalancer: z.object({
      ingress: z
        .array(z.object({ hostname: z.string().optional(), ports: z.array(z.object({ port: z.int() })).default([]) }))
        .default([]),
    }),
  }),
})

/** The Ingress as the API server has it. */
export async function readIngress(stage: Stage): Promise<z.output<typeof objectOf>> {
  const { stdout } = await stage.kubectl('get', 'ingress', ingress, '-n', namespace, '-o', 'json')
  return objectOf.parse(JSON.parse(stdout))
}

/** The loopback port that stands for the load balancer's HTTP listener. */
export async function listenerUrl(stage: Stage): Promise<string> {
  const [listener] = await stage.emulator.listeners()
  if (listener === undefined) throw new Error('no load balancer has a listener')
  return `http://127.0.0.1:${listener.loopbackPort}`
}

/** Events of the Ingress, as `reason: message`. */
export async function eventsOfIngress(stage: Stage): Promise<readonly string[]> {
  const { stdout } = await stage.kubectl('get', 'events', '-n', namespace, '-o', 'json')
  return events
    .parse(JSON.parse(stdout))
    .items.filter(({ involvedObject }) => involvedObject.kind === 'Ingress')
    .map(({ reason, message }) => `${reason}: ${message}`)
}

const events = z.object({
  items: z.array(z.object({ involvedObject: z.object({ kind: z.string() }), reason: z.string(), message: z.string() })),
})
