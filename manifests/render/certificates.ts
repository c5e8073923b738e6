import type { JsonObject, Manifest } from './objects.ts'
import { processLabels } from './labels.ts'
import type { Values } from './values.ts'

/** Days for which a serving certificate is valid, and days before its end at which cert-manager renews it. */
export const servingCertificateDays = { valid: 90, renewedBefore: 30 } as const

/**
 * The serving certificate of the webhook by cert-manager (its page "Certificate resource"): a self-signed issuer makes a
 * root, the root's issuer makes the leaf, and cert-manager copies the root from the leaf's Secret into `caBundle`. A
 * renewed root keeps its key, so that older leaves stay valid; a self-signed leaf would be a new root at every renewal.
 */
export const certificates = (values: Values): readonly Manifest[] => [
  issuer(values, 'webhook-self-signed', { selfSigned: {} }),
  certificate(values, 'webhook-root', {
    isCA: true,
    commonName: 'alb-ingress-webhook-root',
    secretName: rootSecret,
    duration: hours(10 * 365),
    privateKey: { ...privateKey, rotationPolicy: 'Never' },
    usages: ['cert sign', 'crl sign', 'digital signature'],
    issuerRef: issuerRef('webhook-self-signed'),
  }),
  issuer(values, 'webhook-root', { ca: { secretName: rootSecret } }),
  certificate(values, leafName, {
    secretName: values.servingCertificateSecret,
    duration: hours(servingCertificateDays.valid),
    renewBefore: hours(servingCertificateDays.renewedBefore),
    privateKey: { ...privateKey, rotationPolicy: 'Always' },
    usages: ['digital signature', 'server auth'],
    dnsNames: ['', `.${values.namespace}`, `.${values.namespace}.svc`, `.${values.namespace}.svc.cluster.local`].map(
      (domain) => `webhook${domain}`,
    ),
    issuerRef: issuerRef('webhook-root'),
  }),
]

/** Name of the leaf Certificate, which the webhook configurations name (`cert-manager.io/inject-ca-from`). */
export const leafName = 'webhook-leaf'

const rootSecret = 'webhook-root-tls'
const privateKey = { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' } as const
const apiVersion = 'cert-manager.io/v1'

const issuer = (values: Values, name: string, spec: JsonObject): Manifest => ({
  apiVersion,
  kind: 'Issuer',
  metadata: { name, namespace: values.namespace, labels: processLabels('webhook') },
  spec,
})

const certificate = (values: Values, name: string, spec: JsonObject): Manifest => ({
  apiVersion,
  kind: 'Certificate',
  metadata: { name, namespace: values.namespace, labels: processLabels('webhook') },
  spec,
})

const issuerRef = (name: string): JsonObject => ({ group: 'cert-manager.io', kind: 'Issuer', name })

const hours = (days: number): string => `${days * 24}h0m0s`
