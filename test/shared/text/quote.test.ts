import * as fc from 'fast-check'
import t from 'tap'
import { listOf, quote } from '../../../shared/text/quote.ts'

const cases = [
  { name: 'plain text', text: '80,443', want: '"80,443"' },
  { name: 'quotes', text: '[{"HTTP":80}]', want: String.raw`"[{\"HTTP\":80}]"` },
  { name: 'a backslash', text: String.raw`a\b`, want: String.raw`"a\\b"` },
  {
    name: 'control characters',
    text: '\u0000\u0007\b\t\n\v\f\r\u001b\u007f',
    want: String.raw`"\x00\a\b\t\n\v\f\r\x1b\x7f"`,
  },
  { name: 'letters of any script', text: 'é日🙂', want: '"é日🙂"' },
  {
    name: 'bidirectional and invisible characters',
    text: '\u202e\u00a0\ufeff',
    want: String.raw`"\u202e\u00a0\ufeff"`,
  },
  {
    name: 'a character outside the basic plane that does not print',
    text: '\u{e0001}',
    want: String.raw`"\U000e0001"`,
  },
  { name: 'half a surrogate pair', text: '\ud800', want: '"\ufffd"' },
]

for (const { name, text, want } of cases) {
  void t.test(`${name} is quoted as Go quotes it`, async (t) => t.equal(quote(text), want))
}

void t.test('a list has its texts in quotes and commas between them', async (t) => {
  t.equal(listOf(['internal', 'internet-facing']), '"internal", "internet-facing"')
  t.equal(listOf([]), '')
})

void t.test('a quoted text is one printable line', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => /^"[\p{L}\p{M}\p{N}\p{P}\p{S} ]*"$/u.test(quote(text))),
  )
})
