/** What a word stands for: in a key a slip may be two edits long, in a value at most a third of the word. */
export type WordKind = 'key' | 'value'

/**
 * The known word that a misspelt one most likely means: by the table of synonyms, else the nearest by
 * Damerau-Levenshtein distance (at most 2), compared without case, `-`, `_` and blanks at either end. Undefined when
 * none is near or when two are equally near.
 */
export const nearest = (word: string, known: readonly string[], kind: WordKind = 'key'): string | undefined => {
  const written = plain(word)
  const synonym = known.find((candidate) => synonyms.get(written)?.includes(candidate))
  if (synonym !== undefined) return synonym
  const limit = kind === 'key' ? 2 : Math.min(2, Math.floor(written.length / 3))
  let best: { readonly words: readonly string[]; readonly distance: number } = { words: [], distance: limit }
  for (const candidate of new Set(known)) {
    const target = plain(candidate)
    if (Math.abs(target.length - written.length) > best.distance) continue
    const distance = editDistance(written, target)
    if (distance > best.distance) continue
    best = { words: distance < best.distance ? [candidate] : [...best.words, candidate], distance }
  }
  return best.words.length === 1 ? best.words[0] : undefined
}

const plain = (word: string): string => word.trim().toLowerCase().replaceAll(/[-_]/g, '')

/** Words of other controllers and of earlier years, and the words of ours that mean the same. */
const synonyms: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    public: ['internet-facing'],
    external: ['internet-facing'],
    private: ['internal'],
    pod: ['ip'],
    successCodes: ['success-codes'],
    'healthcheck-healthy-threshold-count': ['healthy-threshold-count'],
    'healthcheck-unhealthy-threshold-count': ['unhealthy-threshold-count'],
  }).map(([word, meanings]) => [plain(word), meanings]),
)

/** Insertions, deletions, changes and swaps of neighbours (optimal string alignment). */
const editDistance = (from: string, to: string): number => {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1]
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      )
    }
    beforeLast = last
    last = current
  }
  return at(last, to.length)
}

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity
