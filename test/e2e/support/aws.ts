import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { startEchoServer } from '../../aws/echo-server.ts'
import type { Call, Emulator } from '../../aws/emulator.ts'
import { normalForm } from '../../aws/normal-form.ts'
import type { AwsState } from '../../aws/state.ts'
import type { Stack } from '../../local/stack.ts'
import type { Test } from 'tap'
import { eventually } from './kubectl.ts'

/** Calls by action, `CreateRule 1, DescribeRules 2`, in the order of their first use. */
export const byAction = (calls: readonly Pick<Call, 'action'>[]): string => {
  const counts = new Map<string, number>()
  for (const { action } of calls) counts.set(action, (counts.get(action) ?? 0) + 1)
  return [...counts].map(([action, count]) => `${action} ${count}`).join(', ')
}

export const writesOf = (calls: readonly Call[]): readonly Call[] => calls.filter(({ write }) => write)

/** Actions of the writes, in their order. */
export const writeActions = (calls: readonly Call[]): readonly string[] => writesOf(calls).map(({ action }) => action)

/** What a step cost, for people who read the tests' output. */
export const tellCalls = (t: Pick<Test, 'comment'>, step: string, calls: readonly Call[]): void => {
  t.comment(`${step}: ${calls.length} AWS calls, ${writesOf(calls).length} of them writes (${byAction(calls)})`)
}

/** Waits until no call came for the given time, and answers all that were counted. */
export const quietCalls = async (emulator: Emulator, quietMilliseconds = 600): Promise<readonly Call[]> => {
  for (let before = await emulator.calls(); ;) {
    await delay(quietMilliseconds)
    const now = await emulator.calls()
    if (now.length === before.length) return now
    before = now
  }
}

const clusterTag = 'elbv2.k8s.aws/cluster'
const stackTag = 'ingress.k8s.aws/stack'

/** The part of the account that belongs to a group, or to our cluster where no group is named. */
export const ours = (state: AwsState, group?: string): AwsState => {
  const isOurs = ({ tags }: { readonly tags: Readonly<Record<string, string>> }) =>
    tags[clusterTag] === 'demo' && (group === undefined || tags[stackTag] === group)
  return {
    loadBalancers: state.loadBalancers.filter(isOurs),
    targetGroups: state.targetGroups.filter(isOurs),
    securityGroups: state.securityGroups.filter(isOurs),
  }
}

export const nothing: AwsState = { loadBalancers: [], targetGroups: [], securityGroups: [] }

/** Inbound rules on the security group of the nodes. */
export const nodeRules = ({ fixture }: Stack, state: AwsState) =>
  state.securityGroups.find(({ id }) => id === fixture.securityGroups.nodes)?.inbound ?? []

/** The whole account, comparable between runs. */
export const comparableState = async ({ emulator, fixture }: Stack): Promise<unknown> =>
  normalForm(await emulator.snapshot(), fixture)

export interface Answered {
  readonly status: number
  readonly body: string
}

/** A GET request to a loopback port, as `curl -H "Host: HOST" http://127.0.0.1:PORT/PATH` makes it. */
export const get = (port: number, path: string, host?: string): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host }
    const outgoing = request({ host: '127.0.0.1', port, path, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.once('error', reject)
      incoming.once('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
    })
    outgoing.setTimeout(15_000, () => outgoing.destroy(new Error(`no answer from port ${port} in 15 s`)))
    outgoing.once('error', reject)
    outgoing.end()
  })

/** The loopback port that answers for a listener of the load balancer with this DNS name. */
export const listenerPort = async ({ emulator }: Stack, dnsName: string, port = 80): Promise<number> => {
  const found = (await emulator.listeners()).find((one) => one.dnsName === dnsName && one.port === port)
  if (found === undefined) throw new Error(`${dnsName} has no listener on port ${port}`)
  return found.loopbackPort
}

/** Puts an echo server behind a node port of all nodes; it stops when the tests end. */
export const echoBehind = async (t: Test, { emulator, fixture }: Stack, nodePort: number): Promise<void> => {
  const echo = await startEchoServer()
  t.teardown(() => echo.stop())
  for (const { id } of fixture.instances) await emulator.setTarget(id, nodePort, { host: echo.host, port: echo.port })
}

/** Asks until a target answers: a new one is not healthy at once. */
export const getOnceHealthy = (port: number, path: string, host: string): Promise<Answered> =>
  eventually(`an answer of a target for ${host}${path}`, async () => {
    const answer = await get(port, path, host)
    return answer.status === 200 ? answer : undefined
  })
