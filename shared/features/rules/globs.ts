/**
 * Patterns of an ALB condition: `*` is any run of characters, `?` is one character, all else is itself (Elastic Load
 * Balancing user guide, "Condition types for listener rules"). Comparison is exact; fold the case of hosts before.
 */

const wildcard = /[*?]/

/** A character that no pattern can hold (ELBv2 API, `RuleCondition`). */
const unnamed = '\u0000'

/** Whether a text matches a pattern; characters of the text stand for themselves. */
export const globMatches = (pattern: string, text: string): boolean => {
  let [at, from] = [0, 0]
  let lastRun: { readonly at: number; from: number } | undefined
  while (from < text.length) {
    if (pattern[at] === '*') {
      lastRun = { at, from }
      at += 1
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[from])) {
      at += 1
      from += 1
    } else if (lastRun === undefined) {
      return false
    } else {
      lastRun.from += 1
      at = lastRun.at + 1
      from = lastRun.from
    }
  }
  return /^\**$/.test(pattern.slice(at))
}

/** Whether some text matches both patterns. */
export const globsIntersect = (first: string, second: string): boolean => {
  const rest = withoutForcedEnds(first, second)
  if (rest === undefined) return false
  const [a, b] = rest
  const automaton = compile([b])
  let states = automaton.start
  for (const symbol of symbols(a)) {
    if (symbol.is === 'run') states = allBehind(automaton, states)
    else if (symbol.is === 'any') states = advanceByAny(automaton, states)
    else states = advance(automaton, states, symbol.literal)
    if (states === 0n) return false
  }
  return (states & automaton.accept) !== 0n
}

/** Both patterns without what stands before the first and behind the last run of either; undefined where that differs. */
const withoutForcedEnds = (a: string, b: string): readonly [string, string] | undefined => {
  let head = 0
  while (head < a.length && head < b.length && a[head] !== '*' && b[head] !== '*') {
    if (!sameOrAny(a[head], b[head])) return undefined
    head += 1
  }
  let [endA, endB] = [a.length, b.length]
  while (endA > head && endB > head && a[endA - 1] !== '*' && b[endB - 1] !== '*') {
    if (!sameOrAny(a[endA - 1], b[endB - 1])) return undefined
    endA -= 1
    endB -= 1
  }
  return [a.slice(head, endA), b.slice(head, endB)]
}

const sameOrAny = (a: string | undefined, b: string | undefined): boolean => a === b || a === '?' || b === '?'

/**
 * Whether every text that matches `inner` matches one of the `outer` patterns. Patterns that would need more than
 * `limit` states to compare count as not included.
 */
export const globsInclude = (outer: readonly string[], inner: string, limit = 4096): boolean => {
  if (outer.includes('*') || outer.includes(inner)) return true
  if (!wildcard.test(inner)) return outer.some((pattern) => globMatches(pattern, inner))
  const shortest = inner.replaceAll('*', '').replaceAll('?', unnamed)
  if (!outer.some((pattern) => globMatches(pattern, shortest))) return false
  const automaton = compile(outer)
  const steps = symbols(inner)
  const literals = new Set([
    ...automaton.literals.keys(),
    ...steps.flatMap((s) => (s.is === 'literal' ? [s.literal] : [])),
  ])
  const alphabet = [...literals, unnamed]
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
  return { start: endRuns(runs, start), accept, runs, anys, literals }
}

/** The states after one character. A run may end at once, and no two runs follow each other. */
const advance = ({ runs, anys, literals }: Automaton, states: bigint, character: string): bigint => {
  const taking = anys | (literals.get(character) ?? 0n)
  return endRuns(runs, ((states & taking) << 1n) | (states & runs))
}

/** The states after one character that may be any. */
const advanceByAny = ({ runs, accept }: Automaton, states: bigint): bigint =>
  endRuns(runs, ((states & ~runs & ~accept) << 1n) | (states & runs))

/** The states of one pattern after any run of characters that may be any. */
const allBehind = ({ accept }: Automaton, states: bigint): bigint => {
  const all = (accept << 1n) - 1n
  const lowest = states & -states
  return all ^ (lowest - 1n)
}

const endRuns = (runs: bigint, states: bigint): bigint => states | ((states & runs) << 1n)
