import { sanitise, warningLimit } from '../findings/text.ts'
import type { ChangePlan } from './change.ts'
import { partsOf } from './parts.ts'
import type { Part, Sign } from './parts.ts'
import type { Step } from './step.ts'

const head = 'plan:'

/** Names told one by one; of more only the count is told. */
const fewNames = 3

/**
 * A plan as people read it, each line within the limit of a warning: load balancers by name, then what is made (`+`),
 * changed (`~`) and removed (`-`), counted by kind. Empty when the plan writes nothing to AWS.
 */
export const planLines = ({ steps, name }: Pick<ChangePlan, 'steps' | 'name'>): readonly string[] => {
  const parts = partsOf(steps, name)
  return [
    ...steps.flatMap(newLoadBalancer),
    ...changedLoadBalancers({ steps, name }),
    ...steps.flatMap((step) => (step.is === 'delete-load-balancer' ? [line('-', `load balancer ${step.name}`)] : [])),
    ...(['+', '~', '-'] as const).flatMap((sign) =>
      packed(sign, parts.filter((part) => part.sign === sign).map(partText)),
    ),
  ]
}

/** The plan of a change of which nothing reaches AWS. */
export const noChangeLine = `${head} no change in AWS`

/** What of a plan could not be told. */
export const incompleteLine = (what: string): string => sanitise(`${head} incomplete: ${what}`)

const line = (sign: Sign, text: string): string => sanitise(`${head} ${sign} ${text}`)

const newLoadBalancer = (step: Step): readonly string[] => {
  if (step.is !== 'create-load-balancer') return []
  const { name, scheme, ipAddressType, subnetIds } = step
  return [line('+', `load balancer ${name} (${scheme}, ${ipAddressType}, ${counted(subnetIds.length, 'subnet')})`)]
}

/** A load balancer that stays, with what of it changes. */
const changedLoadBalancers = ({ steps, name }: Pick<ChangePlan, 'steps' | 'name'>): readonly string[] => {
  const made = new Set(steps.map(({ id }) => id))
  const changes = new Map<string, string[]>()
  for (const step of steps) {
    const what = loadBalancerPart(step)
    if (what === undefined || ('madeBy' in what.of && made.has(what.of.madeBy))) continue
    const of = name(what.of)
    changes.set(of, [...(changes.get(of) ?? []), what.part])
  }
  return [...changes].map(([of, parts]) => line('~', `load balancer ${of} (${parts.join(', ')})`))
}

const loadBalancerPart = (step: Step) => {
  switch (step.is) {
    case 'set-security-groups':
      return { of: step.loadBalancer, part: 'security groups' }
    case 'set-subnets':
      return { of: step.loadBalancer, part: counted(step.subnetIds.length, 'subnet') }
    case 'set-ip-address-type':
      return { of: step.loadBalancer, part: step.ipAddressType }
    case 'modify-load-balancer-attributes':
      return { of: step.loadBalancer, part: Object.keys(step.attributes).join(', ') }
    default:
      return undefined
  }
}

const partText = ({ count, noun, plural, names }: Part): string => {
  const text = counted(count, noun, plural)
  return names.length === 0 || names.length > fewNames ? text : `${text} (${names.join(', ')})`
}

const counted = (count: number, noun: string, plural = `${noun}s`): string => `${count} ${count === 1 ? noun : plural}`

/** As many parts on a line as fit. */
const packed = (sign: Sign, parts: readonly string[]): readonly string[] => {
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    if (last !== undefined && `${last}, ${part}`.length <= warningLimit) lines[lines.length - 1] = `${last}, ${part}`
    else lines.push(line(sign, part))
  }
  return lines
}
