import { z } from 'zod'
import { host, ingress, namespace } from '../places.ts'
import type { HttpRequest } from '../request.ts'
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
  const port = await loopbackPort(stage, 'HTTP')
  if (port === undefined) throw new Error('no load balancer has an HTTP listener')
  return `http://127.0.0.1:${port}`
}

/** The requests by which the first path can be asked now, over HTTP and over HTTPS. */
export async function waysIn(stage: Stage): Promise<readonly HttpRequest[]> {
  const [plain, secure] = [await loopbackPort(stage, 'HTTP'), await loopbackPort(stage, 'HTTPS')]
  return [
    ...(plain === undefined ? [] : [{ url: `http://127.0.0.1:${plain}/`, host }]),
    ...(secure === undefined ? [] : [secureRequest(stage, secure)]),
  ]
}

/** The request over HTTPS; throws while there is no such listener. */
export async function overHttps(stage: Stage, path = '/'): Promise<HttpRequest> {
  const port = await loopbackPort(stage, 'HTTPS')
  if (port === undefined) throw new Error('no load balancer has an HTTPS listener')
  return secureRequest(stage, port, path)
}

function secureRequest({ emulator }: Stage, port: number, path = '/'): HttpRequest {
  return { url: `https://${host}:${port}${path}`, authority: emulator.caFile }
}

async function loopbackPort({ emulator }: Stage, protocol: 'HTTP' | 'HTTPS'): Promise<number | undefined> {
  return (await emulator.listeners()).find((listener) => listener.protocol === protocol)?.loopbackPort
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
