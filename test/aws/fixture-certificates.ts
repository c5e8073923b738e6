import { generateKeyPairSync } from 'node:crypto'
import { ACMClient, ImportCertificateCommand, RequestCertificateCommand } from '@aws-sdk/client-acm'
import { IAMClient, UploadServerCertificateCommand } from '@aws-sdk/client-iam'
import {
  createCertificateAuthority,
  createServingCertificate,
  type IssuedCertificate,
  type KeyPair,
} from '../local/certificates.ts'
import type { Emulator } from './emulator.ts'
import { given } from './fixture-network.ts'

/** A certificate to make. */
export interface WantedCertificate {
  /** DNS names, the first of which is the domain. */
  readonly names: readonly string[]
  /** ECDSA P-256 unless told. */
  readonly key?: KeyAlgorithm
  /** A year from now unless told; in the past it has expired. */
  readonly notAfter?: Date
}

/** Keys that ACM imports, as it names them. */
export type KeyAlgorithm =
  | 'RSA_1024'
  | 'RSA_2048'
  | 'RSA_3072'
  | 'RSA_4096'
  | 'EC_prime256v1'
  | 'EC_secp384r1'
  | 'EC_secp521r1'

const authority = createCertificateAuthority('certificates of the emulated account')

/** Imports a certificate into ACM by uncounted calls; its ARN. */
export async function importCertificate(emulator: Emulator, wanted: WantedCertificate): Promise<string> {
  const isOver = wanted.notAfter !== undefined && wanted.notAfter.getTime() <= Date.now()
  const { notAfter: _, ...valid } = wanted
  // ACM takes no expired certificate, so one expires after its import
  const { certificate, key } = makeCertificate(isOver ? valid : wanted)
  const arn = await withClient(new ACMClient(settingsFor(emulator)), async (acm) => {
    const made = await acm.send(
      new ImportCertificateCommand({
        Certificate: Buffer.from(certificate),
        PrivateKey: Buffer.from(key),
        CertificateChain: Buffer.from(authority.certificate),
      }),
    )
    return given(made.CertificateArn)
  })
  if (isOver) await emulator.changeCertificate(arn, { notAfter: wanted.notAfter.toISOString() })
  return arn
}

/** Requests a certificate in ACM, validated by DNS, by uncounted calls; it stays pending until `changeCertificate`. */
export function requestCertificate(emulator: Emulator, names: readonly string[]): Promise<string> {
  const [DomainName, ...SubjectAlternativeNames] = names
  return withClient(new ACMClient(settingsFor(emulator)), async (acm) => {
    const made = await acm.send(
      new RequestCertificateCommand({
        DomainName,
        ValidationMethod: 'DNS',
        ...(SubjectAlternativeNames.length === 0 ? {} : { SubjectAlternativeNames }),
      }),
    )
    return given(made.CertificateArn)
  })
}

/** Uploads a server certificate to IAM by uncounted calls; its ARN. An expired one is taken as well. */
export function uploadServerCertificate(
  emulator: Emulator,
  name: string,
  wanted: WantedCertificate & { readonly path?: string },
): Promise<string> {
  const { certificate, key } = makeCertificate(wanted)
  return withClient(new IAMClient(settingsFor(emulator)), async (iam) => {
    const made = await iam.send(
      new UploadServerCertificateCommand({
        ServerCertificateName: name,
        CertificateBody: certificate,
        PrivateKey: key,
        CertificateChain: authority.certificate,
        ...(wanted.path === undefined ? {} : { Path: wanted.path }),
      }),
    )
    return given(made.ServerCertificateMetadata?.Arn)
  })
}

/** A certificate of an authority that nobody trusts, as accounts bring them in. */
export function makeCertificate({ names, key, notAfter }: WantedCertificate): IssuedCertificate {
  return createServingCertificate(authority, names, {
    ...(key === undefined ? {} : { keys: keysOf(key) }),
    ...(notAfter === undefined ? {} : { notAfter }),
  })
}

function keysOf(algorithm: KeyAlgorithm): KeyPair {
  const [kind, size = ''] = algorithm.split('_')
  return kind === 'RSA'
    ? generateKeyPairSync('rsa', { modulusLength: Number(size) })
    : generateKeyPairSync('ec', { namedCurve: size })
}

function settingsFor(emulator: Emulator) {
  return {
    endpoint: emulator.uncountedEndpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
}

async function withClient<T extends { destroy(): void }, R>(client: T, use: (client: T) => Promise<R>): Promise<R> {
  try {
    return await use(client)
  } finally {
    client.destroy()
  }
}
