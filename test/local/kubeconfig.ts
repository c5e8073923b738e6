import { writeFile } from 'node:fs/promises'

/** Who a kubeconfig speaks as. */
export type Credentials =
  | { readonly kind: 'certificate'; readonly certificate: string; readonly key: string }
  | { readonly kind: 'token'; readonly token: string }

/** Writes a kubeconfig of one cluster and one user. Everything is inside it, so that it can be copied elsewhere. */
export async function writeKubeconfig(
  path: string,
  cluster: { readonly url: string; readonly ca: string },
  user: string,
  credentials: Credentials,
): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server: cluster.url, 'certificate-authority-data': base64(cluster.ca) } }],
    users: [
      {
        name: user,
        user:
          credentials.kind === 'token'
            ? { token: credentials.token }
            : {
                'client-certificate-data': base64(credentials.certificate),
                'client-key-data': base64(credentials.key),
              },
      },
    ],
    contexts: [{ name: 'local', context: { cluster: 'local', user } }],
    'current-context': 'local',
  }
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
