import type { Certificate } from './facts.ts'

/**
 * Whether a name of a certificate covers a host: equal byte for byte, or `*.rest` and one label before an equal rest. A
 * wildcard host is covered by the same wildcard name only.
 */
export const nameCovers = (name: string, host: string): boolean => {
  if (name === host) return true
  if (!name.startsWith('*.') || host.startsWith('*.')) return false
  const dot = host.indexOf('.')
  return dot > 0 && host.slice(dot) === name.slice(1)
}

/** Whether a certificate covers a host. */
export const covers = (certificate: Certificate, host: string): boolean =>
  certificate.names.some((name) => nameCovers(name, host))

/** Whether a certificate does not cover a host, but would if upper and lower case were the same. */
export const coversButForCase = (certificate: Certificate, host: string): boolean =>
  !covers(certificate, host) && certificate.names.some((name) => nameCovers(name.toLowerCase(), host.toLowerCase()))

/** `...4b3c2d1e`: how texts name a certificate. */
export const shortArn = (arn: string): string => `...${arn.slice(-8)}`

/** Key algorithms that an application load balancer takes (Elastic Load Balancing user guide, "SSL certificates"). */
const usableKeys = [
  'RSA_1024',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'EC_prime256v1',
  'EC_secp384r1',
  'EC_secp521r1',
] as const

/** Whether the load balancer takes the key of a certificate; where AWS does not say what it is, yes. */
export const isKeyUsable = ({ keyAlgorithm }: Certificate): boolean =>
  keyAlgorithm === undefined || usableKeys.some((usable) => usable === keyAlgorithm.replaceAll('-', '_'))

/** Milliseconds until a moment; negative when it lies behind. Undefined without a moment. */
export const untilMs = (moment: string | undefined, now: string): number | undefined =>
  moment === undefined ? undefined : Date.parse(moment) - Date.parse(now)

export const dayMs = 86_400_000

/** Whether a certificate can be attached now. */
export const isUsable = (certificate: Certificate, now: string): boolean =>
  certificate.status === 'ISSUED' && isKeyUsable(certificate) && (untilMs(certificate.notAfter, now) ?? 1) > 0

/**
 * The certificate that clients of a host will most likely get, of those that cover it: an exact name before a wildcard,
 * valid for 7 days more before less, elliptic curves before RSA, the later end, then the ARN.
 */
export const likeliest = (certificates: readonly Certificate[], host: string, now: string): Certificate | undefined =>
  certificates
    .filter((certificate) => covers(certificate, host))
    .toSorted((a, b) => compare(rank(a, host, now), rank(b, host, now)))[0]

const rank = (certificate: Certificate, host: string, now: string): readonly (number | string)[] => [
  certificate.names.includes(host) ? 0 : 1,
  (untilMs(certificate.notAfter, now) ?? Infinity) >= 7 * dayMs ? 0 : 1,
  certificate.keyAlgorithm?.startsWith('EC') === true ? 0 : 1,
  -(untilMs(certificate.notAfter, now) ?? Infinity),
  certificate.arn,
]

const compare = (a: readonly (number | string)[], b: readonly (number | string)[]): number => {
  for (const [index, value] of a.entries()) {
    const other = b[index]
    if (other === undefined || value === other) continue
    return value < other ? -1 : 1
  }
  return 0
}
