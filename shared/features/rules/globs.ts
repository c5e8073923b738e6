/**
 * Patterns of an ALB condition: `*` is any run of characters, `?` is one character, all else is itself (Elastic Load
 * Balancing user guide, "Condition types for listener rules"). Comparison is exact; fold the case of hosts before.
 */

const wildcard = /[*?]/

/** Whether a text matches a pattern. */
export const globMatches = (pattern: string, text: string): boolean => globsIntersect(pattern, text.split(''))

/** Whether some text matches both patterns. A second pattern given as characters is taken literally. */
export const globsIntersect = (first: string, second: string | readonly string[]): boolean => {
  if (typeof second === 'string' && !wildcard.test(first) && !wildcard.test(second)) return first === second
  const a = symbols(first)
  const b =
    typeof second === 'string' ? symbols(second) : second.map((literal) => ({ is: 'literal', literal }) as const)
  // row[j]: the rest of `a` from the current symbol on and the rest of `b` from j on have a text in common.
  let row = b.map((_, j) => b.slice(j).every((symbol) => symbol.is === 'run')).concat(true)
  for (const symbol of a.toReversed()) {
    const below = row
    row = Array.from({ length: b.length + 1 }, () => false)
    for (let j = b.length; j >= 0; j -= 1) {
      const other = b[j]
      const skipped = (symbol.is === 'run' && below[j]) || (other?.is === 'run' && row[j + 1])
      const absorbed = symbol.is === 'run' && other !== undefined && row[j + 1]
      const absorbs = other?.is === 'run' && below[j]
      const both = other !== undefined && shareCharacter(symbol, other) && below[j + 1]
      row[j] = Boolean(skipped || absorbed || absorbs || both)
    }
  }
  return row[0] === true
}

/**
 * Whether every text that matches `inner` matches one of the `outer` patterns. Patterns that would need more than
 * `limit` states to compare count as not included.
 */
export const globsInclude = (outer: readonly string[], inner: string, limit = 4096): boolean => {
  if (outer.includes('*') || outer.includes(inner)) return true
  if (!wildcard.test(inner)) return outer.some((pattern) => globMatches(pattern, inner))
  const automaton = compile(outer)
  const steps = symbols(inner)
  const literals = new Set([
    ...automaton.literals.keys(),
    ...steps.flatMap((s) => (s.is === 'literal' ? [s.literal] : [])),
  ])
  // Undefined stands for every character that no pattern names.
  const alphabet = [...literals, undefined]
  const seen = new Set<string>()
  const pending: { readonly at: number; readonly states: bigint }[] = [{ at: 0, states: automaton.start }]
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    const { at, states } = state
    const key = `${at}:${states.toString(36)}`
    if (seen.has(key)) continue
    if (states === 0n || seen.size >= limit) return false
    seen.add(key)
    const step = steps[at]
    if (step === undefined) {
      if ((states & automaton.accept) === 0n) return false
    } else if (step.is === 'literal') {
      pending.push({ at: at + 1, states: advance(automaton, states, step.literal) })
    } else {
      if (step.is === 'run') pending.push({ at: at + 1, states })
      const next = step.is === 'run' ? at : at + 1
      pending.push(...alphabet.map((character) => ({ at: next, states: advance(automaton, states, character) })))
    }
  }
  return true
}

type PatternSymbol =
  | { readonly is: 'run' }
  | { readonly is: 'any' }
  | { readonly is: 'literal'; readonly literal: string }

const symbols = (pattern: string): readonly PatternSymbol[] =>
  pattern
    .replaceAll(/\*+/g, '*')
    .split('')
    .map((character) => {
      if (character === '*') return { is: 'run' }
      return character === '?' ? { is: 'any' } : { is: 'literal', literal: character }
    })

const shareCharacter = (a: PatternSymbol, b: PatternSymbol): boolean => {
  if (a.is === 'run' || b.is === 'run') return false
  return a.is === 'any' || b.is === 'any' || a.literal === b.literal
}

/** Several patterns as one set of states: bit n stands for "before symbol n", with one more bit behind each pattern. */
interface Automaton {
  readonly start: bigint
  readonly accept: bigint
  readonly runs: bigint
  readonly anys: bigint
  readonly literals: ReadonlyMap<string, bigint>
}

const compile = (patterns: readonly string[]): Automaton => {
  const literals = new Map<string, bigint>()
  let [start, accept, runs, anys, bit] = [0n, 0n, 0n, 0n, 1n]
  for (const pattern of patterns) {
    start |= bit
    for (const symbol of symbols(pattern)) {
      if (symbol.is === 'run') runs |= bit
      else if (symbol.is === 'any') anys |= bit
      else literals.set(symbol.literal, (literals.get(symbol.literal) ?? 0n) | bit)
      bit <<= 1n
    }
    accept |= bit
    bit <<= 1n
  }
  return { start: start | ((start & runs) << 1n), accept, runs, anys, literals }
}

/** The states after one character; a run may end at once, and no two runs follow each other. */
const advance = ({ runs, anys, literals }: Automaton, states: bigint, character: string | undefined): bigint => {
  const taking = anys | (character === undefined ? 0n : (literals.get(character) ?? 0n))
  const next = ((states & taking) << 1n) | (states & runs)
  return next | ((next & runs) << 1n)
}
