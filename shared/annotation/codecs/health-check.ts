import { decoded, refused, shownText, type Codec } from './codec.ts'

/**
 * Status codes that count as healthy: `N` or `N-M`, with commas between them and no blanks (ELBv2 API, `Matcher`). The
 * value is the text itself, as AWS takes it. HTTP has 200 to 499.
 */
export const successCodes: Codec<string> = {
  decode: (text) => {
    if (areCodes(text)) return decoded(text)
    return refused({
      code: 'SuccessCodesSyntax',
      value: shownText(text),
      message: `must be codes or ranges within ${lowest}-${highest}`,
      fix: `write "${meantCodes(text)}"`,
    })
  },
  encode: (value) => value,
}

const lowest = 200
const highest = 499

const areCodes = (text: string): boolean => text.split(',').every(isRange)

const isRange = (text: string): boolean => {
  const match = /^([0-9]{3})(?:-([0-9]{3}))?$/.exec(text)
  if (match === null) return false
  const first = Number(match[1])
  const last = Number(match[2] ?? match[1])
  return lowest <= first && first <= last && last <= highest
}

/** What somebody who wrote `2xx` or `200, 201` meant; `200` where that is not clear. */
const meantCodes = (text: string): string => {
  if (text.length > 64) return '200'
  const meant = text.replaceAll(/\s/g, '').replaceAll(/([2-4])xx/gi, '$100-$199')
  return areCodes(meant) ? meant : '200'
}

/** Path of a probe: begins with `/`, 1 to 1024 printable ASCII characters without blank (ELBv2 API, `CreateTargetGroup`). */
export const healthCheckPath: Codec<string> = {
  decode: (text) => {
    const wrong = (message: string, meant: string) => {
      const fix = `write "${isHealthCheckPath(meant) && meant.length <= maximumRepeated ? meant : '/'}"`
      return refused({ code: 'HealthCheckPathSyntax', value: shownText(text), message, fix })
    }
    if (text.length > maximumPath) return wrong(`may not be longer than ${maximumPath} characters`, '/')
    const pathOfUrl = text.trim().replace(/^https?:\/\/[^/]*(?=\/)/, '')
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
