import { parseArgs } from 'node:util'

/** What can be measured, in the order in which it is. */
export const benchmarks = ['calls', 'groups', 'webhook', 'latency'] as const

export type Benchmark = (typeof benchmarks)[number]

/** How much is measured. */
export interface Settings {
  readonly only: readonly Benchmark[]
  /** Groups of HTTP and HTTPS that a restart meets. */
  readonly groups: number
  /** Length of each timed measurement. */
  readonly seconds: number
  /** Where the figures go as JSON. */
  readonly json?: string
}

export const help = `Measures the product on a real control plane and an emulated AWS; progress goes to standard error.

  npm run bench [-- [--only NAME]... [--groups N] [--seconds S] [--json FILE]]

  --only NAME   measure this alone; may be given several times
    calls         AWS calls of one group: made, edited, left alone, restarted, deleted; memory with one group
    groups        many groups of HTTP and HTTPS: AWS calls of a restart and of a minute at rest; memory
    webhook       reviews a second and processor time of each, straight to the webhook
    latency       dry-run creates through the API server, 200 a second: without webhooks, with, with AWS down
  --groups N    groups of "groups" (100); they stay while what comes after them is measured
  --seconds S   length of each timed measurement (15); those of latency are taken in three rounds
  --json FILE   the figures, for programs
  --help        this text

The exit status is 0 when everything was measured, whether the aims are met or not.`

/** Reads the arguments; a text is what is wrong with them. */
export const readSettings = (args: readonly string[]): Settings | 'help' | { readonly wrong: string } => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true },
        groups: { type: 'string', default: '100' },
        seconds: { type: 'string', default: '15' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return 'help'
    const only = (values.only ?? benchmarks).map((name) => {
      const found = benchmarks.find((one) => one === name)
      if (found === undefined) throw new Error(`--only: ${name} is none of ${benchmarks.join(', ')}`)
      return found
    })
    return {
      only: benchmarks.filter((name) => only.includes(name)),
      groups: positive('groups', values.groups),
      seconds: positive('seconds', values.seconds),
      ...(values.json === undefined ? {} : { json: values.json }),
    }
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) }
  }
}

const positive = (name: string, text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}: ${text} is no whole number above 0`)
  return value
}
