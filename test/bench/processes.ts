import { join } from 'node:path'
import { controllerDeployment, webhookDeployment } from '../../manifests/render/deployments.ts'
import { values } from '../../manifests/render/values.ts'
import { type ProcessOptions, repository, type Role, type RunningProcess } from '../local/product.ts'
import { runOrThrow } from '../local/run.ts'
import type { Stack } from '../local/stack.ts'
import { at, isList } from '../manifests/at.ts'

/** The two processes as a cluster runs them: the bundles of the image, by the commands of the Deployments. */
export interface Shipped {
  start(role: Role, flags?: readonly string[]): Promise<RunningProcess>
}

/** Bundles both processes. */
export const ship = async (stack: Stack): Promise<Shipped> => {
  const directory = join(stack.directory, 'image')
  await runOrThrow(process.execPath, [join(repository, 'build.ts'), '--directory', directory])
  return {
    start: async (role, flags = []) => {
      const options: ProcessOptions = {
        command: commandOf(role, directory),
        flags,
        // The application id tells the calls of one process from those of the other.
        environment: { AWS_SDK_UA_APP_ID: role, NODE_DISABLE_COMPILE_CACHE: '1' },
      }
      return role === 'webhook' ? stack.startWebhook(options) : stack.startController(options)
    },
  }
}

const commandOf = (role: Role, directory: string): readonly [string, ...string[]] => {
  const deployment = role === 'webhook' ? webhookDeployment(values) : controllerDeployment(values)
  const command = at(deployment, 'spec', 'template', 'spec', 'containers', '0', 'command')
  const [, ...args] = isList(command) ? command.map(String) : []
  return [process.execPath, ...args.map((arg) => arg.replace(/^\/app\//, `${directory}/`))]
}

/** Both processes, running. */
export type Pair = Readonly<Record<Role, RunningProcess>>

/** What a process has used so far, as its own metrics tell. */
export interface Usage {
  readonly processorSeconds: number
  readonly residentBytes: number
}

export const usageOf = async (running: RunningProcess): Promise<Usage> => {
  const processorSeconds = await metricOf(running, 'process_cpu_seconds_total')
  const residentBytes = await metricOf(running, 'process_resident_memory_bytes')
  if (processorSeconds === undefined || residentBytes === undefined)
    throw new Error(`${running.metricsUrl} does not tell what the process uses`)
  return { processorSeconds, residentBytes }
}

/** MiB of resident memory. */
export type Resident = Readonly<Record<Role, number>>

export const residentOf = async ({ webhook, controller }: Pair): Promise<Resident> => ({
  webhook: await mebibytesOf(webhook),
  controller: await mebibytesOf(controller),
})

const mebibytesOf = async (running: RunningProcess): Promise<number> =>
  Math.round((await usageOf(running)).residentBytes / 2 ** 20)

/** The sum of the series of a metric whose labels hold all of the given ones; undefined while there is none. */
export const metricOf = async (
  { metricsUrl }: RunningProcess,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> => {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text()
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  const series = text
    .split('\n')
    .map((line) => /^([a-z_]+)(\{.*\})? (\S+)$/.exec(line))
    .filter((found) => found?.[1] === name && wanted.every((label) => found[2]?.includes(label)))
  return series.length === 0 ? undefined : series.reduce((sum, found) => sum + Number(found?.[3]), 0)
}
