import type { Figures } from './figures.ts'

/** A figure that is aimed at, and what was measured. */
export interface Aim {
  readonly name: string
  readonly atMost: number
  readonly measured: number
  readonly unit: string
}

/**
 * What aws-load-balancer-controller (its main branch of August 2026) needed on the same stack, on a machine with two cores
 * and nothing else to do: AWS calls and writes by step; milliseconds of dry-run creates without webhooks and with its one
 * validating webhook; MiB of resident memory.
 */
export const peer = {
  calls: {
    'first load balancer': { calls: 31, writes: 9 },
    'annotation touched': { calls: 16, writes: 0 },
    'one path more to the same Service': { calls: 15, writes: 3 },
    restart: { calls: 17, writes: 0 },
    'Ingress and namespace deleted': { calls: 18, writes: 6 },
  },
  callsOfEachGroup: { made: 31, restart: 22 },
  latency: { without: { p50: 2.1, p99: 4 }, with: { p50: 3.3, p99: 10.3 } },
  resident: { one: 62, many: 83 },
} as const

/** The aims that what was measured says something about. */
export const aimsOf = ({ calls, groups, latency }: Figures): readonly Aim[] => {
  const step = (name: string) => calls?.steps.find((one) => one.step === name)
  const p99 = (condition: string) => latency?.conditions.find((one) => one.condition === condition)?.timings.p99
  const without = p99('without webhooks')
  const ratio = (condition: string): number | undefined => {
    const measured = p99(condition)
    return measured === undefined || without === undefined ? undefined : round(measured / without)
  }
  const peerRatio = peer.latency.with.p99 / peer.latency.without.p99
  return [
    ...of('first load balancer', 20, step('first load balancer')?.calls, 'calls'),
    ...of('one path more to the same Service', 8, step('one path more to the same Service')?.calls, 'calls'),
    ...of('one path more to the same Service', 3, step('one path more to the same Service')?.writes, 'writes'),
    ...of('annotation touched, soon after', 0, step('annotation touched soon after')?.calls, 'calls'),
    ...of('restart with 100 groups', 150, groups?.groups === 100 ? groups.restart.calls : undefined, 'calls'),
    ...of('restart with many groups', 0, groups?.restart.writes, 'writes'),
    ...of('p99 with both webhooks', round(1.5 * peer.latency.with.p99), p99('with both webhooks'), 'ms'),
    ...of('p99 with both webhooks, of that without', round(1.5 * peerRatio), ratio('with both webhooks'), 'times'),
    ...of('p99 with both and AWS down, of that without', round(1.5 * peerRatio), ratio('with both, AWS down'), 'times'),
    ...of('memory of the controller with many groups', 200, groups?.resident.controller, 'MiB'),
    ...of('memory of the webhook with many groups', 150, groups?.resident.webhook, 'MiB'),
  ]
}

const of = (name: string, atMost: number, measured: number | undefined, unit: string): readonly Aim[] =>
  measured === undefined ? [] : [{ name, atMost, measured, unit }]

const round = (value: number): number => Math.round(value * 100) / 100
