import { createTags, deleteTags } from '../../shared/aws/ec2.ts'
import { addTags, removeTags } from '../../shared/aws/elastic-load-balancing.ts'
import { AwsError } from '../../shared/aws/errors.ts'
import type { Service } from '../../shared/aws/limits.ts'
import type { Tags } from '../../shared/model/model.ts'
import { trackingTagKeys } from '../../shared/names/tags.ts'
import type { ApplyIo, Made, StepOf, StepResult } from './io.ts'
import { resolve } from './references.ts'
import { whileInvisible, whileUnknown } from './retry.ts'

/** Tags as AWS's APIs take them, sorted by key. */
export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }))

/** ELBv2 AddTags, then RemoveTags. */
export const runTag = async (io: ApplyIo, step: StepOf<'tag'>, made: Made): Promise<StepResult> => {
  const arn = resolve(step.resource, made)
  await whileInvisible(io, [step.resource], async () => {
    if (Object.keys(step.set).length > 0) {
      await io.aws.call(addTags, { ResourceArns: [arn], Tags: tagList(step.set) }, io.signal)
    }
    if (step.remove.length > 0) {
      await io.fence()
      await io.aws.call(removeTags, { ResourceArns: [arn], TagKeys: step.remove.toSorted() }, io.signal)
    }
  })
  return { written: [{ is: 'tags', id: arn, set: step.set, remove: step.remove }] }
}

/** EC2 CreateTags, then DeleteTags. */
export const runTagEc2 = async (io: ApplyIo, step: StepOf<'tag-ec2'>, made: Made): Promise<StepResult> => {
  const id = resolve(step.resource, made)
  await whileInvisible(io, [step.resource], async () => {
    if (Object.keys(step.set).length > 0) {
      await io.aws.call(createTags, { Resources: [id], Tags: tagList(step.set) }, io.signal)
    }
    if (step.remove.length > 0) {
      await io.fence()
      const Tags = step.remove.toSorted().map((Key) => ({ Key }))
      await io.aws.call(deleteTags, { Resources: [id], Tags }, io.signal)
    }
  })
  return { written: [{ is: 'tags', id, set: step.set, remove: step.remove }] }
}

/** Whether a resource carries all the tags that make it ours: cluster, stack and resource id as in `wanted`. */
export const isOurs = (tags: Tags, wanted: Tags): boolean =>
  trackingTagKeys.every((key) => !Object.hasOwn(wanted, key) || tags[key] === wanted[key]) &&
  trackingTagKeys.some((key) => Object.hasOwn(wanted, key))

/** The tags that an adopted resource lacks, or holds with another value. */
export const missingTags = (tags: Tags, wanted: Tags): Tags =>
  Object.fromEntries(Object.entries(wanted).filter(([key, value]) => tags[key] !== value))

/** Completes the tags of a resource of Elastic Load Balancing that was adopted. */
export const completeTags = async (io: ApplyIo, arn: string, tags: Tags, wanted: Tags): Promise<Tags> => {
  const missing = missingTags(tags, wanted)
  if (Object.keys(missing).length > 0) {
    await whileUnknown(io, () => io.aws.call(addTags, { ResourceArns: [arn], Tags: tagList(missing) }, io.signal))
  }
  return { ...tags, ...missing }
}

/** Refuses what bears the name, port or priority that we want but is not ours, or not as we want it. */
export const foreign = (of: {
  readonly service: Service
  readonly action: string
  readonly code: string
  readonly message: string
}): AwsError => new AwsError({ ...of, remedy: 'conflict' })
