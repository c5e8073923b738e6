import { stringMap } from '../annotation/codecs/string-map.ts'
import { type CheckContext, feature, setting, valueOf } from '../annotation/setting.ts'
import type { Finding } from '../findings/finding.ts'
import { trackingTagKeys } from '../names/tags.ts'

/** Tags of a resource of AWS, ours and default tags included (Elastic Load Balancing, "Quotas"). */
export const tagsPerResource = 50

/** User tags of everything that is made for the Ingress; a Service's go on its target group and win per key. */
export const tags = setting({
  key: 'tags',
  scope: 'backend',
  places: ['service', 'ingress'],
  merge: 'merged',
  codec: stringMap({ example: 'Environment=dev,Team=test' }),
  fallback: () => ({}),
  summary: 'Tags for the AWS resources of the Ingress; on a Service, for its target groups.',
  sample: 'Environment=dev,Team=test',
})

export const tagsFeature = feature({
  name: 'tags',
  settings: [tags],
  check: (values, context) => {
    const entries = Object.entries<string>(valueOf(values, tags) ?? {})
    const own = trackingTagKeys.length
    const total = new Set([...entries.map(([key]) => key), ...Object.keys(context.flags.defaultTags)]).size + own
    const tooMany =
      total <= tagsPerResource
        ? []
        : [
            context.on(tags, {
              code: 'TagsTooMany',
              value: String(total),
              message: `must have at most ${tagsPerResource} items, those of the controller and default tags included`,
              fix: `remove ${total - tagsPerResource}`,
            }),
          ]
    return [...entries.flatMap(([key, value]) => tagProblems(key, value, context)), ...tooMany]
  },
})

/** Letters, digits and blanks of any script, and `_ . : / = + - @` (ELBv2 API reference, `Tag`). */
const legalCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

const tagProblems = (key: string, value: string, context: CheckContext): readonly Finding[] => {
  const path = `.${key}`
  if (/^aws:/i.test(key))
    return [
      context.on(tags, {
        code: 'TagKeyReserved',
        path,
        message: 'keys that begin with "aws:" belong to AWS',
        fix: `write ${JSON.stringify(`${key.slice('aws:'.length)}=${value}`)}`,
      }),
    ]
  if (trackingTagKeys.includes(key.trim().toLowerCase()))
    return [
      context.on(tags, {
        code: 'TagKeyReserved',
        path,
        message: 'the controller sets this key itself, to know its resources',
        fix: 'remove it',
      }),
    ]
  if (context.flags.externalManagedTags.includes(key))
    return [
      context.on(tags, {
        code: 'TagKeyReserved',
        path,
        message: 'the key is in --external-managed-tags, so somebody else sets it',
        fix: 'remove it',
      }),
    ]
  return [
    ...(key.length > 128 || !legalCharacters.test(key)
      ? [
          context.on(tags, {
            code: 'TagKeyInvalid',
            path,
            value: JSON.stringify(key),
            message: 'a tag key has 1 to 128 letters, digits, blanks or _ . : / = + - @',
            fix: `write ${JSON.stringify(legalPart(key, 128))}`,
          }),
        ]
      : []),
    ...(value.length > 256 || !legalCharacters.test(value)
      ? [
          context.on(tags, {
            code: 'TagValueInvalid',
            path,
            value: JSON.stringify(value),
            message: 'a tag value has at most 256 letters, digits, blanks or _ . : / = + - @',
            fix: `write ${JSON.stringify(legalPart(value, 256))}`,
          }),
        ]
      : []),
  ]
}

const legalPart = (text: string, length: number): string =>
  Array.from(text)
    .map((character) => (legalCharacters.test(character) ? character : '-'))
    .join('')
    .slice(0, length)
