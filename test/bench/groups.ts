import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { readRecord, recordName } from '../../shared/group/record.ts'
import { importCertificate } from '../aws/fixture-certificates.ts'
import type { RunningProcess } from '../local/product.ts'
import type { Stack } from '../local/stack.ts'
import { logged } from '../e2e/support/controller.ts'
import { eventually, put, succeed } from '../e2e/support/kubectl.ts'
import { createNamespaces } from '../e2e/support/stack.ts'
import { counted, type StepCalls, stepOf } from './count.ts'
import { hostOf, httpsIngress } from './objects.ts'
import { metricOf, type Pair, residentOf, type Resident, type Shipped } from './processes.ts'

export interface GroupFigures {
  readonly groups: number
  readonly made: StepCalls
  readonly seconds: number
  readonly restart: StepCalls
  /** Half a minute of both processes in which nobody does anything. */
  readonly rest: StepCalls
  /** After the restart. */
  readonly resident: Resident
}

const namespace = 'bench-groups'

/** The budgets of AWS calls would make a controller take minutes to make many groups. */
const withoutBudgets = [
  '--aws-api-throttle=Elastic Load Balancing v2:.*=1000:1000,EC2:.*=1000:1000,ACM:.*=1000:1000',
  '--ingress-max-concurrent-reconciles=10',
  '--targetgroupbinding-max-concurrent-reconciles=10',
]

/**
 * Makes groups of HTTP and HTTPS, each with a certificate of its own by ARN, restarts both processes, and lets them rest.
 * They go on running.
 */
export const countGroups = async (
  stack: Stack,
  shipped: Shipped,
  groups: number,
  tell: (line: string) => void,
  restMilliseconds = 30_000,
): Promise<{ readonly figures: GroupFigures; readonly pair: Pair }> => {
  const { emulator } = stack
  // An account that has so many load balancers has had its quotas raised.
  await emulator.configure({ quotas: { loadBalancers: 2 * groups + 50, targetGroups: 2 * groups + 3000 } })
  const names = Array.from({ length: groups }, (_, index) => `group-${index + 1}`)
  tell(`${groups} groups: certificates`)
  const certificates: string[] = []
  for (const name of names) certificates.push(await importCertificate(emulator, { names: [hostOf(name)] }))
  await createNamespaces(stack, [namespace])
  const first = {
    webhook: await shipped.start('webhook'),
    controller: await shipped.start('controller', withoutBudgets),
  }
  const startedAt = performance.now()
  let seconds = 0
  const made = await counted(emulator, `${groups} groups of HTTP and HTTPS made`, async () => {
    await put(
      stack,
      names.map((name, index) => httpsIngress(namespace, name, certificates[index] ?? '')),
    )
    for (let done = 0; done < groups;) {
      if (performance.now() - startedAt > 60_000 + groups * 5_000) throw new Error(`only ${done} groups are applied`)
      await delay(1000)
      done = await appliedGroups(stack, names)
      tell(`${done} of ${groups} groups are applied`)
    }
    seconds = (performance.now() - startedAt) / 1000
  })
  tell('restart of both processes')
  await Promise.all([first.webhook.stop(), first.controller.stop()])
  let pair: Pair | undefined
  const restart = await counted(emulator, `restart with ${groups} groups`, async () => {
    pair = { webhook: await shipped.start('webhook'), controller: await shipped.start('controller') }
    await logged(pair.controller, 'the first listing of AWS', ({ msg }) => msg === 'found load balancers')
    await passed(pair.controller, groups)
  })
  if (pair === undefined) throw new Error('the processes were not started')
  tell(`${restMilliseconds / 1000} s at rest`)
  await emulator.resetCalls()
  await delay(restMilliseconds)
  const rest = stepOf(`${restMilliseconds / 1000} s at rest`, await emulator.calls())
  return { figures: { groups, made, seconds, restart, rest, resident: await residentOf(pair) }, pair }
}

const records = z.object({ items: z.array(z.object({ data: z.record(z.string(), z.string()).default({}) })) })

/** How many groups are applied in full, as their records say. */
const appliedGroups = async (stack: Stack, groups: readonly string[]): Promise<number> => {
  const names = groups.map((name) => recordName(`${namespace}/${name}`))
  const text = await succeed(stack, [
    'get',
    'configmaps',
    '-n',
    'alb-ingress',
    '-o',
    'json',
    ...names,
    '--ignore-not-found',
  ])
  if (text === '') return 0
  const { items } = records.parse(names.length === 1 ? { items: [JSON.parse(text)] } : JSON.parse(text))
  return items.filter(({ data }) => readRecord(data)?.digest !== undefined).length
}

/** Waits until a controller has looked at so many groups. */
const passed = (controller: RunningProcess, groups: number): Promise<unknown> =>
  eventually(
    `${groups} passes over groups`,
    async () => {
      const passes = await metricOf(controller, 'alb_reconcile_duration_seconds_count', {
        lane: 'group',
        result: 'done',
      })
      return passes !== undefined && passes >= groups ? passes : undefined
    },
    groups * 1000 + 30_000,
  )
