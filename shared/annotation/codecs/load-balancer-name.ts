import { decoded, refused, shownText, type Codec } from './codec.ts'

/** Name of a load balancer: 1 to 32 letters, digits and hyphens (ELBv2 API, `CreateLoadBalancer`). */
export const loadBalancerNameCodec: Codec<string> = {
  decode: (text) => {
    const problem = problemOf(text)
    if (problem === undefined) return decoded(text)
    const meant = withoutInternal(text.replaceAll(/[^A-Za-z0-9-]+/g, '-'))
      .slice(0, maximumLength)
      .replaceAll(/^-+|-+$/g, '')
    return refused({
      code: 'LoadBalancerName',
      value: shownText(text),
      message: problem,
      fix:
        meant !== '' && problemOf(meant) === undefined ? `write "${meant}"` : 'write another name, or remove the key',
    })
  },
  encode: (value) => value,
}

const internal = 'internal-'

const withoutInternal = (text: string): string => {
  let rest = text.replace(/^-+/, '')
  while (rest.startsWith(internal)) rest = rest.slice(internal.length).replace(/^-+/, '')
  return rest
}

const maximumLength = 32

/** All that is wrong with a name, as one sentence. */
const problemOf = (text: string): string | undefined => {
  const mustNot = [
    ...(text.startsWith('internal-') ? ['must not begin with "internal-"'] : []),
    ...(text.startsWith('-') || text.endsWith('-') ? ['must not begin or end with a hyphen'] : []),
  ]
  const may = [
    ...(/^[A-Za-z0-9-]*$/.test(text) ? [] : ['only letters, digits and hyphens']),
    ...(text.length > maximumLength ? [`at most ${maximumLength} characters`] : []),
  ]
  const parts = [...mustNot, ...may.map((what, index) => (index === 0 ? `may hold ${what}` : what))]
  const last = parts.at(-1)
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`
}
