import { importCertificate } from '../aws/fixture-certificates.ts'
import { anyHost, hostLists, putInPlace, servicesOf } from '../e2e/real-ingresses/put-in-place.ts'
import { realSets } from '../e2e/real-ingresses/read.ts'
import { put } from '../e2e/support/kubectl.ts'
import { ingress, type Manifest } from '../e2e/support/objects.ts'
import type { Stack } from '../local/stack.ts'

/**
 * The Ingresses that people published, with ids of the emulated account, and all that they name: their Services, and
 * certificates for their hosts. About half are admitted, the others refused for what is not built yet or for a mistake.
 */
export const realIngresses = async (stack: Stack, namespace: string): Promise<readonly Manifest[]> => {
  const { emulator, fixture } = stack
  const certificateOf = new Map([[anyHost, fixture.certificates[anyHost]]])
  // AWS takes 100 names in a certificate
  for (const names of hostLists(realSets, 100)) {
    const arn = await importCertificate(emulator, { names })
    for (const name of names) certificateOf.set(name, arn)
  }
  await put(stack, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await put(stack, servicesOf(realSets, namespace))
  return realSets.map((set) => putInPlace(set, { namespace, fixture, certificateOf }))
}

/** An Ingress with HTTP and HTTPS on one host, and its certificate by ARN. */
export const httpsIngress = (namespace: string, name: string, certificate: string): Manifest =>
  ingress({
    namespace,
    name,
    host: hostOf(name),
    keys: {
      scheme: 'internet-facing',
      'listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
      'certificate-arn': certificate,
    },
  })

/** The host of such an Ingress. */
export const hostOf = (name: string): string => `${name}.shop.example.org`
