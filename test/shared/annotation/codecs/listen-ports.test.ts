import * as fc from 'fast-check'
import t from 'tap'
import { listenPorts } from '../../../../shared/annotation/codecs/listen-ports.ts'

/** What a denial would show of a refused value: place, value, sentence, code. */
const said = (text: string): readonly string[] => {
  const decoded = listenPorts.decode(text)
  if (decoded.ok) return []
  return decoded.problems.map(({ code, path, value, message, fix }) =>
    [path, ...(value === undefined ? [] : [value]), message]
      .join(': ')
      .concat(fix === undefined ? '' : `; ${fix}`, ` [${code}]`)
      .replace(/^: /, ''),
  )
}

const refusals: readonly { readonly name: string; readonly text: string; readonly want: readonly string[] }[] = [
  {
    name: 'the form of before JSON',
    text: '80,443',
    want: [
      `"80,443": not JSON (line 1, column 3: unexpected ","); write '[{"HTTP":80},{"HTTPS":443}]' instead [JsonSyntax]`,
    ],
  },
  {
    name: 'a comma left out on the third line',
    text: '[\n{"HTTP":80}\n{"HTTPS":443}]',
    want: [
      String.raw`"[\n{\"HTTP\":80}\n{\"HTTPS\":443}]": not JSON (line 3, column 1: unexpected "{"); write '[{"HTTP":80},{"HTTPS":443}]' instead [JsonSyntax]`,
    ],
  },
  {
    name: 'a list without end',
    text: '[{"HTTP":8080}',
    want: [
      String.raw`"[{\"HTTP\":8080}": not JSON (line 1, column 15: unexpected end); write '[{"HTTP":8080}]' instead [JsonSyntax]`,
    ],
  },
  {
    name: 'a text without end',
    text: '["',
    want: [
      String.raw`"[\"": not JSON (line 1, column 2: a text that is malformed, too long or without end); write '[{"HTTP":80}]' instead [JsonSyntax]`,
    ],
  },
  {
    name: 'a text where a comma belongs',
    text: '[{"HTTP":80 "HTTPS":443}]',
    want: [
      String.raw`"[{\"HTTP\":80 \"HTTPS\":443}]": not JSON (line 1, column 13: unexpected text "HTTPS"); write '[{"HTTP":80},{"HTTPS":443}]' instead [JsonSyntax]`,
    ],
  },
  {
    name: 'an object',
    text: '{"HTTP":81}',
    want: [String.raw`"{\"HTTP\":81}": must be a list of objects; write '[{"HTTP":81}]' instead [JsonType]`],
  },
  {
    name: 'a number',
    text: '8080',
    want: [`"8080": must be a list of objects; write '[{"HTTP":8080}]' instead [JsonType]`],
  },
  { name: 'an empty list', text: '[]', want: [`names no port; write '[{"HTTP":80}]' [ListenPortsEmpty]`] },
  { name: 'null', text: 'null', want: [`names no port; write '[{"HTTP":80}]' [ListenPortsEmpty]`] },
  {
    name: 'a list of nothing',
    text: '[null,{"HTTP":null}]',
    want: [`names no port; write '[{"HTTP":80}]' [ListenPortsEmpty]`],
  },
  { name: 'an empty object', text: '[{}]', want: ['[0]: names no port; write {"HTTP":80} [ListenPortsEmpty]'] },
  {
    name: 'a number in the list',
    text: '[8080]',
    want: ['[0]: 8080: must be an object; write {"HTTP":8080} [JsonType]'],
  },
  { name: 'a quoted port', text: '[{"HTTP":"80"}]', want: ['[0].HTTP: "80": must be a number; write 80 [JsonType]'] },
  {
    name: 'a port with a fraction',
    text: '[{"HTTP":80.0}]',
    want: ['[0].HTTP: 80.0: must be a whole number; write 80 [JsonType]'],
  },
  {
    name: 'a port with an exponent',
    text: '[{"HTTP":1e2}]',
    want: ['[0].HTTP: 1e2: must be a whole number; write 100 [JsonType]'],
  },
  { name: 'port 0', text: '[{"HTTPS":0}]', want: ['[0].HTTPS: 0: must be 1 to 65535; write 443 [ListenPortRange]'] },
  {
    name: 'a port above the range',
    text: '[{"HTTP":65536}]',
    want: ['[0].HTTP: 65536: must be 1 to 65535; write 80 [ListenPortRange]'],
  },
  {
    name: 'a port taken by the other protocol',
    text: '[{"HTTP":80},{"HTTPS":80}]',
    want: ['[1].HTTPS: 80: port 80 is already taken by HTTP; write 443 [ListenPortTwice]'],
  },
  {
    name: 'a port three times',
    text: '[{"HTTP":80},{"HTTP":80},{"HTTP":80}]',
    want: [
      '[1].HTTP: 80: port 80 is already taken by HTTP; write 8080 [ListenPortTwice]',
      '[2].HTTP: 80: port 80 is already taken by HTTP; write 8081 [ListenPortTwice]',
    ],
  },
  {
    name: 'a key twice in one object, also in another case',
    text: '[{"HTTP":80,"http":81,"HTTP":82}]',
    want: [
      '[0].http: "http": the key is written twice in one object; write it as an object of its own: {"HTTP":81} [JsonKeyTwice]',
      '[0].HTTP: "HTTP": the key is written twice in one object; write it as an object of its own: {"HTTP":82} [JsonKeyTwice]',
    ],
  },
  {
    name: 'several mistakes at once',
    text: '[{"TCP":80},{"Http":81},{"HTTP":"x"},{"HTTPS":99999}]',
    want: [
      '[0].TCP: "TCP": supported values: "HTTP", "HTTPS" [ListenProtocolUnknown]',
      '[1].Http: "Http": supported values: "HTTP", "HTTPS"; did you mean "HTTP"? [ListenProtocolUnknown]',
      '[2].HTTP: "x": must be a number; write 80 [JsonType]',
      '[3].HTTPS: 99999: must be 1 to 65535; write 443 [ListenPortRange]',
    ],
  },
  {
    name: 'more listeners than any load balancer can have',
    text: JSON.stringify(Array.from({ length: 502 }, (_, index) => ({ HTTP: index + 1 }))),
    want: ['502: must have at most 500 items; remove 2 [ListenersTooMany]'],
  },
  {
    name: 'deep nesting',
    text: '[[[[[[[[[]]]]]]]]]',
    want: [`"[[[[[[[[[]]]]]]]]]": nested deeper than 8; write '[{"HTTP":80}]' instead [JsonSyntax]`],
  },
]
for (const { name, text, want } of refusals) {
  void t.test(`${name} is refused: ${text.slice(0, 60)}`, async (t) => t.strictSame(said(text), want))
}

