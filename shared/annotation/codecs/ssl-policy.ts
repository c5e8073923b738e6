import { quote } from '../../text/quote.ts'
import { type Codec, decoded, refused } from './codec.ts'

/** The name of a security policy of Elastic Load Balancing; whether AWS has it is asked later. */
export const sslPolicyName: Codec<string> = {
  decode: (text) =>
    /^ELBSecurityPolicy-[A-Za-z0-9-]{1,100}$/.test(text)
      ? decoded(text)
      : refused({
          code: 'SslPolicySyntax',
          value: quote(text.slice(0, 200)),
          message: 'is not the name of a security policy',
          fix: 'write "ELBSecurityPolicy-TLS13-1-2-2021-06"',
        }),
  encode: (value) => value,
}
