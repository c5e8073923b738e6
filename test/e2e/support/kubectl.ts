import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { ControlPlane } from '../../local/control-plane.ts'
import type { CommandResult } from '../../local/run.ts'
import type { Manifest } from './objects.ts'

/** What has a control plane: a whole stack, or the control plane alone. */
export interface HasKubectl {
  readonly controlPlane: Pick<ControlPlane, 'kubectl'>
}

/** `kubectl apply` of the objects, each a document of standard input. The exit status is data. */
export const apply = (
  { controlPlane }: HasKubectl,
  objects: Manifest | readonly Manifest[],
  args: readonly string[] = [],
): Promise<CommandResult> => controlPlane.kubectl(['apply', '-f', '-', ...args], { input: documents(objects) })

/** Any kubectl command, with objects on standard input where there are some. */
export const kubectl = (
  { controlPlane }: HasKubectl,
  args: readonly string[],
  objects?: Manifest | readonly Manifest[],
): Promise<CommandResult> => controlPlane.kubectl(args, objects === undefined ? {} : { input: documents(objects) })

/** As `kubectl`, for what must succeed; answers standard output. */
export const succeed = async (
  stack: HasKubectl,
  args: readonly string[],
  objects?: Manifest | readonly Manifest[],
): Promise<string> => {
  const result = await kubectl(stack, args, objects)
  if (result.code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${result.code}: ${result.stderr}`)
  return result.stdout
}

/** Applies objects that must be taken. */
export const put = async (stack: HasKubectl, objects: Manifest | readonly Manifest[]): Promise<string> =>
  succeed(stack, ['apply', '-f', '-'], objects)

const documents = (objects: Manifest | readonly Manifest[]): string =>
  [objects]
    .flat()
    .map((object) => JSON.stringify(object))
    .join('\n---\n')

const live = z.looseObject({
  metadata: z.looseObject({
    uid: z.string(),
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
    labels: z.record(z.string(), z.string()).default({}),
    finalizers: z.array(z.string()).default([]),
  }),
})

export type LiveObject = Readonly<z.output<typeof live>>

/** The object as the API server holds it; undefined when it is not there. */
export const read = async (
  stack: HasKubectl,
  namespace: string,
  kind: string,
  name: string,
): Promise<LiveObject | undefined> => {
  const text = await succeed(stack, ['get', kind, name, '-n', namespace, '-o', 'json', '--ignore-not-found'])
  return text === '' ? undefined : live.parse(JSON.parse(text))
}

/** As `read`, for an object that must be there. */
export const readExisting = async (
  stack: HasKubectl,
  namespace: string,
  kind: string,
  name: string,
): Promise<LiveObject> => {
  const object = await read(stack, namespace, kind, name)
  if (object === undefined) throw new Error(`there is no ${kind} ${namespace}/${name}`)
  return object
}

/** Asks until the answer is not undefined; fails after the given time. */
export const eventually = async <T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMilliseconds = 10_000,
): Promise<T> => {
  const end = performance.now() + timeoutMilliseconds
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error(`${timeoutMilliseconds} ms went by without this: ${what}`)
    await delay(50)
  }
}
