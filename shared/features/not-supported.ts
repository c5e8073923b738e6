import type { Finding } from '../findings/finding.ts'
import { type CheckContext, type Setting, type Values, valueOf } from '../annotation/setting.ts'

/** The fault of a value that aws-load-balancer-controller builds and this release does not. */
export const notSupportedYet = <T>(
  values: Values,
  context: CheckContext,
  definition: Setting<T>,
  instead: string,
): Finding => {
  const value = valueOf(values, definition)
  const shown = value === undefined ? 'the value' : JSON.stringify(definition.codec.encode(value))
  return context.on(definition, {
    code: 'NotSupportedYet',
    message: `${shown} is not supported yet`,
    fix: `write ${JSON.stringify(instead)} or remove the key`,
  })
}
