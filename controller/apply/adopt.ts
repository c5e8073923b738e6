import { readTagsOf } from '../../shared/aws/read/tags.ts'
import type { Tags } from '../../shared/model/model.ts'
import type { ApplyIo } from './io.ts'
import { isOurs } from './tags.ts'

/**
 * The tags of a resource of Elastic Load Balancing, if they are those that make it ours. Tags can show later than the
 * resource, so none at all is asked again for a while; other ones are the answer.
 */
export const tagsOnceShown = async (io: ApplyIo, arn: string, wanted: Tags): Promise<Tags | undefined> => {
  const { clock } = io.aws
  const endsAt = clock.monotonic() + (io.visibilityTimeoutMs ?? 20_000)
  for (;;) {
    const tags = (await readTagsOf(io.aws, [arn], io.signal)).get(arn) ?? {}
    if (isOurs(tags, wanted)) return tags
    if (Object.keys(tags).length > 0 || clock.monotonic() + io.retryDelayMs > endsAt) return undefined
    await clock.sleep(io.retryDelayMs, io.signal)
  }
}
