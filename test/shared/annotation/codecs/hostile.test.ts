import * as fc from 'fast-check'
import t from 'tap'
import type { Codec } from '../../../../shared/annotation/codecs/codec.ts'
import { healthCheckPath, successCodes } from '../../../../shared/annotation/codecs/health-check.ts'
import { readJson } from '../../../../shared/annotation/codecs/json.ts'
import { list } from '../../../../shared/annotation/codecs/list.ts'
import { listenPorts } from '../../../../shared/annotation/codecs/listen-ports.ts'
import { bool, oneOf, string, wholeNumber } from '../../../../shared/annotation/codecs/scalars.ts'
import { stringMap } from '../../../../shared/annotation/codecs/string-map.ts'

type AnyCodec = Codec<never> | Codec<unknown>
const codecs: Readonly<Record<string, Pick<AnyCodec, 'decode'>>> = {
  string,
  bool,
  wholeNumber: wholeNumber(5, 300, { suggest: 15 }),
  oneOf: oneOf('SchemeUnknown', ['internal', 'internet-facing']),
  list,
  stringMap: stringMap({ example: 'a=b' }),
  successCodes,
  healthCheckPath,
  listenPorts,
}

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: fc.constantFrom(...Array.from('[]{}":,\\0189.eE-+ \n=aHTPS%/')), maxLength: 60 }),
  fc.json(),
)

for (const [name, codec] of Object.entries(codecs)) {
  void t.test(`${name} decodes or refuses any text, and a refusal says something`, async () => {
    fc.assert(
      fc.property(texts, (text) => {
        const decoded = codec.decode(text)
        return (
          decoded.ok || (decoded.problems.length > 0 && decoded.problems.every((problem) => problem.message !== ''))
        )
      }),
      { numRuns: 300 },
    )
  })

  void t.test(`${name} spends little on 256 KiB of anything`, async (t) => {
    const size = 256 * 1024
    const hostile = [
      '[',
      '{"a":',
      '1',
      '1-',
      ',',
      '=',
      '\\',
      ',a=',
      '{"HTTP":80},',
      '\u0000',
      'é',
      '/',
      ' ',
      '"',
      '2xx,',
      '\ud800',
    ]
    for (const unit of hostile) {
      for (const prefix of ['', '/', '[', 'a=']) {
        const text = (prefix + unit.repeat(Math.ceil(size / unit.length))).slice(0, size)
        const start = process.cpuUsage()
        codec.decode(text)
        const { user, system } = process.cpuUsage(start)
        t.ok(user + system < 250_000, `${JSON.stringify(prefix + unit)}: ${user + system} us`)
      }
    }
  })
}

void t.test('the JSON reader takes what JSON.parse takes', async () => {
  fc.assert(fc.property(texts, agrees), { numRuns: 2000 })
})

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const agrees = (text: string): boolean => {
  const read = readJson(text, '[]')
  if (!read.ok && read.problem.message.startsWith('nested')) return true
  return read.ok === parses(text)
}
