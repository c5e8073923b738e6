import ipaddr from 'ipaddr.js'
import { quote } from '../../text/quote.ts'
import { type Codec, decoded, type Problem, refused } from './codec.ts'
import { list } from './list.ts'

/** A range of addresses in canonical form: no host bits, IPv6 as EC2 prints it. */
export interface Cidr {
  readonly family: 'ipv4' | 'ipv6'
  readonly text: string
}

type Read = { readonly cidr: Cidr; readonly note?: Problem } | { readonly problem: Problem }

/** CIDR blocks between commas. Host bits are cleared, and told, as EC2 does on write; the same block counts once. */
export const cidrs: Codec<readonly Cidr[]> = {
  decode: (text) => {
    const entries = list.decode(text)
    if (!entries.ok) return refused(...entries.problems)
    const read = entries.value.map(readCidr)
    const problems = read.flatMap((each) => ('problem' in each ? [each.problem] : []))
    if (problems.length > 0) return refused(...problems.slice(0, 20))
    const values = new Map(read.flatMap((each) => ('cidr' in each ? [[each.cidr.text, each.cidr] as const] : [])))
    const notes = read.flatMap((each) => ('note' in each && each.note !== undefined ? [each.note] : []))
    return notes.length === 0 ? decoded([...values.values()]) : { ok: true, value: [...values.values()], notes }
  },
  encode: (value) => value.map(({ text }) => text).join(','),
}

const readCidr = (text: string): Read => {
  const address = /^[0-9A-Fa-f:.]{2,45}$/.test(text) ? text : undefined
  if (
    address !== undefined &&
    ipaddr.isValid(address) &&
    (address.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(address))
  )
    return {
      problem: wrong(text, 'is an address, not a range', `write "${address}/${address.includes(':') ? 128 : 32}"`),
    }
  const [, base, length] = /^([0-9A-Fa-f:.]{2,45})\/([0-9]{1,3})$/.exec(text) ?? []
  if (
    base === undefined ||
    length === undefined ||
    !isAddress(base) ||
    Number(length) > (base.includes(':') ? 128 : 32)
  )
    return { problem: wrong(text, 'is not a CIDR block', 'write "10.0.0.0/8" or "2001:db8::/32"') }
  const family = base.includes(':') ? 'ipv6' : 'ipv4'
  const network = (family === 'ipv6' ? ipaddr.IPv6 : ipaddr.IPv4).networkAddressFromCIDR(`${base}/${length}`)
  const canonical = `${network.toString()}/${Number(length)}`
  const cidr: Cidr = { family, text: canonical }
  if (ipaddr.parse(base).toString() === network.toString()) return { cidr }
  return {
    cidr,
    note: { code: 'CidrHostBits', value: quote(text), message: `${text} has host bits set, read as ${canonical}` },
  }
}

const isAddress = (text: string): boolean =>
  text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text)

const wrong = (text: string, message: string, fix: string): Problem => ({
  code: 'CidrSyntax',
  value: quote(text.slice(0, 100)),
  message,
  fix,
})
