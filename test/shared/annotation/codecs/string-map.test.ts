import * as fc from 'fast-check'
import t from 'tap'
import { list } from '../../../../shared/annotation/codecs/list.ts'
import { stringMap } from '../../../../shared/annotation/codecs/string-map.ts'

const tags = stringMap({ example: 'Environment=dev,Team=test' })

const read: readonly {
  readonly name: string
  readonly text: string
  readonly want: Readonly<Record<string, string>>
}[] = [
  { name: 'pairs between commas', text: 'Environment=dev,Team=test', want: { Environment: 'dev', Team: 'test' } },
  { name: 'blanks around key and value go', text: ' a = 1 , b =2', want: { a: '1', b: '2' } },
  { name: 'an empty value stays', text: 'a=,b=', want: { a: '', b: '' } },
  { name: 'a value may hold "="', text: 'a=b=c', want: { a: 'b=c' } },
  { name: 'a comma with only blanks behind it belongs to the value', text: 'a=1, ', want: { a: '1,' } },
  { name: 'a backslash protects a comma', text: String.raw`a=1\,2,b=3`, want: { a: '1,2', b: '3' } },
  { name: 'a backslash protects a comma behind the last "="', text: String.raw`a=1\,2`, want: { a: '1,2' } },
  { name: 'a backslash does not protect "="', text: String.raw`a\=1`, want: { a: '1' } },
  { name: 'a backslash does not protect blanks', text: 'a=1\\ ', want: { a: '1' } },
  { name: 'two backslashes give one', text: String.raw`a=\\`, want: { a: '\\' } },
  { name: 'a backslash at the very end stands for itself', text: 'a=1\\', want: { a: '1\\' } },
  {
    name: 'keys that name parts of a prototype are plain keys',
    text: 'constructor=1',
    want: { constructor: '1' },
  },
]
for (const { name, text, want } of read) {
  void t.test(`${name}: ${text}`, async (t) => {
    const decoded = tags.decode(text)
    t.ok(decoded.ok)
    if (decoded.ok) t.strictSame(Object.entries(decoded.value), Object.entries(want))
  })
}

void t.test('__proto__ is a plain key', async (t) => {
  const decoded = tags.decode('__proto__=1')
  t.ok(decoded.ok)
  if (decoded.ok) t.strictSame(Object.entries(decoded.value), [['__proto__', '1']])
})

const refusals = [
  { name: 'text without "="', text: 'Environment', message: 'pair 1 is without "="' },
  { name: 'a pair without "=" before another', text: 'a,b=1', message: 'pair 1 is without "="' },
  { name: 'text without "=" behind the last pair', text: 'a=1,b', message: 'the text after the last pair has no "="' },
  { name: 'an empty pair', text: 'a=1,,b=2', message: 'pair 2 is empty' },
  { name: 'an empty pair in front', text: ',a=1', message: 'pair 1 is empty' },
  { name: 'two commas at the end', text: 'a=1,,', message: 'the text after the last pair has no "="' },
  { name: 'an empty key', text: 'a=1,=2', message: 'pair 2 has no key before "="' },
]
for (const { name, text, message } of refusals) {
  void t.test(`${name} is refused: ${text}`, async (t) =>
    t.same(tags.decode(text), {
      ok: false,
      problems: [{ code: 'MapSyntax', value: JSON.stringify(text), message, fix: 'write "Environment=dev,Team=test"' }],
    }),
  )
}

void t.test('a key written twice is told at that key', async (t) => {
  t.same(tags.decode('a=1,b=2, a =3'), {
    ok: false,
    problems: [
      {
        code: 'MapKeyTwice',
        path: '.a',
        value: '"a"',
        message: 'the key is written twice',
        fix: 'keep one of the two',
      },
    ],
    rest: { a: '3', b: '2' },
  })
})

void t.test('a map reads back as it was written', async () => {
  const text = fc
    .string({ maxLength: 8, unit: fc.constantFrom('a', 'b', ',', '\\', '"', ' ', 'é') })
    .map((s) => s.trim())
  const key = text.filter((s) => s !== '')
  const value = fc.tuple(text, fc.constantFrom('', '=', '=x')).map(([a, b]) => a + b)
  fc.assert(
    fc.property(
      fc.dictionary(key, value, { maxKeys: 5 }).filter((map) => Object.keys(map).length > 0),
      (map) => {
        const decoded = tags.decode(tags.encode(map))
        return decoded.ok && JSON.stringify(decoded.value) === JSON.stringify({ ...map })
      },
    ),
  )
})

void t.test('a list has trimmed entries in order, without the empty ones', async (t) => {
  t.same(list.decode(' a, b,,c ,'), { ok: true, value: ['a', 'b', 'c'] })
  t.same(list.decode(list.encode(['x', 'a'])), { ok: true, value: ['x', 'a'] })
  t.same(list.decode(' , '), {
    ok: false,
    problems: [
      {
        code: 'ListSyntax',
        value: '" , "',
        message: 'no entry between the commas',
        fix: 'write a value or remove the key',
      },
    ],
  })
})
