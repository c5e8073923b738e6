import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { readRecord, recordName } from '../../../shared/group/record.ts'
import type { RunningProcess } from '../../local/stack.ts'
import { eventually, type HasKubectl, read, succeed } from './kubectl.ts'

/** Longest time for a pass of the controller, on a machine that has other things to do. */
export const passMilliseconds = 30_000

const logLine = z.looseObject({ level: z.string(), msg: z.string(), group: z.string().exactOptional() })

export type LogLine = Readonly<z.output<typeof logLine>>

/** The log of a process, one object per line. A line that is still being written is left out. */
export const logOf = ({ logFile }: Pick<RunningProcess, 'logFile'>): readonly LogLine[] =>
  readFileSync(logFile, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => logLine.parse(JSON.parse(line)))

/** Waits for a line of the log. */
export const logged = (process: RunningProcess, what: string, wanted: (line: LogLine) => boolean): Promise<LogLine> =>
  eventually(what, () => Promise.resolve(logOf(process).find(wanted)), passMilliseconds)

const status = z.object({
  status: z.object({
    loadBalancer: z.object({
      ingress: z
        .array(
          z.object({
            hostname: z.string(),
            ports: z
              .array(z.object({ port: z.number(), protocol: z.string(), error: z.string().exactOptional() }))
              .default([]),
          }),
        )
        .default([]),
    }),
  }),
})

/** The entries of an Ingress's load balancer status. */
export const addresses = async (stack: HasKubectl, namespace: string, name = 'echoserver') =>
  status.parse(JSON.parse(await succeed(stack, ['get', 'ingress', name, '-n', namespace, '-o', 'json']))).status
    .loadBalancer.ingress

/** Waits for the address of an Ingress. */
export const addressOf = (stack: HasKubectl, namespace: string, name = 'echoserver'): Promise<string> =>
  eventually(
    `an address of Ingress ${namespace}/${name}`,
    async () => (await addresses(stack, namespace, name))[0]?.hostname,
    passMilliseconds,
  )

const configMap = z.object({ data: z.record(z.string(), z.string()).default({}) })

/** Digest of the model that the group's record says is applied in full. */
export const recordedDigest = async (stack: HasKubectl, group: string): Promise<string | undefined> => {
  const record = await read(stack, 'alb-ingress', 'configmap', recordName(group))
  return record === undefined ? undefined : readRecord(configMap.parse(record).data)?.digest
}

/** Waits until the record says that a model is applied in full; another one than `before`, where that is given. */
export const applied = (stack: HasKubectl, group: string, before?: string): Promise<string> =>
  eventually(
    `the record of ${group} to say that its model is applied`,
    async () => {
      const digest = await recordedDigest(stack, group)
      return digest === before ? undefined : digest
    },
    passMilliseconds,
  )

const eventList = z.object({
  items: z.array(
    z.object({
      type: z.string(),
      reason: z.string(),
      message: z.string(),
      count: z.number().default(1),
      reportingComponent: z.string().default(''),
      source: z.object({ component: z.string().default('') }).default({ component: '' }),
    }),
  ),
})

/** Events on an object, oldest first. */
export const eventsOn = async (stack: HasKubectl, namespace: string, kind = 'Ingress', name = 'echoserver') => {
  const selector = `involvedObject.kind=${kind},involvedObject.name=${name}`
  const args = ['get', 'events', '-n', namespace, '--field-selector', selector, '-o', 'json']
  return eventList.parse(JSON.parse(await succeed(stack, args))).items
}

/** Waits for an event on an Ingress. */
export const eventOn = (
  stack: HasKubectl,
  namespace: string,
  reason: string,
  wanted: (event: Awaited<ReturnType<typeof eventsOn>>[number]) => boolean = () => true,
  name = 'echoserver',
) =>
  eventually(
    `event ${reason} on Ingress ${namespace}/${name}`,
    async () =>
      (await eventsOn(stack, namespace, 'Ingress', name)).find((event) => event.reason === reason && wanted(event)),
    passMilliseconds,
  )

const services = z.object({ spec: z.object({ ports: z.array(z.object({ nodePort: z.number() })) }) })

/** The node port that the API server gave to a Service. */
export const nodePortOf = async (stack: HasKubectl, namespace: string, name = 'echoserver'): Promise<number> => {
  const text = await succeed(stack, ['get', 'service', name, '-n', namespace, '-o', 'json'])
  const port = services.parse(JSON.parse(text)).spec.ports[0]?.nodePort
  if (port === undefined) throw new Error(`Service ${namespace}/${name} has no port`)
  return port
}
