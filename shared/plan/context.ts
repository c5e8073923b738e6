import type { TargetGroupBinding } from '../kubernetes/objects.ts'
import type { DesiredModel, GroupKey, Tags } from '../model/model.ts'
import type { Observed } from '../model/observed.ts'
import type { Lane, Phase, Ref, Step, StepAction } from './step.ts'
import { type SparedTags, tagChange } from './compare.ts'

/** All that a plan of one group looks at. */
export interface GroupWorld {
  readonly model: DesiredModel
  readonly observed: Observed
  /** TargetGroupBindings that carry the labels of the group. */
  readonly bindings: readonly TargetGroupBinding[]
  readonly cluster: string
  readonly vpcId: string
  readonly externalManagedTags: readonly string[]
  /** The id of the backend security group; undefined while there is none. */
  readonly backendGroup: string | undefined
  /** Name and tags of the backend security group, for its creation. */
  readonly backendGroupWanted: { readonly name: string; readonly tags: Tags }
  /**
   * The record says that this very model was applied in full: listeners and rules need not be read while the inventory
   * agrees.
   */
  readonly trusted: boolean
  /** A change of a member since the last good state explains what is removed. */
  readonly explained: boolean
  /**
   * How far the replacement of a load balancer of another scheme is: the new one is `built` beside it, the members'
   * addresses have `moved` to the new one, or the old one may `go`.
   */
  readonly replacement: 'built' | 'moved' | 'go'
  /** Steps that wait for healthy targets, or for old ones to drain, are written too: a plan for people. */
  readonly whole: boolean
}

/** Writes steps with ids, in one place. */
export interface StepWriter {
  readonly steps: Step[]
  readonly add: (subject: string, phase: Phase, because: readonly string[], action: StepAction, lane?: Lane) => Ref
}

export const stepWriter = (group: GroupKey): StepWriter => {
  const steps: Step[] = []
  return {
    steps,
    add: (subject, phase, because, action, lane = 'group') => {
      const id = `${lane}/${action.is}/${subject}`
      steps.push({ id, lane, phase, group, because, ...action })
      return { madeBy: id }
    },
  }
}

/** Writes to the same plan the steps on the load balancer that gives way; their ids differ from those on the other. */
export const oldSideWriter = ({ steps, add }: StepWriter): StepWriter => ({
  steps,
  add: (subject, phase, because, action, lane) => add(`${subject}/old`, phase, because, action, lane),
})

/** Tags of load balancers, target groups and security groups: what is spared there. */
export const sparedTags = (world: GroupWorld, legacy: boolean): SparedTags => ({
  cluster: world.cluster,
  externalManaged: world.externalManagedTags,
  legacy,
})

/** Adds the step that brings the tags of an ELBv2 resource in line, if they differ. */
export const planTags = (
  writer: StepWriter,
  world: GroupWorld,
  subject: string,
  because: readonly string[],
  resource: Ref,
  tags: { readonly wanted: Tags; readonly found: Tags; readonly legacy: boolean; readonly ec2?: boolean },
): void => {
  const change = tagChange(tags.wanted, tags.found, sparedTags(world, tags.legacy))
  if (change === undefined) return
  writer.add(subject, 'switch', because, { is: tags.ec2 === true ? 'tag-ec2' : 'tag', resource, ...change })
}
