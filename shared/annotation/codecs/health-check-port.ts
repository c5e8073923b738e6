import { decoded, refused, shownText, type Codec } from './codec.ts'

/**
 * `traffic-port`, a port number, or the name of a Service port (an IANA service name: at most 15 lower-case letters,
 * digits and hyphens; Kubernetes API, `ServicePort.name`). A number reads as plain decimal digits. Whether the Service has
 * that name is asked later.
 */
export const healthCheckPort: Codec<string> = {
  decode: (text) => {
    if (/^[+-]?[0-9]+$/.test(text)) {
      const number = Number(text)
      if (number >= 1 && number <= 65535) return decoded(String(number))
    } else if (text === 'traffic-port' || /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) {
      return decoded(text)
    }
    const meant = Number(/^\s*([0-9]{1,5})(?![0-9])/.exec(text)?.[1] ?? 0)
    return refused({
      code: 'HealthCheckPortSyntax',
      value: shownText(text),
      message: 'must be traffic-port, a port from 1 to 65535, or the name of a port of the Service',
      fix: `write "${meant >= 1 && meant <= 65535 ? meant : 'traffic-port'}"`,
    })
  },
  encode: (value) => value,
}
