import type { Finding, ObjectRef, Origin } from '../findings/finding.ts'
import type { Flags } from '../ingress/flags.ts'
import { shownText, type Problem } from './codecs/codec.ts'
import { annotationPath, prefix } from '../names/annotation-keys.ts'
import type { AnySetting, CheckContext, Feature, Setting, Settled, Values } from './setting.ts'

/** One place that may hold annotations. Several are given in falling precedence. */
export interface Source {
  readonly is: 'ingress' | 'service'
  readonly object: ObjectRef
  readonly annotations: Readonly<Record<string, string>>
  /** Field path of the backend for a Service's annotations; the annotation's own for the Ingress'. */
  readonly backendPath?: string
}

export interface Settlement {
  readonly values: Values
  readonly findings: readonly Finding[]
}

interface Found {
  readonly source: Source
  readonly key: string
  readonly text: string
}

/**
 * Settles all settings of the features over the sources: precedence, old spellings, decoding, defaults, then each
 * feature's checks. Every setting ends settled or at fault; findings are collected, never thrown.
 */
export const settle = (
  features: readonly Feature[],
  sources: readonly Source[],
  flags: Flags,
  member: string,
): Settlement => {
  const findings: Finding[] = []
  const memo = new Map<AnySetting, Settled<unknown>>()

  const compute = (definition: AnySetting): Settled<unknown> => {
    for (const source of sources) {
      if (!definition.places.includes(source.is)) continue
      const written = spellings(definition, source)
      if (written.length === 0) continue
      const spelt = written.filter(({ text }) => text.trim() !== '')
      findings.push(
        ...written.filter((found) => !spelt.includes(found)).map((found) => emptyValue(member, found, definition)),
      )
      if (definition.emptyRefused && spelt.length < written.length) return { ok: false }
      const tooLong = spelt.find(({ text }) => text.length > definition.maximumLength)
      if (tooLong !== undefined) {
        findings.push(finding(member, tooLong, tooLongProblem(tooLong, definition), 'fault'))
        return { ok: false }
      }
      const disagreement = disagree(spelt, definition)
      if (disagreement !== undefined) {
        findings.push(finding(member, disagreement.found, disagreement.problem, 'fault'))
        return { ok: false }
      }
      const found = spelt[0]
      if (found === undefined) continue
      findings.push(...spellingNotices(member, spelt, definition))
      const decoded = definition.codec.decode(found.text)
      if (!decoded.ok) {
        const told = (problem: Problem): Problem => definition.retold?.(problem, values, source.is) ?? problem
        findings.push(...decoded.problems.map((problem) => finding(member, found, told(problem), 'fault')))
        return { ok: false, rest: decoded.rest, origin: originOf(found) }
      }
      findings.push(...(decoded.notes ?? []).map((problem) => finding(member, found, problem, 'notice')))
      return { ok: true, value: decoded.value, origin: originOf(found) }
    }
    return { ok: true, value: definition.fallback(values, flags), origin: undefined }
  }

  const values: Values = {
    get: <T>(definition: Setting<T>): Settled<T> => {
      const known = memo.get(definition)
      const settled = known ?? compute(definition)
      memo.set(definition, settled)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its own codec or fallback made the value
      return settled as Settled<T>
    },
  }

  for (const feature of features) for (const definition of feature.settings) values.get(definition)
  for (const feature of features) {
    if (feature.check !== undefined)
      findings.push(...feature.check(values, checkContext(values, sources, flags, member)))
  }
  return { values, findings }
}

const spellings = ({ key, oldSpellings }: AnySetting, source: Source): readonly Found[] => {
  const found: Found[] = []
  const look = (key: string): void => {
    const text = source.annotations[key]
    if (text !== undefined) found.push({ source, key, text })
  }
  look(prefix + key)
  for (const name of oldSpellings) look(prefix + name)
  return found
}

const tooLongProblem = ({ text }: Found, { maximumLength }: AnySetting): Problem => ({
  code: 'ValueTooLong',
  value: shownText(text),
  message: `may not be longer than ${maximumLength} characters`,
  fix: 'write a shorter value or remove the key',
})

