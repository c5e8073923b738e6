import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'

/** What AWS reads out of a certificate that is brought in. */
export interface ReadCertificate {
  /** The subject's common name, or the first alternative name. */
  readonly domain: string
  /** The subject alternative names, or the common name alone. */
  readonly names: readonly string[]
  /** As the API names it: `RSA_2048`, `EC_prime256v1`. */
  readonly keyAlgorithm: string
  /** As the API names it: `SHA256WITHRSA`. */
  readonly signatureAlgorithm: string
  readonly serial: string
  readonly subject: string
  readonly issuer: string
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly notAfter: number
}

/** Reads the first certificate of a PEM text; undefined when there is none. */
export function readCertificate(pem: string): ReadCertificate | undefined {
  const certificate = parse(pem)
  if (certificate === undefined) return undefined
  const commonName = attribute(certificate.subject, 'CN')
  const alternatives = [...(certificate.subjectAltName ?? '').matchAll(/DNS:([^,\s]+)/g)].flatMap(
    ([, name]) => name ?? [],
  )
  const names = alternatives.length > 0 ? alternatives : commonName === undefined ? [] : [commonName]
  return {
    domain: commonName ?? names[0] ?? '',
    names,
    keyAlgorithm: keyAlgorithmOf(certificate.publicKey),
    signatureAlgorithm: signatureAlgorithmOf(certificate.signatureAlgorithm ?? ''),
    serial: (certificate.serialNumber.toLowerCase().match(/../g) ?? []).join(':'),
    subject: certificate.subject.replaceAll('\n', ','),
    issuer: attribute(certificate.issuer, 'CN') ?? certificate.issuer.replaceAll('\n', ','),
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
  }
}

/** Whether a PEM key is the private key of a PEM certificate; undefined when it is no key at all. */
export function isKeyOf(keyPem: string, certificatePem: string): boolean | undefined {
  try {
    const key = createPrivateKey(keyPem)
    return parse(certificatePem)?.checkPrivateKey(key) ?? false
  } catch {
    return undefined
  }
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

function attribute(name: string, kind: string): string | undefined {
  return name
    .split('\n')
    .find((line) => line.startsWith(`${kind}=`))
    ?.slice(kind.length + 1)
}

function keyAlgorithmOf(key: KeyObject): string {
  const details = key.asymmetricKeyDetails ?? {}
  return key.asymmetricKeyType === 'ec' ? `EC_${details.namedCurve}` : `RSA_${details.modulusLength}`
}

/** OpenSSL says `sha256WithRSAEncryption` and `ecdsa-with-SHA256`. */
function signatureAlgorithmOf(name: string): string {
  const hash = /sha\d+/i.exec(name)?.[0].toUpperCase() ?? 'SHA256'
  return `${hash}WITH${/ecdsa/i.test(name) ? 'ECDSA' : 'RSA'}`
}