void t.test('each port keeps its place, also several in one object', async (t) => {
  t.same(listenPorts.decode(' [ {"HTTP": 80, "HTTPS": 443}, {"HTTP":8080} ] '), {
    ok: true,
    value: [
      { protocol: 'HTTP', port: 80, path: '[0].HTTP' },
      { protocol: 'HTTPS', port: 443, path: '[0].HTTPS' },
      { protocol: 'HTTP', port: 8080, path: '[1].HTTP' },
    ],
  })
})

void t.test('the longest value that could be right is read, a longer one is not', async (t) => {
  t.ok(listenPorts.decode(`[{"HTTP":80}]${' '.repeat(65_536 - 13)}`).ok)
  t.match(listenPorts.decode(`[{"HTTP":80}]${' '.repeat(65_536 - 12)}`), {
    problems: [{ code: 'JsonSyntax', message: 'longer than 65536 characters' }],
  })
})

void t.test('every whole value that a message tells to write is taken', async (t) => {
  for (const { text } of refusals) {
    for (const line of said(text)) {
      const written = /write '(.*)'/.exec(line)?.[1]
      if (written !== undefined) t.ok(listenPorts.decode(written).ok, written)
    }
  }
})

void t.test('ports read back as they were written', async () => {
  const port = fc.record({
    protocol: fc.constantFrom('HTTP' as const, 'HTTPS' as const),
    port: fc.integer({ min: 1, max: 65_535 }),
  })
  const ports = fc
    .uniqueArray(port, { selector: (p) => p.port, minLength: 1, maxLength: 50 })
    .map((list) => list.map((p, index) => ({ ...p, path: `[${index}].${p.protocol}` })))
  fc.assert(
    fc.property(ports, (value) => {
      const decoded = listenPorts.decode(listenPorts.encode(value))
      return decoded.ok && JSON.stringify(decoded.value) === JSON.stringify(value)
    }),
  )
})
