import type { Code } from '../../findings/codes.ts'
import { quote } from '../../text/quote.ts'

/** What is wrong with, or worth saying of, a value; the engine turns it into a finding of the setting that is read. */
export interface Problem {
  readonly code: Code
  /** Continues the field path inside the value: `[1].HTTPS`. */
  readonly path?: string
  /** The value as a message shows it: text in quotes, a JSON number bare. Absent for a required value. */
  readonly value?: string
  readonly message: string
  readonly fix?: string
}

/** A decoded value, perhaps with notes, or all that is wrong with it and the parts that are right. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T; readonly notes?: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly rest?: T }

/**
 * Reads and writes the text of one annotation. `decode` takes any string without throwing, in time linear in its
 * length; `decode(encode(value))` is the value. An empty text never reaches a codec: it counts as absent.
 */
export interface Codec<T> {
  decode(text: string): Decoded<T>
  /** A method, not a property: so a codec of numbers fits where the type of the value does not matter. */
  encode(value: T): string
}

export const decoded = <T>(value: T): Decoded<T> => ({ ok: true, value })

export const refused = (...problems: readonly Problem[]): Decoded<never> => ({ ok: false, problems })

/** A written text as a problem shows it. What is beyond 4,096 characters is left out, so that it costs nothing. */
export const shownText = (text: string): string =>
  quote(text.length > maximumShown ? text.slice(0, maximumShown) : text)

const maximumShown = 4096
