import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ingress, namespace } from '../places.ts'
import type { Step } from '../step.ts'

/** What each later one needs is made before it; the address is told when requests can be answered. */
const order = [
  'created security group',
  'created load balancer',
  'created target group',
  'registered targets',
  'created listener',
  'created rule',
  'published status',
]

const logLine = z.looseObject({ time: z.string(), msg: z.string(), group: z.string().optional() })
type LogLine = z.output<typeof logLine>

export const controllerLog: Step = {
  title: 'How the controller went about it',
  async run(stage) {
    stage.say('Its log is one JSON object a line; of those about this Ingress, time, message and object:')
    const lines = await linesOfGroup(stage.controllerLog, `${namespace}/${ingress}`)
    stage.show(lines.map((line) => [line.time.slice(11, 23), line.msg.padEnd(36), objectOf(line)].join('  ')))
    const at = order.map((message) => lines.findIndex(({ msg }) => msg === message))
    const inOrder = at.every((index, position) => index >= 0 && index > (at[position - 1] ?? -1))
    stage.observe('what is needed first comes first', inOrder, `${order.join(', ')} at ${at.join(', ')}`)
    const nameless = lines.filter((line) => order.includes(line.msg) && objectOf(line) === '').map(({ msg }) => msg)
    stage.observe('each line names its object', nameless.length === 0, nameless.join(', '))
  },
}

/** The log of the controller up to now. Lines that are not JSON are Node.js's own, and the last may be half written. */
export async function readLog(file: string): Promise<readonly LogLine[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
  return lines.filter((line) => line.startsWith('{')).map((line) => logLine.parse(JSON.parse(line)))
}

async function linesOfGroup(file: string, group: string): Promise<readonly LogLine[]> {
  return (await readLog(file)).filter((line) => line.group === group)
}

function objectOf(line: LogLine): string {
  const found = [line['name'], line['id'], line['arn']].find((value) => typeof value === 'string')
  return typeof found === 'string' ? (found.split(':').at(-1) ?? '') : ''
}
