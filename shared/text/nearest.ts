/** What a word stands for: in a key a slip may be two edits long, in a value at most a third of the word. */
export type WordKind = 'key' | 'value'

/**
 * The known word that a misspelt one most likely means: by the table of synonyms, else the nearest by
 * Damerau-Levenshtein distance (at most 2), compared without case, `-`, `_` and blanks at either end. Undefined when
 * none is near or when two are equally near. `meaning` gives the word to suggest for a known one that is out of use.
 */
export const nearest = (
  word: string,
  known: readonly string[],
  kind: WordKind = 'key',
  meaning: (known: string) => string = (same) => same,
): string | undefined => {
  const written = plain(word)
  const synonym = known.find((candidate) => synonyms.get(written)?.includes(candidate))
  if (synonym !== undefined) return synonym
  const limit = kind === 'key' ? 2 : Math.min(2, Math.floor(written.length / 3))
  let best: { readonly words: ReadonlySet<string>; readonly distance: number } = { words: new Set(), distance: limit }
  for (const candidate of new Set(known)) {
    const target = plain(candidate)
    if (Math.abs(target.length - written.length) > best.distance) continue
    const distance = editDistance(written, target)
    if (distance > best.distance) continue
    const earlier = distance < best.distance ? [] : best.words
    best = { words: new Set([...earlier, meaning(candidate)]), distance }
  }
  const [only, other] = best.words
  return other === undefined ? only : undefined
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

/** Insertions, deletions, changes and swaps of neighbours, also of such as others were put between (Lowrance, Wagner). */
const editDistance = (from: string, to: string): number => {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity
  const lastRowOf = new Map<string | undefined, number>()
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    rows.push(current)
    let lastColumn = 0
    for (let column = 1; column <= to.length; column += 1) {
      const swapRow = lastRowOf.get(to[column - 1]) ?? 0
      const swapColumn = lastColumn
      const same = from[row - 1] === to[column - 1]
      if (same) lastColumn = column
      const between = row - swapRow - 1 + (column - swapColumn - 1)
      current.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapRow > 0 && swapColumn > 0 ? at(swapRow - 1, swapColumn - 1) + between + 1 : Infinity,
        ),
      )
    }
    lastRowOf.set(from[row - 1], row)
  }
  return at(from.length, to.length)
}
