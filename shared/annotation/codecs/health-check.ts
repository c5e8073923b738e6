import { decoded, refused, shownText, type Codec } from './codec.ts'

/**
 * Status codes that count as healthy: `N` or `N-M`, with commas between them and no blanks (ELBv2 API, `Matcher`). The
 * value is the text itself, as AWS takes it. HTTP has 200 to 499, gRPC 0 to 99; which of the two counts is not known here.
 */
export const successCodes: Codec<string> = {
  decode: (text) => {
    if (areCodesOf('HTTP1', text) || areCodesOf('GRPC', text)) return decoded(text)
    return refused({
      code: 'SuccessCodesSyntax',
      value: shownText(text),
      message: codesRule('HTTP1'),
      fix: `write "${meantCodes(text)}"`,
    })
  },
  encode: (value) => value,
}

/** The version of the protocol that targets speak. */
type Version = 'HTTP1' | 'HTTP2' | 'GRPC'

const boundsOf = (version: Version): readonly [number, number] => (version === 'GRPC' ? [0, 99] : [200, 499])

/** What codes of a version must be, as a message says it. */
export const codesRule = (version: Version): string => `must be codes or ranges within ${boundsOf(version).join('-')}`

/** Whether a text holds codes that targets of this version can answer with. */
export const areCodesOf = (version: Version, text: string): boolean =>
  text.split(',').every((range) => isRange(range, boundsOf(version)))

const isRange = (text: string, [lowest, highest]: readonly [number, number]): boolean => {
  const match = /^([0-9]{1,3})(?:-([0-9]{1,3}))?$/.exec(text)
  if (match === null) return false
  const first = Number(match[1])
  const last = Number(match[2] ?? match[1])
  return lowest <= first && first <= last && last <= highest
}

/** What somebody who wrote `2xx` or `200, 201` meant; `200` where that is not clear. */
const meantCodes = (text: string): string => {
  if (text.length > 64) return '200'
  const meant = text.replaceAll(/\s/g, '').replaceAll(/([2-4])xx/gi, '$100-$199')
  return areCodesOf('HTTP1', meant) ? meant : '200'
}

/** Path of a probe: begins with `/`, 1 to 1024 printable ASCII characters without blank (ELBv2 API, `CreateTargetGroup`). */
export const healthCheckPath: Codec<string> = {
  decode: (text) => {
    const wrong = (message: string, meant: string) => {
      const fix = `write "${isHealthCheckPath(meant) && meant.length <= maximumRepeated ? meant : '/'}"`
      return refused({ code: 'HealthCheckPathSyntax', value: shownText(text), message, fix })
    }
    if (text.length > maximumPath) return wrong(`may not be longer than ${maximumPath} characters`, '/')
    const pathOfUrl = text.trim().replace(/^https?:\/\/[^/]*\/?/, '/')
    const encoded = encodeURI(pathOfUrl.toWellFormed()).replaceAll('%25', '%')
    if (!text.startsWith('/')) return wrong('must start with /', encoded.startsWith('/') ? encoded : `/${encoded}`)
    if (!isHealthCheckPath(text)) return wrong('may hold only printable ASCII characters and no blank', encoded)
    return decoded(text)
  },
  encode: (value) => value,
}

const maximumPath = 1024
/** As much of a path as a message repeats. */
const maximumRepeated = 64

const isHealthCheckPath = (text: string): boolean => text.length <= maximumPath && /^\/[!-~]*$/.test(text)
