import { setTimeout as delay } from 'node:timers/promises'
import type { Stack } from '../local/stack.ts'
import { addressOf, applied, logged } from '../e2e/support/controller.ts'
import { put, succeed } from '../e2e/support/kubectl.ts'
import { ingress, service } from '../e2e/support/objects.ts'
import { createNamespaces } from '../e2e/support/stack.ts'
import { counted, type StepCalls } from './count.ts'
import { type Pair, residentOf, type Resident, type Shipped } from './processes.ts'

export interface CallFigures {
  readonly steps: readonly StepCalls[]
  /** With one group, after all edits. */
  readonly resident: Resident
}

const namespace = 'bench-calls'
const group = `${namespace}/echoserver`

/**
 * Facts are kept for a minute, and a listing is taken for fresh for ten seconds. What an edit costs later than that is seen
 * with facts that the controller keeps for ten seconds. The webhook reads its facts anew in the background, for all
 * Ingresses together and never for one edit; here it keeps them for an hour, so that this does not fall into a step.
 */
const flags = { webhook: ['--facts-refresh=1h'], controller: ['--facts-refresh=10s'] } as const
const agedMilliseconds = 11_000

/** Counts what one group costs from its first load balancer to its deletion. The processes end with it. */
export const countCalls = async (
  stack: Stack,
  shipped: Shipped,
  tell: (line: string) => void,
  waits = { agedMilliseconds },
): Promise<CallFigures> => {
  const { emulator } = stack
  const steps: StepCalls[] = []
  const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    tell(name)
    steps.push(await counted(emulator, name, work))
  }
  const aged = () => delay(waits.agedMilliseconds)
  const start = async (): Promise<Pair> => {
    const [webhook, controller] = await Promise.all([
      shipped.start('webhook', flags.webhook),
      shipped.start('controller', flags.controller),
    ])
    await logged(controller, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
    return { webhook, controller }
  }
  const touch = (value: string) =>
    succeed(stack, [
      'annotate',
      'ingress',
      '-n',
      namespace,
      'echoserver',
      `example.com/touched=${value}`,
      '--overwrite',
    ])
  const edit = async (paths: readonly { readonly path?: string; readonly service?: string }[]): Promise<void> => {
    const before = await applied(stack, group)
    await put(stack, ingress({ namespace, paths }))
    await applied(stack, group, before)
  }

  let pair = await start()
  await createNamespaces(stack, [namespace])
  await put(stack, service({ namespace, name: 'second' }))
  await aged()
  await step('first load balancer', async () => {
    await put(stack, ingress({ namespace }))
    await addressOf(stack, namespace)
    await applied(stack, group)
  })
  await aged()
  await step('annotation touched', () => touch('yes'))
  await aged()
  await step('one path more to the same Service', () => edit([{}, { path: '/img' }]))
  await step('annotation touched soon after', () => touch('again'))
  await aged()
  await step('one path more to another Service', () =>
    edit([{}, { path: '/img' }, { path: '/second', service: 'second' }]),
  )
  const resident = await residentOf(pair)
  await step('restart', async () => {
    await Promise.all([pair.webhook.stop(), pair.controller.stop()])
    pair = await start()
  })
  await aged()
  await step('Ingress and namespace deleted', () => succeed(stack, ['delete', 'namespace', namespace]))
  await Promise.all([pair.webhook.stop(), pair.controller.stop()])
  return { steps, resident }
}
