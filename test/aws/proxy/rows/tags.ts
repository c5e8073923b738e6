import type { Context, Row } from '../context.ts'
import { type Refusal, refuse } from '../errors.ts'
import { type Input, list, text, texts } from '../request.ts'
import { readTags } from '../ec2-reads.ts'
import { listAt, textAt } from '../xml.ts'
import { listenerNotFound } from './listeners.ts'
import { loadBalancerNotFound } from './load-balancers.ts'
import { ruleNotFound } from './rules.ts'
import { targetGroupNotFound } from './target-groups.ts'

/** Rows about tags of load balancing objects. */
export const tagRows: readonly Row[] = [
  {
    row: 31,
    refuses: 'a key twice, a key that begins with "aws:", a key or value that is too long',
    actions: ['CreateLoadBalancer', 'CreateListener', 'CreateRule', 'CreateTargetGroup', 'AddTags'],
    judge: ({ request }) => {
      const keys = list(request.input, 'Tags').map((tag) => text(tag, 'Key') ?? '')
      if (new Set(keys).size < keys.length) return refuse('DuplicateTagKeys', 'A tag key was specified more than once')
      const fault = tagFault(list(request.input, 'Tags'))
      return fault === undefined ? undefined : refuse('ValidationError', fault)
    },
  },
  {
    row: 31,
    refuses: 'more than 50 tags of one object',
    actions: ['CreateLoadBalancer', 'CreateListener', 'CreateRule', 'CreateTargetGroup', 'AddTags'],
    judge: ({ request, own, settings: { quotas } }) => {
      const keys = list(request.input, 'Tags').map((tag) => text(tag, 'Key') ?? '')
      const arns = request.action === 'AddTags' ? texts(request.input, 'ResourceArns') : ['']
      const most = Math.max(...arns.map((arn) => new Set([...(own.tags.get(arn)?.keys() ?? []), ...keys]).size))
      return most > quotas.tagsPerResource
        ? refuse('TooManyTags', `The maximum number of tags is ${quotas.tagsPerResource}`)
        : undefined
    },
  },
  {
    row: 32,
    refuses: 'more than 20 objects in one call, or an unknown one',
    actions: ['AddTags', 'RemoveTags', 'DescribeTags'],
    judge: ({ request, world }) => {
      const arns = texts(request.input, 'ResourceArns')
      if (arns.length === 0) return refuse('ValidationError', 'At least one resource ARN must be specified')
      if (arns.length > 20)
        return refuse(
          'ValidationError',
          "'resourceArns' failed to satisfy constraint: Member must have length less than or equal to 20",
        )
      const unknown = arns.find((arn) => !world.holds(arn))
      return unknown === undefined ? undefined : notFound(unknown)
    },
  },
]

/** Rows about tags of EC2 objects. */
export const ec2TagRows: readonly Row[] = [
  {
    row: 31,
    refuses: 'a key that begins with "aws:", a key or value that is too long, more than 50 tags of one object',
    actions: ['CreateTags', 'CreateSecurityGroup'],
    judge: async (context) => {
      const { request } = context
      const { quotas } = context.settings
      const tags = [
        ...list(request.input, 'Tag'),
        ...list(request.input, 'TagSpecification').flatMap((specification) => list(specification, 'Tag')),
      ]
      const fault = tagFault(tags)
      if (fault !== undefined) return refuse('InvalidParameterValue', fault)
      const keys = tags.map((tag) => text(tag, 'Key') ?? '')
      const most = Math.max(...(await presentKeys(context)).map((present) => new Set([...present, ...keys]).size))
      return most > quotas.tagsPerResource
        ? refuse('TagLimitExceeded', `You cannot create more than ${quotas.tagsPerResource} tags`)
        : undefined
    },
  },
]

function tagFault(tags: readonly Input[]): string | undefined {
  for (const tag of tags) {
    const key = text(tag, 'Key') ?? ''
    const value = text(tag, 'Value') ?? ''
    if (/^aws:/i.test(key)) return `Tag keys starting with 'aws:' are reserved for internal use: '${key}'`
    if (key === '' || key.length > 128) return `The tag key '${key}' must have 1 to 128 characters`
    if (value.length > 256) return `The value of tag '${key}' must have at most 256 characters`
  }
  return undefined
}

async function presentKeys(context: Context): Promise<readonly (readonly string[])[]> {
  const ids = list(context.request.input, 'ResourceId').filter((id) => typeof id === 'string')
  if (ids.length === 0) return [[]]
  const filter = Object.fromEntries(ids.map((id, index) => [`Filter.1.Value.${index + 1}`, id]))
  const answer = await context.ask('ec2', 'DescribeTags', { 'Filter.1.Name': 'resource-id', ...filter })
  const tags = listAt(answer, 'tagSet')
  return ids.map((id) => Object.keys(readTags({ tagSet: tags.filter((tag) => textAt(tag, 'resourceId') === id) })))
}

function notFound(arn: string): Refusal {
  if (arn.includes(':targetgroup/')) return targetGroupNotFound(arn)
  if (arn.includes(':listener-rule/')) return ruleNotFound(arn)
  return arn.includes(':listener/') ? listenerNotFound(arn) : loadBalancerNotFound(arn)
}
