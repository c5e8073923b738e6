import type { JsonObject, Manifest } from '../../manifests/render/objects.ts'

const text: JsonObject = { type: 'string' }
const texts: JsonObject = { type: 'array', items: text }
const object = (properties: JsonObject): JsonObject => ({ type: 'object', properties })

const kind = (group: string, version: string, name: string, plural: string, spec: JsonObject): Manifest => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind: name, plural, singular: name.toLowerCase() },
    versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: object({ spec }) } }],
  },
})

/**
 * The kinds of cert-manager and of the Prometheus Operator that the components use, with the fields that they use of them
 * (API references of both): a field that is not one of theirs is refused or told by strict validation.
 */
export const externalKinds: readonly Manifest[] = [
  kind(
    'cert-manager.io',
    'v1',
    'Issuer',
    'issuers',
    object({ selfSigned: object({}), ca: object({ secretName: text }) }),
  ),
  kind(
    'cert-manager.io',
    'v1',
    'Certificate',
    'certificates',
    object({
      secretName: text,
      isCA: { type: 'boolean' },
      commonName: text,
      dnsNames: texts,
      duration: text,
      renewBefore: text,
      usages: texts,
      privateKey: object({
        algorithm: { ...text, enum: ['RSA', 'ECDSA', 'Ed25519'] },
        encoding: { ...text, enum: ['PKCS1', 'PKCS8'] },
        rotationPolicy: { ...text, enum: ['Never', 'Always'] },
        size: { type: 'integer' },
      }),
      issuerRef: object({ name: text, kind: text, group: text }),
    }),
  ),
  kind(
    'monitoring.coreos.com',
    'v1',
    'PrometheusRule',
    'prometheusrules',
    object({
      groups: {
        type: 'array',
        items: object({
          name: text,
          rules: {
            type: 'array',
            items: object({
              alert: text,
              expr: text,
              for: text,
              labels: { type: 'object', additionalProperties: text },
              annotations: { type: 'object', additionalProperties: text },
            }),
          },
        }),
      },
    }),
  ),
]
