import { nearest } from '../../text/nearest.ts'
import { type Codec, decoded, refused, shownText } from './codec.ts'
import { knownSslPolicies } from './ssl-policies.ts'

/** The name of a security policy of Elastic Load Balancing; whether AWS has it is asked later. */
export const sslPolicyName: Codec<string> = {
  decode: (text) =>
    /^ELBSecurityPolicy-[A-Za-z0-9-]{1,100}$/.test(text)
      ? decoded(text)
      : refused({
          code: 'SslPolicySyntax',
          value: shownText(text),
          message: 'is not the name of a security policy',
          fix: `write "${policyMeant(text) ?? 'ELBSecurityPolicy-TLS13-1-2-2021-06'}"`,
        }),
  encode: (value) => value,
}

/** The policy of a name that is misspelt or without its beginning. */
const policyMeant = (text: string): string | undefined =>
  text.length > 120
    ? undefined
    : (nearest(text, knownSslPolicies, 'value') ??
      nearest(`ELBSecurityPolicy-${text.trim()}`, knownSslPolicies, 'value'))
