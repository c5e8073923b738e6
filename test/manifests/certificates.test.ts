import t from 'tap'
import { certificates } from '../../manifests/render/certificates.ts'
import type { Manifest } from '../../manifests/render/objects.ts'
import { values } from '../../manifests/render/values.ts'
import { webhookConfigurations } from '../../manifests/render/webhook-configurations.ts'
import { webhookDeployment } from '../../manifests/render/deployments.ts'
import { at, textAt } from './at.ts'

const find = (kind: string, name: string): Manifest => {
  const found = certificates(values).find((object) => object.kind === kind && object.metadata.name === name)
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`)
  return found
}

void t.test('a self-signed issuer signs the root, and the issuer of the root signs the leaf', async (t) => {
  t.strictSame(at(find('Issuer', 'webhook-self-signed'), 'spec'), { selfSigned: {} })
  const root = find('Certificate', 'webhook-root')
  t.has(root, { spec: { isCA: true, issuerRef: { kind: 'Issuer', name: 'webhook-self-signed' } } })
  t.equal(
    textAt(find('Issuer', 'webhook-root'), 'spec', 'ca', 'secretName'),
    textAt(root, 'spec', 'secretName'),
    'the issuer reads the Secret of the root',
  )
  t.has(find('Certificate', 'webhook-leaf'), { spec: { issuerRef: { kind: 'Issuer', name: 'webhook-root' } } })
})

void t.test('a renewed root keeps its key for ten years, a renewed leaf gets a new one each time', async (t) => {
  const key = { algorithm: 'ECDSA', size: 256 }
  t.has(find('Certificate', 'webhook-root'), {
    spec: { duration: '87600h0m0s', privateKey: { ...key, rotationPolicy: 'Never' } },
  })
  t.has(find('Certificate', 'webhook-leaf'), {
    spec: { duration: '2160h0m0s', renewBefore: '720h0m0s', privateKey: { ...key, rotationPolicy: 'Always' } },
  })
})

void t.test(
  'the leaf names the Service, lands in the Secret that the Pods mount, and its root becomes caBundle',
  async (t) => {
    const leaf = find('Certificate', 'webhook-leaf')
    t.strictSame(at(leaf, 'spec', 'dnsNames'), [
      'webhook',
      'webhook.alb-ingress',
      'webhook.alb-ingress.svc',
      'webhook.alb-ingress.svc.cluster.local',
    ])
    t.equal(
      textAt(webhookDeployment(values), 'spec', 'template', 'spec', 'volumes', '1', 'secret', 'secretName'),
      textAt(leaf, 'spec', 'secretName'),
    )
    for (const configuration of webhookConfigurations(values)) {
      t.equal(
        textAt(configuration, 'metadata', 'annotations', 'cert-manager.io/inject-ca-from'),
        `${textAt(leaf, 'metadata', 'namespace')}/${leaf.metadata.name}`,
      )
    }
  },
)
