import type { Inventory } from '../shared/aws/inventory.ts'
import { AwsError, hasRemedy } from '../shared/aws/errors.ts'
import type { Ref, Step, StepId } from '../shared/plan/step.ts'
import type { Log } from '../shared/process/log.ts'
import type { Made, StepResult } from './apply/io.ts'

/** What became of the steps of a plan. */
export interface Applied {
  readonly done: readonly Step[]
  /** The step that failed, after which no other was begun; absent when all were run. */
  readonly failed?: { readonly step: Step; readonly error: unknown }
}

export interface ExecuteIo {
  readonly run: (step: Step, made: Made) => Promise<StepResult>
  readonly inventory: Pick<Inventory, 'applied' | 'invalidate'>
  readonly log: Log
  /** Asked before each step; the one under way is finished in any case. */
  readonly stopping: AbortSignal
}

/** The process was told to stop between two steps; the rest is done by the next leader. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

/**
 * Runs the steps in their order, one at a time, and stops at the first that fails: every prefix of a plan is safe. Each
 * effect gives one line in the log. Where a load balancer has as many rules as AWS lets it have, a rule that goes in any
 * case goes before the next one is made.
 */
export const execute = async (io: ExecuteIo, steps: readonly Step[]): Promise<Applied> => {
  const made = new Map<StepId, string>()
  const done: Step[] = []
  const run = async (step: Step): Promise<void> => {
    if (io.stopping.aborted) throw new Stopped('told to stop')
    const result = await io.run(step, made)
    if (result.made !== undefined) made.set(step.id, result.made)
    io.inventory.applied(result.written)
    io.log.info(
      { ...placeOf(step, made), ...(result.made === undefined ? {} : idField(result.made)) },
      effects[step.is],
    )
    done.push(step)
  }
  const waiting = [...steps]
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the order of the steps is the order of the writes
      await run(step)
    } catch (error) {
      const room = isWithoutRoom(step, error) ? waiting.findIndex(({ is }) => is === 'delete-rule') : -1
      const [deletion] = room < 0 ? [] : waiting.splice(room, 1)
      if (deletion !== undefined) {
        waiting.unshift(deletion, step)
        continue
      }
      // What AWS said does not fit what the listing said, or nobody knows what AWS did.
      if (hasRemedy(error, 'uncertain', 'conflict', 'duplicate', 'not-found')) io.inventory.invalidate()
      return { done, failed: { step, error } }
    }
  }
  return { done }
}

/** A load balancer has as many rules as it may have (ELBv2 API, `TooManyRules`). */
const isWithoutRoom = (step: Step, error: unknown): boolean =>
  step.is === 'create-rule' && error instanceof AwsError && error.code === 'TooManyRules'

/** The line of each effect. */
const effects: Readonly<Record<Step['is'], string>> = {
  'create-security-group': 'created security group',
  'delete-security-group': 'deleted security group',
  'authorize-ingress': 'authorized rules of security group',
  'revoke-ingress': 'revoked rules of security group',
  'tag-ec2': 'changed tags',
  'create-load-balancer': 'created load balancer',
  'set-security-groups': 'set security groups of load balancer',
  'set-subnets': 'set subnets of load balancer',
  'set-ip-address-type': 'set IP address type of load balancer',
  'modify-load-balancer-attributes': 'modified attributes of load balancer',
  'delete-load-balancer': 'deleted load balancer',
  'create-target-group': 'created target group',
  'modify-target-group': 'modified target group',
  'modify-target-group-attributes': 'modified attributes of target group',
  'delete-target-group': 'deleted target group',
  'create-listener': 'created listener',
  'modify-listener': 'modified listener',
  'add-listener-certificate': 'added certificate to listener',
  'remove-listener-certificate': 'removed certificate from listener',
  'delete-listener': 'deleted listener',
  'create-rule': 'created rule',
  'modify-rule': 'modified rule',
  'set-rule-priorities': 'set priorities of rules',
  'delete-rule': 'deleted rule',
  tag: 'changed tags',
  'apply-binding': 'applied target group binding',
  'delete-binding': 'deleted target group binding',
  'await-targets': 'waited for first targets',
  'register-targets': 'registered targets',
  'deregister-targets': 'deregistered targets',
}

const idField = (id: string) => (id.startsWith('arn:') ? { arn: id } : { id })

/** What a step is about, as fields of its line. */
const placeOf = (step: Step, made: Made): Readonly<Record<string, unknown>> => {
  const group = step.group === '' ? {} : { group: step.group }
  const at = (reference: Ref) => {
    const id = 'arn' in reference ? reference.arn : made.get(reference.madeBy)
    return id === undefined ? {} : idField(id)
  }
  switch (step.is) {
    case 'create-security-group':
    case 'create-load-balancer':
    case 'create-target-group':
      return { ...group, name: step.name }
    case 'delete-security-group':
      return { ...group, ...at(step.securityGroup), name: step.name }
    case 'authorize-ingress':
    case 'revoke-ingress':
      return { ...group, ...at(step.securityGroup), rules: step.rules.length }
    case 'tag':
    case 'tag-ec2':
      return { ...group, ...at(step.resource), set: Object.keys(step.set), removed: step.remove }
    case 'set-security-groups':
    case 'set-subnets':
    case 'set-ip-address-type':
      return { ...group, ...at(step.loadBalancer) }
    case 'modify-load-balancer-attributes':
      return { ...group, ...at(step.loadBalancer), attributes: step.attributes }
    case 'delete-load-balancer':
      return { ...group, ...at(step.loadBalancer), name: step.name }
    case 'modify-target-group':
      return { ...group, ...at(step.targetGroup) }
    case 'modify-target-group-attributes':
      return { ...group, ...at(step.targetGroup), attributes: step.attributes }
    case 'delete-target-group':
      return { ...group, ...at(step.targetGroup), name: step.name }
    case 'create-listener':
      return { ...group, port: step.port }
    case 'modify-listener':
    case 'delete-listener':
      return { ...group, ...at(step.listener), port: step.port }
    case 'add-listener-certificate':
    case 'remove-listener-certificate':
      return { ...group, ...at(step.listener), certificate: step.certificate }
    case 'create-rule':
      return { ...group, priority: step.priority }
    case 'modify-rule':
    case 'delete-rule':
      return { ...group, ...at(step.rule) }
    case 'set-rule-priorities':
      return {
        ...group,
        rules: step.priorities.length,
        ...(step.priorities[0] === undefined ? {} : at(step.priorities[0].rule)),
      }
    case 'apply-binding':
      return { ...group, binding: `${step.binding.namespace}/${step.binding.name}`, ...at(step.targetGroup) }
    case 'delete-binding':
    case 'await-targets':
      return { ...group, binding: `${step.namespace}/${step.name}` }
    case 'register-targets':
    case 'deregister-targets':
      return { ...group, ...at(step.targetGroup), targets: step.targets.map(({ id, port }) => `${id}:${port}`) }
    default:
      return step satisfies never
  }
}
