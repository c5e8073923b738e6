import { join, relative } from 'node:path'
import { productFlags, repository, type Role } from './product.ts'
import type { Stack } from './stack.ts'
import { localFiles } from './state.ts'

/** What a person needs to know of a stack that is up: how to use it, where the logs are, which ids exist. */
export function stackSummary(stack: Stack, running: Readonly<Record<Role, boolean>>): string {
  const { controlPlane, product } = stack
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['kubectl', [`export KUBECONFIG=${here(localFiles.kubeconfig)}`, controlPlane.binaries.kubectl]],
    ['AWS', [`. ${here(localFiles.awsEnvironment)}`, 'any AWS SDK or command line then talks to the emulator']],
    [
      'listeners',
      [
        'curl -s $AWS_ENDPOINT_URL/_listeners',
        'tells which loopback port serves which listener of which load balancer',
        `HTTPS: curl --cacert ${here(stack.emulator.caFile)} --connect-to HOST:443:127.0.0.1:PORT https://HOST/`,
      ],
    ],
    ['AWS calls', ['curl -s $AWS_ENDPOINT_URL/_calls']],
    ['logs', [`${here(product.directory)}/*.log`, `${here(controlPlane.directory)}/*.log`]],
    ['fixture', fixtureLines(stack)],
    ...(['webhook', 'controller'] as const).flatMap((role) =>
      running[role] ? [] : [[`by hand: ${role}`, byHand(stack, role)] as const],
    ),
    ['stop', ['npm run local:stop']],
  ]
  return sections.map(([title, lines]) => [title, ...lines.map((line) => `  ${line}`)].join('\n')).join('\n')
}

/** One line per kind of object: its names and ids. */
function fixtureLines({ fixture }: Stack): readonly string[] {
  return Object.entries(fixture).map(([name, value]) => `${name}: ${describe(value)}`)
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return value.map(describe).join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value)
  return 'id' in value
    ? `${String(value.id)} (${entries.flatMap(([key, part]) => (key === 'id' ? [] : [String(part)])).join(', ')})`
    : entries.map(([key, part]) => `${key} ${describe(part)}`).join(', ')
}

function byHand(stack: Stack, role: Role): readonly string[] {
  const flags = [...productFlags(role, stack.product), `--kubeconfig=${here(stack.kubeconfigs[role])}`]
  return [
    `. ${here(localFiles.awsEnvironment)} && node_modules/.bin/node ${role}/main.ts ${flags.join(' ')}`,
    ...(role === 'webhook' ? [`then register it: kubectl apply -k ${here(stack.manifests.whole)}`] : []),
  ]
}

function here(path: string): string {
  return relative(repository, join(path))
}
