import * as fc from 'fast-check'
import t from 'tap'
import { cidrs } from '../../../../shared/annotation/codecs/cidrs.ts'

const cases: readonly { readonly text: string; readonly want: readonly string[] }[] = [
  { text: '10.0.0.0/8', want: ['10.0.0.0/8'] },
  { text: ' 10.0.0.0/8 , 192.168.0.0/16,', want: ['10.0.0.0/8', '192.168.0.0/16'] },
  { text: '0.0.0.0/0,::/0', want: ['0.0.0.0/0', '::/0'] },
  { text: '2001:DB8::/32', want: ['2001:db8::/32'] },
  { text: '10.1.2.3/8,10.0.0.0/8', want: ['10.0.0.0/8'] },
  { text: '2001:db8::1/64', want: ['2001:db8::/64'] },
]
for (const { text, want } of cases)
  void t.test(`${text} is ${want.join(' and ')}`, async (t) => {
    const decoded = cidrs.decode(text)
    t.same(decoded.ok ? decoded.value.map((cidr) => cidr.text) : decoded.problems, want)
  })

void t.test('host bits are told', async (t) => {
  const decoded = cidrs.decode('10.0.0.1/8')
  t.match(decoded.ok && decoded.notes, [
    { code: 'CidrHostBits', message: '10.0.0.1/8 has host bits set, read as 10.0.0.0/8' },
  ])
})

const wrong: readonly { readonly text: string; readonly fix: string }[] = [
  { text: '10.0.0.1', fix: 'write "10.0.0.1/32"' },
  { text: '::1', fix: 'write "::1/128"' },
  { text: '10.0.0.0/33', fix: 'write "10.0.0.0/8" or "2001:db8::/32"' },
  { text: '10.0.0/8', fix: 'write "10.0.0.0/8" or "2001:db8::/32"' },
  { text: '010.0.0.0/8', fix: 'write "10.0.0.0/8" or "2001:db8::/32"' },
  { text: 'everybody', fix: 'write "10.0.0.0/8" or "2001:db8::/32"' },
]
for (const { text, fix } of wrong)
  void t.test(`${text} is refused`, async (t) => {
    const decoded = cidrs.decode(text)
    t.match(decoded.ok ? [] : decoded.problems, [{ code: 'CidrSyntax', fix }])
  })

void t.test('any text decodes or is refused, and what decodes is stable', async (t) => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.ipV4(),
        fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(140)).map(([ip, n]) => `${ip}/${n}`),
      ),
      (text) => {
        const decoded = cidrs.decode(text)
        if (!decoded.ok) return decoded.problems.length > 0
        const again = cidrs.decode(cidrs.encode(decoded.value))
        return again.ok && JSON.stringify(again.value) === JSON.stringify(decoded.value)
      },
    ),
  )
  t.pass()
})
