/** Where two values differ, `a.0.b: OURS, theirs THEIRS`; lists and objects are walked through. */
export const differences = (ours: unknown, theirs: unknown, at = ''): readonly string[] => {
  if (!isWalked(ours) || !isWalked(theirs) || Array.isArray(ours) !== Array.isArray(theirs)) {
    const [left, right] = [textOf(ours), textOf(theirs)]
    return left === right ? [] : [`${at}: ${left}, theirs ${right}`]
  }
  const [left, right] = [new Map(Object.entries(ours)), new Map(Object.entries(theirs))]
  return [...new Set([...left.keys(), ...right.keys()])]
    .toSorted()
    .flatMap((key) => differences(left.get(key), right.get(key), at === '' ? key : `${at}.${key}`))
}

const isWalked = (value: unknown): value is object => typeof value === 'object' && value !== null

const textOf = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))
