import type { Tags } from '../../model/model.ts'
import type { Aws } from '../client.ts'
import { describeTags } from '../elastic-load-balancing.ts'
import { hasRemedy } from '../errors.ts'
import { batches } from '../pages.ts'

/** AWS's list of tags as a record; of a key without a value the value is empty. */
export const readTags = (
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Tags => Object.fromEntries((list ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']))

/**
 * Tags of resources of Elastic Load Balancing by ARN: 20 ARNs a call. A resource that went meanwhile is left out; it makes
 * AWS refuse the whole batch, which then is asked for one by one.
 */
export const readTagsOf = async (
  aws: Aws,
  arns: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Tags>> => {
  const tags = new Map<string, Tags>()
  const ask = async (some: readonly string[]): Promise<void> => {
    const output = await aws.call(describeTags, { ResourceArns: [...some] }, signal)
    for (const description of output.TagDescriptions ?? []) {
      if (description.ResourceArn !== undefined) tags.set(description.ResourceArn, readTags(description.Tags))
    }
  }
  for (const batch of batches(arns, 20)) {
    try {
      await ask(batch)
    } catch (error) {
      if (!hasRemedy(error, 'not-found')) throw error
      for (const arn of batch.length > 1 ? batch : []) {
        try {
          await ask([arn])
        } catch (single) {
          if (!hasRemedy(single, 'not-found')) throw single
        }
      }
    }
  }
  return tags
}
