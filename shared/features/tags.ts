import { stringMap } from '../annotation/codecs/string-map.ts'
import { feature, readableOf, setting } from '../annotation/setting.ts'
import type { Finding } from '../findings/finding.ts'
import type { Flags } from '../ingress/flags.ts'
import { groupTags, isAwsTagKey, trackingTagKeys } from '../names/tags.ts'
import { quote } from '../text/quote.ts'

/** Tags of a resource of AWS, ours and default tags included (Elastic Load Balancing, "Quotas"). */
export const tagsPerResource = 50

/** User tags of everything that is made for the Ingress; a Service's go on its target group and win per key. */
export const tags = setting({
  key: 'tags',
  scope: 'backend',
  places: ['service', 'ingress'],
  merge: 'merged',
  codec: stringMap({ example: 'Environment=dev,Team=test' }),
  maximumLength: 32 * 1024,
  fallback: () => ({}),
  summary: 'Tags for the AWS resources of the Ingress; on a Service, for its target groups.',
  sample: 'Environment=dev,Team=test',
})

export const tagsFeature = feature({
  name: 'tags',
  settings: [tags],
  check: (values, context) => {
    const wanted = readableOf(values, tags) ?? {}
    const total = tagCount(wanted, context.flags)
    const tooMany = total <= tagsPerResource ? [] : [context.on(tags, tooManyTags(total))]
    const fitting = Object.entries<string>(wanted).slice(0, tagsPerResource)
    const problems = fitting.flatMap(([key, value]) => tagProblems(key, value, context.flags))
    return [...problems.map((problem) => context.on(tags, problem)), ...tooMany]
  },
})

/** Tags of a resource that carries these user tags: default tags and ours, three of which each resource has, included. */
export const tagCount = (userTags: Readonly<Record<string, string>>, flags: Flags): number =>
  new Set([...Object.keys(userTags), ...Object.keys(flags.defaultTags)]).size + ownTags

const ownTags = Object.keys(groupTags('', { explicit: '' }, '')).length

/** What is wrong with a count of tags. */
export const tooManyTags = (total: number) =>
  ({
    code: 'TagsTooMany',
    value: String(total),
    message: `must have at most ${tagsPerResource} items, those of the controller and default tags included`,
    fix: `remove ${total - tagsPerResource}`,
  }) as const

/** Letters, digits and blanks of any script, and `_ . : / = + - @` (ELBv2 API reference, `Tag`). */
const legalCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

const maximumKey = 128
const maximumValue = 256

type TagProblem = Pick<Finding, 'code' | 'message' | 'fix'> &
  Partial<Pick<Finding, 'value'>> & { readonly path: string }

const tagProblems = (key: string, value: string, flags: Flags): readonly TagProblem[] => {
  const path = `.${key}`
  const reserved = (message: string, fix = 'remove it'): readonly TagProblem[] => [
    { code: 'TagKeyReserved', path, message, fix },
  ]
  if (isAwsTagKey(key)) {
    const meant = withoutAws(key)
    const instead = `${meant}=${value}`
    const isLegal = meant !== '' && tagProblems(meant, value, flags).length === 0 && instead.length <= maximumFix
    return reserved('keys that begin with "aws:" belong to AWS', isLegal ? `write ${quote(instead)}` : 'remove it')
  }
  if (trackingTagKeys.includes(key.trim().toLowerCase()))
    return reserved('the controller sets this key itself, to know its resources')
  if (flags.externalManagedTags.includes(key))
    return reserved('the key is in --external-managed-tags, so somebody else sets it')
  return [
    ...(isLegalText(key, maximumKey)
      ? []
      : [
          {
            code: 'TagKeyInvalid',
            path,
            value: quote(key),
            message: `a tag key has 1 to ${maximumKey} letters, digits, blanks or _ . : / = + - @`,
            fix: fixText(key),
          } as const,
        ]),
    ...(isLegalText(value, maximumValue)
      ? []
      : [
          {
            code: 'TagValueInvalid',
            path,
            value: quote(value),
            message: `a tag value has at most ${maximumValue} letters, digits, blanks or _ . : / = + - @`,
            fix: fixText(value),
          } as const,
        ]),
  ]
}

/** AWS counts characters, not the units of UTF-16. */
const withoutAws = (key: string): string => {
  let rest = key
  while (isAwsTagKey(rest)) rest = rest.slice('aws:'.length).trimStart()
  return rest
}

const isLegalText = (text: string, maximum: number): boolean =>
  text.length <= maximum * 2 && Array.from(text).length <= maximum && legalCharacters.test(text)

/** What a message repeats of a text that is too long. */
const maximumFix = 60

/** The text with hyphens for the characters between legal ones that are not, and without those at either end. */
const fixText = (text: string): string => {
  const characters = Array.from(text.slice(0, maximumValue), (each) => (legalCharacters.test(each) ? each : '\0'))
  const legal = characters
    .join('')
    .replaceAll(/^\0+|\0+$/g, '')
    .replaceAll(/\0+/g, '-')
    .slice(0, maximumFix)
    .trim()
  return legal === '' ? 'remove it' : `write ${quote(legal)}`
}
