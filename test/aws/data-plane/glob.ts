/**
 * Whether a text matches a pattern of an Application Load Balancer: `*` is any run of characters, `?` exactly one. With
 * `escapes`, as in header and query conditions, a backslash takes the meaning from the character after it.
 */
export function matchesGlob(pattern: string, subject: string, escapes = false): boolean {
  const tokens = tokenize(pattern, escapes)
  let [token, at] = [0, 0]
  let [lastRun, resumeAt] = [-1, 0]
  while (at < subject.length) {
    const current = tokens[token]
    if (current === 'run') {
      ;[lastRun, resumeAt] = [token, at]
      token += 1
    } else if (current === 'one' || (typeof current === 'object' && current.character === subject[at])) {
      token += 1
      at += 1
    } else if (lastRun >= 0) {
      resumeAt += 1
      ;[token, at] = [lastRun + 1, resumeAt]
    } else return false
  }
  return tokens.slice(token).every((rest) => rest === 'run')
}

type Token = 'run' | 'one' | { readonly character: string }

function tokenize(pattern: string, escapes: boolean): readonly Token[] {
  const tokens: Token[] = []
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern.charAt(index)
    if (escapes && character === '\\' && index + 1 < pattern.length) {
      index += 1
      tokens.push({ character: pattern.charAt(index) })
    } else tokens.push(character === '*' ? 'run' : character === '?' ? 'one' : { character })
  }
  return tokens
}
