import type { Flags } from '../ingress/flags.ts'
import type { Finding, Origin } from '../findings/finding.ts'
import type { Codec, Problem } from './codecs/codec.ts'

/** One value counts for the whole load balancer, for one listener port, for the Ingress, or for one backend. */
export type Scope = 'group' | 'port' | 'ingress' | 'backend'

/** How the values of several members of a group come together. */
export type Merge = 'exclusive' | 'exclusive-per-port' | 'merged' | 'own'

/**
 * Everything that is known of one annotation. Parsing, precedence, defaulting, unknown keys, field paths and the
 * reference page are generic over it.
 */
export interface Setting<T> {
  /** Without the prefix. */
  readonly key: string
  readonly scope: Scope
  /** Where the key may stand; a Service's value beats the Ingress'. */
  readonly places: readonly ('ingress' | 'service')[]
  readonly merge: Merge
  readonly codec: Codec<T>
  /** The default as a function of settled peers and flags; undefined where there is none. */
  readonly fallback: (peers: Values, flags: Flags) => T | undefined
  /** Words a problem of the codec anew where a peer of the same object, or of the Ingress, tells what the value is for. */
  readonly retold?: (problem: Problem, peers: Values, source: Origin['source']) => Problem
  /** Whether the mutating webhook writes the default into the object (`--defaulting`). */
  readonly written: 'minimal' | 'full' | 'never'
  /** An empty value is a fault: the silent default would open the load balancer. */
  readonly emptyRefused: boolean
  /** Longest text that is read at all, in characters. */
  readonly maximumLength: number
  /** Old spellings (whole key without prefix) that mean the same. */
  readonly oldSpellings: readonly string[]
  /** What is told of an old spelling, where more is to be said than that it is read. */
  readonly oldSpellingTold?: string
  /** One sentence for the reference page. */
  readonly summary: string
  /** A value that decodes. */
  readonly sample: string
}

/** A setting of some type, where the type does not matter. */
export type AnySetting = Setting<unknown>

/** The value of one setting: settled (absent without a default reads as undefined), or at fault already. */
export type Settled<T> =
  | { readonly ok: true; readonly value: T | undefined; readonly origin: Origin | undefined }
  /** `rest` is what is right of a list or map of which a part is wrong. */
  | { readonly ok: false; readonly rest?: T; readonly origin?: Origin }

/** Settled values of one scope, asked by definition. */
export interface Values {
  readonly get: <T>(setting: Setting<T>) => Settled<T>
}

const defaults = {
  places: ['ingress'],
  merge: 'own',
  fallback: () => undefined,
  written: 'never',
  emptyRefused: false,
  maximumLength: 4096,
  oldSpellings: [],
} as const

type Optional = 'places' | 'merge' | 'fallback' | 'written' | 'emptyRefused' | 'maximumLength' | 'oldSpellings'

/** Defines one annotation. Scope, codec, sentence and sample cannot be left out. */
export const setting = <T>(
  definition: Omit<Setting<T>, Optional> & Partial<Pick<Setting<T>, Optional>>,
): Setting<T> => ({
  ...defaults,
  ...definition,
})

/** The value of a setting that is settled and present; undefined when it is absent or at fault. */
export const valueOf = <T>(values: Values, definition: Setting<T>): T | undefined => {
  const settled = values.get(definition)
  return settled.ok ? settled.value : undefined
}

/** The value as far as it could be read, for rules that look at each part of it alone. */
export const readableOf = <T>(values: Values, definition: Setting<T>): T | undefined => {
  const settled = values.get(definition)
  return settled.ok ? settled.value : settled.rest
}

/** What a check gets beside the values: how to build a finding on one of its settings. */
export interface CheckContext {
  readonly flags: Flags
  readonly on: (
    definition: AnySetting,
    finding: Pick<Finding, 'code' | 'message'> &
      Partial<Pick<Finding, 'fix' | 'kind' | 'value' | 'warning'>> & {
        /** Continues the field path inside the value. */
        readonly path?: string
      },
  ) => Finding
}

/**
 * Settings that belong together, with the rules between them. A check is asked also while a setting is at fault, so that
 * all mistakes are told at once; it leaves out the rules that look at that value.
 */
export interface Feature {
  readonly name: string
  readonly settings: readonly AnySetting[]
  readonly check?: (values: Values, context: CheckContext) => readonly Finding[]
}

/** Defines a feature. */
export const feature = (definition: Feature): Feature => definition
