import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { isIP, isIPv4 } from 'node:net'
import { join } from 'node:path'
import * as der from './der.ts'

/** A self-signed certificate and its key, which signs other certificates. */
export interface CertificateAuthority {
  /** The certificate as PEM, for `caBundle` and `certificate-authority-data`. */
  readonly certificate: string
  readonly name: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** A certificate and its private key (PKCS 8), both PEM. */
export interface IssuedCertificate {
  readonly certificate: string
  readonly key: string
}

export interface ServingOptions {
  /** End of validity; a year from now unless told. */
  readonly notAfter?: Date
  /** The key pair of the certificate; a new one (ECDSA P-256) unless told. */
  readonly keys?: KeyPair
}

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** One attribute of a subject: its kind and its value. */
type NameAttribute = readonly ['CN' | 'O', string]

interface Contents {
  readonly subject: readonly NameAttribute[]
  readonly issuer: readonly NameAttribute[]
  readonly subjectKey: KeyObject
  readonly signingKey: KeyObject
  readonly notAfter: Date
  readonly extensions: readonly Buffer[]
}

// Names of RFC 5280 and RFC 5758.
const oid = {
  CN: '2.5.4.3',
  O: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
  clientAuthentication: '1.3.6.1.5.5.7.3.2',
} as const
const hour = 3_600_000
const year = 365 * 24 * hour
const signatureAlgorithm = der.sequence(der.objectIdentifier(oid.ecdsaWithSha256))

/** A new certificate authority (ECDSA P-256, one year), which lives as long as one local stack. */
export function createCertificateAuthority(name: string): CertificateAuthority {
  const { privateKey, publicKey } = newKeys()
  const certificate = createCertificate({
    subject: [['CN', name]],
    issuer: [['CN', name]],
    subjectKey: publicKey,
    signingKey: privateKey,
    notAfter: new Date(Date.now() + year),
    extensions: [
      extension(oid.basicConstraints, true, der.sequence(der.boolean(true))),
      // keyCertSign and cRLSign are bits 5 and 6.
      extension(oid.keyUsage, true, der.bitString(Buffer.from([0b0000_0110]), 1)),
      extension(oid.subjectKeyIdentifier, false, der.octetString(keyIdentifier(publicKey))),
    ],
  })
  return { certificate, name, privateKey, publicKey }
}

/** A client certificate; Kubernetes reads the user from CN and the groups from O. */
export function issueClientCertificate(
  ca: CertificateAuthority,
  user: string,
  groups: readonly string[] = [],
): IssuedCertificate {
  const subject: readonly NameAttribute[] = [...groups.map((group): NameAttribute => ['O', group]), ['CN', user]]
  return issue(ca, subject, oid.clientAuthentication, new Date(Date.now() + year), [])
}

/** A serving certificate for host names and IP addresses, the first of which becomes its CN. */
export function createServingCertificate(
  ca: CertificateAuthority,
  names: readonly string[],
  options: ServingOptions = {},
): IssuedCertificate {
  const alternatives = names.map((name) =>
    isIP(name) === 0
      ? der.contextSpecific(2, Buffer.from(name, 'latin1'), false)
      : der.contextSpecific(7, addressBytes(name), false),
  )
  const notAfter = options.notAfter ?? new Date(Date.now() + year)
  const extensions = [extension(oid.subjectAlternativeName, false, der.sequence(...alternatives))]
  const subject: readonly NameAttribute[] = [['CN', names[0] ?? 'localhost']]
  return issue(ca, subject, oid.serverAuthentication, notAfter, extensions, options.keys)
}

/**
 * Writes a new serving certificate as `tls.crt` and `tls.key` into a folder, as a mounted Secret has them. Each file
 * replaces the one before it whole, so a process that watches the folder never reads half a file.
 */
export async function issueServingCertificate(
  ca: CertificateAuthority,
  names: readonly string[],
  options: ServingOptions & { readonly directory: string },
): Promise<IssuedCertificate> {
  const issued = createServingCertificate(ca, names, options)
  await mkdir(options.directory, { recursive: true })
  await replaceFile(join(options.directory, 'tls.key'), issued.key)
  await replaceFile(join(options.directory, 'tls.crt'), issued.certificate)
  return issued
}

/** A key pair (ECDSA P-256, PEM) that signs and proves service account tokens. */
export function createSigningKeys(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = newKeys()
  return { privateKey: privateKeyPem(privateKey), publicKey: publicKey.export({ type: 'spki', format: 'pem' }) }
}

function issue(
  ca: CertificateAuthority,
  subject: readonly NameAttribute[],
  purpose: string,
  notAfter: Date,
  extensions: readonly Buffer[],
  { privateKey, publicKey }: KeyPair = newKeys(),
): IssuedCertificate {
  const certificate = createCertificate({
    subject,
    issuer: [['CN', ca.name]],
    subjectKey: publicKey,
    signingKey: ca.privateKey,
    notAfter,
    extensions: [
      extension(oid.basicConstraints, true, der.sequence()),
      // digitalSignature is bit 0.
      extension(oid.keyUsage, true, der.bitString(Buffer.from([0b1000_0000]), 7)),
      extension(oid.extendedKeyUsage, false, der.sequence(der.objectIdentifier(purpose))),
      extension(
        oid.authorityKeyIdentifier,
        false,
        der.sequence(der.contextSpecific(0, keyIdentifier(ca.publicKey), false)),
      ),
      ...extensions,
    ],
  })
  return { certificate, key: privateKeyPem(privateKey) }
}

/** An X.509 version 3 certificate (RFC 5280, 4.1) as PEM. */
function createCertificate(contents: Contents): string {
  const notBefore = new Date(Math.min(Date.now(), contents.notAfter.getTime()) - hour)
  const toBeSigned = der.sequence(
    der.contextSpecific(0, der.integer(Buffer.from([2])), true),
    der.integer(randomBytes(16)),
    signatureAlgorithm,
    distinguishedName(contents.issuer),
    der.sequence(der.time(notBefore), der.time(contents.notAfter)),
    distinguishedName(contents.subject),
    subjectPublicKeyInfo(contents.subjectKey),
    der.contextSpecific(3, der.sequence(...contents.extensions), true),
  )
  const signature = sign('sha256', toBeSigned, contents.signingKey)
  return pem('CERTIFICATE', der.sequence(toBeSigned, signatureAlgorithm, der.bitString(signature)))
}

function distinguishedName(attributes: readonly NameAttribute[]): Buffer {
  return der.sequence(
    ...attributes.map(([kind, value]) => der.set(der.sequence(der.objectIdentifier(oid[kind]), der.utf8String(value)))),
  )
}

function extension(identifier: string, critical: boolean, value: Buffer): Buffer {
  return der.sequence(
    der.objectIdentifier(identifier),
    ...(critical ? [der.boolean(true)] : []),
    der.octetString(value),
  )
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1').update(subjectPublicKeyInfo(key)).digest()
}

function subjectPublicKeyInfo(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

function addressBytes(address: string): Buffer {
  if (!isIPv4(address)) throw new Error(`${address}: only IPv4 addresses are written into certificates here`)
  return Buffer.from(address.split('.').map(Number))
}

function newKeys(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function privateKeyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' })
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 })
  await rename(`${path}.new`, path)
}
