import { prefix } from '../names/annotation-keys.ts'
import { causeReasons, codes } from './codes.ts'
import type { CauseReason } from './codes.ts'
import type { Finding } from './finding.ts'
import { cut, echo, printable } from './printable.ts'

/** Longest cause, its lines of details not counted. */
const causeLimit = 400
const fieldLimit = 200
/** Room that a message keeps at least before its fix is shortened instead. */
const messageRoom = 60
/** The verdict per subnet has 20 lines and one that counts the rest. */
const detailLines = 21
const detailLimit = 160

/** Longest warning. The API server cuts warnings of one request at 4,096 characters in all. */
export const warningLimit = 120

/** Kubernetes writes these without the value (`field.Required`, `field.Forbidden`, `field.TooLong`). */
const withoutValue: ReadonlySet<CauseReason> = new Set([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
])

const details = (finding: Finding): readonly string[] =>
  (finding.details ?? []).slice(0, detailLines).map((line) => cut(printable(line), detailLimit))

const causeLine = (finding: Finding): string => {
  const { reason } = codes[finding.code]
  const value = finding.value === undefined || withoutValue.has(reason) ? '' : `${echo(finding.value)}: `
  const head = `${causeReasons[reason]}: ${value}`
  const code = ` [${finding.code}]`
  const message = printable(finding.message)
  const fix = finding.fix === undefined ? '' : `; ${printable(finding.fix)}`
  const room = causeLimit - head.length - code.length
  if (message.length + fix.length <= room) return `${head}${message}${fix}${code}`
  const shortMessage = cut(message, Math.max(messageRoom, room - fix.length))
  return `${head}${cut(`${shortMessage}${fix}`, room)}${code}`
}

/** Field path of the cause, as Kubernetes writes it. */
export const causeField = (finding: Finding): string => cut(printable(finding.path), fieldLimit)

/**
 * Message of a `StatusCause`: reason words, value, what is wrong, what to write instead, and the code in brackets, on
 * one line of at most 400 characters. Only the verdict per subnet adds lines, each indented by two blanks.
 */
export const causeMessage = (finding: Finding): string =>
  [causeLine(finding), ...details(finding).map((line) => `  ${line}`)].join('\n')

/** Field and message on one line, for `status.message` of a denial and for events. */
export const faultLine = (finding: Finding): string =>
  `${causeField(finding)}: ${[causeLine(finding), ...details(finding)].join('; ')}`

const annotationPath = /^metadata\.annotations\[([^\]]*)\](.*)$/s

const backendPath = /\.backend(?:\.service(?:\.name|\.port(?:\.name|\.number)?)?)?$|(?<=defaultBackend)\.service\..*$/

/**
 * What a warning says it is about: the annotation's key without our prefix, with the path inside its JSON, for one of a
 * Service behind a backend with that Service, or the field path in short (`rules[0].paths[1].path`, for all of a backend
 * `rules[0].paths[1]` or `defaultBackend`).
 */
export const warningSubject = (finding: Finding): string => {
  const [, key, rest = ''] = annotationPath.exec(finding.path) ?? []
  const { source, object, key: written } = finding.origin
  if (key === undefined && source === 'service' && written.startsWith(prefix))
    return `Service ${object.name}: ${written.slice(prefix.length)}`
  if (key === undefined)
    return finding.path
      .replace(/^spec\./, '')
      .replaceAll('.http.', '.')
      .replace(backendPath, '')
  return `${key.startsWith(prefix) ? key.slice(prefix.length) : key}${rest}`
}

/** One printable line of at most `limit` characters; the API server drops a warning with a control character. */
export const sanitise = (text: string, limit = warningLimit): string => cut(printable(text), limit)

/** What a message about an annotation of a Service behind a backend begins with; the subject of a warning says it. */
const ofService = /^annotation \S+ of Service "[^"]*": /

/** What a finding says without its repair; a message about what was not found makes no sense without its name. */
const said = (finding: Finding): string => {
  const { reason } = codes[finding.code]
  const sought =
    finding.kind === 'fault' && reason === 'FieldValueNotFound' && finding.value !== undefined
      ? `${causeReasons[reason]}: ${echo(finding.value)}: `
      : ''
  return printable(`${warningSubject(finding)}: ${sought}${finding.message.replace(ofService, '')}`)
}

/** The warning that tells a finding; the repair is left out where it does not fit. */
export const warningText = (finding: Finding): string => {
  if (finding.warning !== undefined) return sanitise(finding.warning)
  const text = said(finding)
  const repaired = finding.fix === undefined ? text : `${text}; ${printable(finding.fix)}`
  return repaired.length <= warningLimit ? repaired : sanitise(text)
}

/** The warning for a fault that the object had before the change that is judged. */
export const oldFaultText = (finding: Finding): string => sanitise(`already wrong before this change: ${said(finding)}`)
