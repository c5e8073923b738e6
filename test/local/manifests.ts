import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { type ControlPlane, kubectlOrThrow } from './control-plane.ts'
import { repository } from './product.ts'

/** The two kustomizations that the stack writes; both take `manifests/overlays/local`. */
export interface Manifests {
  /** Everything; each webhook is called at a loopback port. */
  readonly whole: string
  /** Everything but the webhook configurations: a cluster in which nothing refuses an Ingress. */
  readonly withoutWebhooks: string
}

const webhookConfiguration = z.object({
  kind: z.enum(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']),
  metadata: z.object({ name: z.string() }),
  webhooks: z.array(z.object({ clientConfig: z.object({ service: z.object({ path: z.string() }) }) })),
})
type WebhookConfiguration = z.infer<typeof webhookConfiguration>

const overlay = join(repository, 'manifests/overlays/local')

/**
 * Writes the kustomizations into `directory`. The only difference from a cluster is each webhook's clientConfig: `url`
 * with `caBundle` in place of the Service, since cluster addresses lead nowhere here.
 */
export async function writeManifests(
  controlPlane: ControlPlane,
  directory: string,
  webhookPort: number,
): Promise<Manifests> {
  const manifests = { whole: join(directory, 'whole'), withoutWebhooks: join(directory, 'without-webhooks') }
  const rendered = await kubectlOrThrow(controlPlane, ['kustomize', overlay])
  const configurations = parseAllDocuments(rendered).flatMap((document) => {
    const parsed = webhookConfiguration.safeParse(document.toJS())
    return parsed.success ? [parsed.data] : []
  })
  const caBundle = Buffer.from(controlPlane.ca.certificate).toString('base64')
  await writeKustomization(
    manifests.whole,
    configurations.map((configuration) => patchOf(configuration, clientConfigs(configuration, webhookPort, caBundle))),
  )
  await writeKustomization(
    manifests.withoutWebhooks,
    configurations.map((configuration) => patchOf(configuration, deletion(configuration))),
  )
  return manifests
}

function clientConfigs(configuration: WebhookConfiguration, port: number, caBundle: string) {
  return configuration.webhooks.map(({ clientConfig }, index) => ({
    op: 'replace',
    path: `/webhooks/${index}/clientConfig`,
    value: { url: `https://127.0.0.1:${port}${clientConfig.service.path}`, caBundle },
  }))
}

function deletion({ kind, metadata }: WebhookConfiguration) {
  return {
    $patch: 'delete',
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: metadata.name },
  }
}

function patchOf({ kind, metadata }: WebhookConfiguration, patch: unknown) {
  return { target: { kind, name: metadata.name }, patch: JSON.stringify(patch) }
}

async function writeKustomization(directory: string, patches: readonly unknown[]): Promise<void> {
  await mkdir(directory, { recursive: true })
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    // kustomize takes relative paths only, and compares what symbolic links lead to.
    resources: [relative(await realpath(directory), await realpath(overlay))],
    patches,
  }
  await writeFile(join(directory, 'kustomization.yaml'), `${JSON.stringify(kustomization, null, 2)}\n`)
}
