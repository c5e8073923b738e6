import { parseTree, type Node, type ParseError } from 'jsonc-parser'
import { quote } from '../../text/quote.ts'
import { shownText, type Problem } from './codec.ts'

/** A JSON value that remembers how it was written: texts of numbers, and keys that stand twice. */
export type JsonNode =
  | { readonly is: 'object'; readonly text: string; readonly members: readonly JsonMember[] }
  | { readonly is: 'list'; readonly text: string; readonly entries: readonly JsonNode[] }
  | { readonly is: 'string'; readonly text: string; readonly value: string }
  | { readonly is: 'number' | 'boolean' | 'null'; readonly text: string }

export interface JsonMember {
  readonly key: string
  readonly node: JsonNode
  /** An earlier key of the object is the same but for its case. */
  readonly twice: boolean
}

export type JsonRead =
  | { readonly ok: true; readonly node: JsonNode }
  | { readonly ok: false; readonly problem: Problem }

const maximumLength = 64 * 1024
const maximumDepth = 8

/**
 * Reads the JSON of an annotation. It refuses what `JSON.parse` refuses, with line and column, and what is longer than
 * 64 Ki characters or nested deeper than 8; no object is built from its keys. `instead` is a value that would be right.
 */
export const readJson = (text: string, instead: string): JsonRead => {
  const syntax = (message: string): JsonRead => ({
    ok: false,
    problem: { code: 'JsonSyntax', value: shownText(text), message, fix: `write '${instead}' instead` },
  })
  if (text.length > maximumLength) return syntax(`longer than ${maximumLength} characters`)
  if (isDeeperThan(maximumDepth, text)) return syntax(`nested deeper than ${maximumDepth}`)
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false })
  const error = errors.toSorted((a, b) => a.offset - b.offset)[0]
  if (error !== undefined || root === undefined) return syntax(`not JSON (${whereAndWhat(text, error?.offset ?? 0)})`)
  return { ok: true, node: jsonNode(root, text) }
}

/** The number of a node that is written as a whole number, rounded where it is huge: not `80.0`, not `1e2`, not `"80"`. */
export const wholeNumberOf = (node: JsonNode): number | undefined =>
  node.is === 'number' && /^-?[0-9]+$/.test(node.text) ? Number(node.text) : undefined

const jsonNode = (node: Node, source: string): JsonNode => {
  const text = source.slice(node.offset, node.offset + node.length)
  switch (node.type) {
    case 'object':
      return { is: 'object', text, members: jsonMembers(node, source) }
    case 'array':
      return { is: 'list', text, entries: (node.children ?? []).map((child) => jsonNode(child, source)) }
    case 'string':
      return { is: 'string', text, value: String(node.value) }
    case 'number':
    case 'boolean':
    case 'null':
      return { is: node.type, text }
    case 'property':
      throw new TypeError('a property is no JSON value')
    default:
      return node.type satisfies never
  }
}

const jsonMembers = (node: Node, source: string): readonly JsonMember[] => {
  const seen = new Set<string>()
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? []
    if (key === undefined || value === undefined) return []
    const name = String(key.value)
    const twice = seen.has(name.toLowerCase())
    seen.add(name.toLowerCase())
    return [{ key: name, node: jsonNode(value, source), twice }]
  })
}

/** `line 1, column 3: unexpected ","` for the token at an offset. */
const whereAndWhat = (text: string, offset: number): string => {
  const start = offset + (/^[ \t\r\n]*/.exec(text.slice(offset))?.[0].length ?? 0)
  const before = text.slice(0, start).split('\n')
  const column = (before.at(-1)?.length ?? 0) + 1
  return `line ${before.length}, column ${column}: ${whatIs(text.slice(start))}`
}

const whatIs = (rest: string): string => {
  if (rest === '') return 'unexpected end'
  if (!rest.startsWith('"')) return `unexpected ${quote(/^(?:[\w.+-]{1,20}|[^])/u.exec(rest)?.[0] ?? '')}`
  const string = /^"((?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[0-9a-f]{4}){0,20})"/iu.exec(rest)
  return string?.[1] === undefined
    ? 'a text that is malformed, too long or without end'
    : `unexpected text ${quote(string[1])}`
}

const isDeeperThan = (limit: number, text: string): boolean => {
  let depth = 0
  let inText = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (inText) {
      if (character === '\\') index += 1
      else if (character === '"') inText = false
    } else if (character === '"') inText = true
    else if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') depth -= 1
    if (depth > limit) return true
  }
  return false
}
