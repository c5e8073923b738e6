import type { Codec } from './codec.ts'

/**
 * `traffic-port`, a port number, or the name of a Service port (an IANA service name: at most 15 lower-case letters,
 * digits and hyphens; Kubernetes API, `ServicePort.name`). Whether the Service has that name is asked later.
 */
export const healthCheckPort: Codec<string> = {
  decode: (text) => {
    const number = /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined
    const legal =
      number === undefined
        ? text === 'traffic-port' || /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)
        : number >= 1 && number <= 65535
    if (legal) return { ok: true, value: text }
    return {
      ok: false,
      problems: [
        {
          code: 'HealthCheckPortSyntax',
          value: JSON.stringify(text),
          message: 'must be traffic-port, a port from 1 to 65535, or the name of a port of the Service',
          fix: 'write "traffic-port"',
        },
      ],
    }
  },
  encode: (value) => value,
}
