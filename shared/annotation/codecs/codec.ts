import type { Code } from '../../findings/codes.ts'

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

/** A decoded value, perhaps with notes, or all that is wrong with it. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T; readonly notes?: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads and writes the text of one annotation. `decode` takes any string without throwing, in time linear in its
 * length; `decode(encode(value))` is the value. An empty text never reaches a codec: it counts as absent.
 */
export interface Codec<T> {
  readonly decode: (text: string) => Decoded<T>
  readonly encode: (value: T) => string
}

export const decoded = <T>(value: T): Decoded<T> => ({ ok: true, value })

export const refused = (...problems: readonly Problem[]): Decoded<never> => ({ ok: false, problems })
