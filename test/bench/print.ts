import { aimsOf, peer } from './aims.ts'
import type { StepCalls } from './count.ts'
import type { Circumstances, Figures } from './figures.ts'

/** The figures for people, beside those of aws-load-balancer-controller ("peer") where it has been measured. */
export const printed = (figures: Figures): string =>
  [
    head(figures.circumstances),
    ...calls(figures),
    ...webhook(figures),
    ...latency(figures),
    ...memory(figures),
    ...aims(figures),
  ].join('\n')

const head = (of: Circumstances): string =>
  `
${of.command}
  ${of.at}, commit ${of.commit}, Node.js ${of.node}
  ${of.processors} processors (${of.processor}), ${of.memoryGibibytes} GiB; load before the start: ${of.loadBefore}`

/** Columns as wide as their widest cell; the first to the left, the others to the right, the last as it is. */
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((cell, at) => Math.max(widest[at] ?? 0, cell.length)),
    [],
  )
  return rows
    .map((row) =>
      row
        .map((cell, at) =>
          at === 0 ? cell.padEnd(widths[at] ?? 0) : at === row.length - 1 ? cell : cell.padStart(widths[at] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n')
}

const calls = ({ calls, groups }: Figures): readonly string[] => {
  const steps = [...(calls?.steps ?? []), ...(groups === undefined ? [] : [groups.made, groups.restart, groups.rest])]
  if (steps.length === 0) return []
  const peerOf = (step: StepCalls): string => {
    if (step === groups?.made) return `${peer.callsOfEachGroup.made * groups.groups}`
    if (step === groups?.restart) return `${peer.callsOfEachGroup.restart * groups.groups}`
    const found = Object.entries(peer.calls).find(([name]) => name === step.step)?.[1]
    return found === undefined ? '' : `${found.calls}, ${found.writes} writes`
  }
  return [
    '\nAWS calls',
    table([
      ['step', 'calls', 'writes', 'webhook', 'controller', 'peer', ''],
      ...steps.map((step) => [
        step.step,
        `${step.calls}`,
        `${step.writes}`,
        `${total(step.byProcess.webhook)}`,
        `${total(step.byProcess.controller)}`,
        peerOf(step),
        '',
      ]),
    ]),
    '',
    ...steps.flatMap((step) =>
      (['webhook', 'controller'] as const).flatMap((role) => {
        const counts = Object.entries(step.byProcess[role])
        return counts.length === 0
          ? []
          : [`  ${step.step}, ${role}: ${counts.map(([action, count]) => `${action} ${count}`).join(', ')}`]
      }),
    ),
  ]
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

const webhook = ({ webhook }: Figures): readonly string[] =>
  webhook === undefined
    ? []
    : [
        `\nThe webhook alone, as fast as it can (${webhook.ingresses} Ingresses in the cluster)`,
        table([
          ['endpoint', 'reviews/s', 'CPU each', 'mean size', 'allowed', 'denied', ''],
          ...webhook.endpoints.map((one) => [
            one.path,
            `${one.perSecond}`,
            `${one.microsecondsEach} us`,
            `${one.bytes} B`,
            `${one.allowed}`,
            `${one.denied}`,
            '',
          ]),
        ]),
      ]

const ms = (value: number): string => `${value.toFixed(1)} ms`

const times = (value: number, base: number | undefined): string =>
  base === undefined ? '' : `${(value / base).toFixed(2)} x`

const latency = ({ latency }: Figures): readonly string[] => {
  if (latency === undefined) return []
  const [without] = latency.conditions
  const { latency: peers } = peer
  return [
    `\nDry-run creates, 200 a second by 10 writers (${latency.ingresses} Ingresses in the cluster)`,
    table([
      ['', 'p50', '', 'p90', 'p99', '', 'p99 of the rounds', 'answers', ''],
      ...latency.conditions.map(({ condition, timings, p99OfRounds, statuses, errors }) => [
        condition,
        ms(timings.p50),
        times(timings.p50, without?.timings.p50),
        ms(timings.p90),
        ms(timings.p99),
        times(timings.p99, without?.timings.p99),
        p99OfRounds.map((value) => value.toFixed(1)).join(' '),
        [
          ...Object.entries(statuses).map(([status, count]) => `${count} of ${status}`),
          ...(errors === 0 ? [] : [`${errors} lost`]),
        ].join(', '),
        '',
      ]),
      ['peer, without', ms(peers.without.p50), '', '', ms(peers.without.p99), '', '', '', ''],
      [
        'peer, its one webhook',
        ms(peers.with.p50),
        times(peers.with.p50, peers.without.p50),
        '',
        ms(peers.with.p99),
        times(peers.with.p99, peers.without.p99),
        '',
        '',
        '',
      ],
    ]),
  ]
}

const memory = ({ calls, groups, latency }: Figures): readonly string[] => {
  const rows = [
    ...(calls === undefined ? [] : [['one group', calls.resident] as const]),
    ...(groups === undefined ? [] : [[`${groups.groups} groups, after the restart`, groups.resident] as const]),
    ...(latency === undefined ? [] : [['after the creates', latency.resident] as const]),
  ]
  if (rows.length === 0) return []
  return [
    '\nResident memory',
    table([
      ['', 'webhook', 'controller', ''],
      ...rows.map(([name, { webhook, controller }]) => [name, `${webhook} MiB`, `${controller} MiB`, '']),
      ['peer, one process', '', `${peer.resident.one} MiB with one group, ${peer.resident.many} MiB with 100`, ''],
    ]),
  ]
}

const aims = (figures: Figures): readonly string[] => {
  const found = aimsOf(figures)
  if (found.length === 0) return []
  return [
    '\nAims',
    table([
      ['', 'at most', 'measured', ''],
      ...found.map(({ name, atMost, measured, unit }) => [
        name,
        `${atMost} ${unit}`,
        `${Math.round(measured * 100) / 100} ${unit}`,
        measured <= atMost ? 'met' : 'MISSED',
      ]),
    ]),
  ]
}
