/**
 * The part of DER (ITU-T X.690) that a certificate needs. Each function answers one encoded value.
 */

function encode(tag: number, content: Uint8Array): Buffer {
  const { length } = content
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff)
  const header = length < 0x80 ? [tag, length] : [tag, 0x80 | bytes.length, ...bytes]
  return Buffer.concat([Buffer.from(header), content])
}

export function sequence(...values: readonly Uint8Array[]): Buffer {
  return encode(0x30, Buffer.concat(values))
}

export function set(...values: readonly Uint8Array[]): Buffer {
  return encode(0x31, Buffer.concat(values))
}

/** A non-negative integer, big-endian. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Buffer.from([0]) : Buffer.from(bytes.subarray(first))
  return encode(0x02, (digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Buffer.from([0]), digits]))
}

export function boolean(value: boolean): Buffer {
  return encode(0x01, Buffer.from([value ? 0xff : 0]))
}

export function octetString(content: Uint8Array): Buffer {
  return encode(0x04, content)
}

/** A bit string; the last `unusedBits` bits of its last byte do not count. */
export function bitString(content: Uint8Array, unusedBits = 0): Buffer {
  return encode(0x03, Buffer.concat([Buffer.from([unusedBits]), content]))
}

export function utf8String(text: string): Buffer {
  return encode(0x0c, Buffer.from(text))
}

/** A time in whole seconds; UTCTime up to 2049 and GeneralizedTime after it, as RFC 5280 wants. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`
  return date.getUTCFullYear() < 2050
    ? encode(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : encode(0x18, Buffer.from(digits, 'latin1'))
}

/** An object identifier from its dotted form. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return encode(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** A value of class context-specific; `constructed` when it holds encoded values. */
export function contextSpecific(number: number, content: Uint8Array, constructed: boolean): Buffer {
  return encode(0x80 | (constructed ? 0x20 : 0) | number, content)
}

function base128(value: number): readonly number[] {
  const digits = [value & 0x7f]
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80)
  return digits
}