const disagree = (
  spelt: readonly Found[],
  definition: AnySetting,
): { readonly found: Found; readonly problem: Problem } | undefined => {
  const [first, ...others] = spelt
  if (first === undefined || others.length === 0) return undefined
  const meant = meaningOf(first.text, definition)
  const other = others.find((candidate) => meaningOf(candidate.text, definition) !== meant)
  if (other === undefined) return undefined
  return {
    found: other,
    problem: {
      code: 'SpellingsDisagree',
      value: JSON.stringify(other.text),
      message: `${first.key} has another value, and both spell ${definition.key}`,
      fix: `remove ${other.key}`,
    },
  }
}

/** Equal for texts that decode to one value. */
const meaningOf = (text: string, { codec }: AnySetting): string => {
  const decoded = codec.decode(text)
  return decoded.ok ? codec.encode(decoded.value) : text.trim()
}

const spellingNotices = (member: string, spelt: readonly Found[], definition: AnySetting): readonly Finding[] =>
  spelt
    .filter((found) => found.key !== prefix + definition.key)
    .map((found) =>
      finding(
        member,
        found,
        {
          code: 'OldSpelling',
          value: JSON.stringify(found.text),
          message: definition.oldSpellingTold ?? `old spelling, read as ${definition.key}`,
        },
        'notice',
      ),
    )

const emptyValue = (member: string, found: Found, { emptyRefused }: AnySetting): Finding =>
  emptyRefused
    ? finding(
        member,
        found,
        {
          code: 'EmptyRefused',
          message: 'an empty value would open the load balancer',
          fix: 'write a value or remove the key',
        },
        'fault',
      )
    : finding(member, found, { code: 'EmptyValue', value: '""', message: 'empty, counts as absent' }, 'notice')

const originOf = (found: Found): Origin => ({ source: found.source.is, object: found.source.object, key: found.key })

/** A Service behind a backend is told on the backend; a Service that is itself under admission on its own annotation. */
const isBehindBackend = ({ source }: Found): boolean => source.is === 'service' && source.backendPath !== undefined

const pathOf = (found: Found, problem: Problem): string =>
  isBehindBackend(found) ? `${found.source.backendPath}.service.name` : annotationPath(found.key) + (problem.path ?? '')

/** Without the indices of lists, which shift when an entry is put in. */
const anchorOf = (found: Found, problem: Problem): string =>
  (isBehindBackend(found) ? `${found.source.object.name} ` : '') +
  found.key +
  (problem.path ?? '').replaceAll(/\[[0-9]+\]/g, '[]')

const finding = (member: string, found: Found, problem: Problem, kind: Finding['kind']): Finding => ({
  code: problem.code,
  kind,
  member,
  origin: originOf(found),
  path: pathOf(found, problem),
  anchor: anchorOf(found, problem),
  ...(problem.value === undefined ? {} : { value: problem.value }),
  message: isBehindBackend(found)
    ? `annotation ${found.key}${problem.path ?? ''} of Service "${found.source.object.name}": ${problem.message}`
    : problem.message,
  ...(problem.fix === undefined ? {} : { fix: problem.fix }),
  needs: isBehindBackend(found) ? 'cluster' : 'object',
  tenancy: false,
})

/** A finding of a check stands on the setting's own annotation, or on its key where the value is a default. */
const checkContext = (values: Values, sources: readonly Source[], flags: Flags, member: string): CheckContext => ({
  flags,
  on: (definition, { code, message, kind, ...rest }) => {
    const settled = values.get(definition)
    const { origin } = settled
    const source = sources.find((candidate) => candidate.is === origin?.source && candidate.object === origin.object)
    const ingress = sources.find((candidate) => candidate.is === 'ingress')
    const holder = source ?? ingress ?? sources[0]
    if (holder === undefined) throw new Error('a check needs a source')
    const key = origin?.key ?? prefix + definition.key
    const text = holder.annotations[key]
    const found: Found = { source: holder, key, text: text ?? '' }
    const value =
      rest.value ??
      (settled.ok && settled.value !== undefined ? JSON.stringify(definition.codec.encode(settled.value)) : undefined)
    const problem: Problem = {
      code,
      message,
      ...(value === undefined ? {} : { value }),
      ...(rest.fix === undefined ? {} : { fix: rest.fix }),
      ...(rest.path === undefined ? {} : { path: rest.path }),
    }
    const made = finding(member, found, problem, kind ?? 'fault')
    return {
      ...made,
      ...(rest.warning === undefined ? {} : { warning: rest.warning }),
      needs: sources.some(({ backendPath }) => backendPath !== undefined) ? 'cluster' : 'object',
    }
  },
})
