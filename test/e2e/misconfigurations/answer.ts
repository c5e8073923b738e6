import type { ApiAnswer, ApiServer } from '../support/api.ts'
import type { Manifest } from '../support/objects.ts'

const withoutPrefix = (field: string): string =>
  field.replace(/^metadata\.annotations\[alb\.ingress\.kubernetes\.io\/([^\]]*)\]/, '$1')

/** A refusal or an admission in short: `FIELD CODE MESSAGE` of each fault, and the warnings, each sorted. */
export interface Short {
  readonly status: number
  readonly faults: readonly { readonly field: string; readonly code: string; readonly message: string }[]
  readonly warnings: readonly string[]
}

const inShort = ({ status, causes, message, warnings }: ApiAnswer): Short => ({
  status,
  faults:
    status < 300
      ? []
      : causes.length === 0
        ? [{ field: '', code: '', message }]
        : causes.map((cause) => ({
            field: withoutPrefix(cause.field),
            code: /\[(\w+)\]$/.exec(cause.message.split('\n')[0] ?? '')?.[1] ?? '',
            message: cause.message,
          })),
  warnings: warnings.toSorted(),
})

/** What is said while an answer of AWS is late, or a Service has not come to the webhook yet. */
const isEarly = (warning: string): boolean => / not checked: /.test(warning) || warning.startsWith('plan: incomplete')

/** Asks for an answer again while AWS is late, for at most a minute. An object that was admitted is deleted first. */
export const whenChecked = async (
  api: ApiServer,
  object: Manifest,
  ask: () => Promise<ApiAnswer>,
  stays = false,
): Promise<Short> => {
  for (const end = performance.now() + 60_000; ;) {
    // oxlint-disable-next-line no-await-in-loop -- one answer after the other
    const answer = inShort(await ask())
    const again = answer.warnings.some(isEarly) && performance.now() < end
    // oxlint-disable-next-line no-await-in-loop -- one answer after the other
    if (answer.status < 300 && (again || !stays)) await api.remove(object)
    if (!again) return answer
  }
}
