import { decoded, refused, shownText, type Codec } from './codec.ts'

/** Name of a load balancer: 1 to 32 letters, digits and hyphens (ELBv2 API, `CreateLoadBalancer`). */
export const loadBalancerNameCodec: Codec<string> = {
  decode: (text) => {
    const problem = problemOf(text)
    if (problem === undefined) return decoded(text)
    const meant = text
      .replaceAll(/[^A-Za-z0-9-]+/g, '-')
      .replace(/^-*(?:internal-+)*/, '')
      .slice(0, maximumLength)
      .replaceAll(/^-+|-+$/g, '')
    return refused({
      code: 'LoadBalancerNameSyntax',
      value: shownText(text),
      message: problem,
      fix: problemOf(meant) === undefined ? `write "${meant}"` : 'write another name, or remove the key',
    })
  },
  encode: (value) => value,
}

const maximumLength = 32

const problemOf = (text: string): string | undefined => {
  if (text.length > maximumLength) return `may not be longer than ${maximumLength} characters`
  if (!/^[A-Za-z0-9-]+$/.test(text)) return 'may hold only letters, digits and hyphens'
  if (text.startsWith('-') || text.endsWith('-')) return 'may not begin or end with a hyphen'
  return text.startsWith('internal-') ? 'may not begin with "internal-", which AWS writes itself' : undefined
}
