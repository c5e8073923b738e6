import { AuthorizeSecurityGroupIngressCommand, EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import type { AwsState } from '../../aws/state.ts'
import type { RunningProcess, Stack } from '../../local/stack.ts'
import { ours, writesOf } from './aws.ts'
import { addressOf, applied, nodePortOf } from './controller.ts'
import { eventually, put } from './kubectl.ts'
import { startNamedServer } from './named-server.ts'
import { ingress, type Manifest, service } from './objects.ts'
import { runPod } from './pods.ts'
import { createNamespaces, stackFor } from './stack.ts'
import { type Answers, tellLoss, Traffic } from './traffic.ts'

export const namespace = 'gap'
const group = 'gap/echoserver'
const requestsPerSecond = 100

/** The block that clients come from, and their address. */
export const clients = '203.0.113.0/24'
const client = '203.0.113.7'

/** Paths of the hosts, each with its Service. */
export type Paths = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Three hosts over two Services with nodes behind them, `web` and `api`, and one with Pods, `pods`. */
export const hosts = {
  'shop.example.com': { '/api': 'api', '/': 'web' },
  'app.example.com': { '/': 'pods' },
  'old.example.com': { '/': 'api' },
} as const satisfies Paths

/** The same questions over HTTP and HTTPS. */
export const overBoth = (answers: Answers): Answers =>
  Object.fromEntries(
    Object.entries(answers).flatMap(([url, answer]) =>
      [`http://${url}`, `https://${url}`].map((each) => [each, answer]),
    ),
  )

const answersAtFirst: Answers = {
  ...overBoth({
    'shop.example.com/': 'web',
    'shop.example.com/api/v1': 'api',
    'shop.example.com/api/new': 'api',
    'shop.example.com/new': 'web',
    'app.example.com/': 'pods',
    'old.example.com/': 'api',
    'new.example.com/': '404',
  }),
  'http://shop.example.com:8080/': 'no listener',
}

/** A shop on one load balancer with HTTP and HTTPS, under a hundred requests a second. */
export interface Shop {
  readonly stack: Stack
  readonly traffic: Traffic
  /** Makes calls that are not counted, as a person with the console does. */
  readonly byHand: { readonly ec2: EC2Client; readonly elb: ElasticLoadBalancingV2Client }
  /** The Ingress, with further annotations and other paths. */
  readonly manifest: (more?: Readonly<Record<string, string>>, paths?: Paths) => Manifest
  readonly startController: () => Promise<RunningProcess>
  readonly endController: (signal: 'SIGTERM' | 'SIGKILL') => Promise<unknown>
  /** Has a Service's target answer for an instance id or address. */
  readonly standBehind: (name: string, id: string, port: number) => Promise<void>
  readonly behindNodes: (name: string, port: number) => Promise<void>
  /** What is in AWS of the group. */
  readonly state: () => Promise<AwsState>
  readonly until: (what: string, holds: (state: AwsState) => boolean) => Promise<true>
  /** One change under traffic. `after` has the questions that are answered otherwise after it. */
  readonly change: (name: string, after: Answers, work: () => Promise<unknown>) => Promise<unknown>
}

export const startShop = async (t: Test): Promise<Shop> => {
  const stack = await stackFor(t, { controller: false })
  const { emulator, fixture } = stack
  const settings = {
    endpoint: emulator.uncountedEndpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  const byHand = { ec2: new EC2Client(settings), elb: new ElasticLoadBalancingV2Client(settings) }
  t.teardown(() => [byHand.ec2, byHand.elb].forEach((each) => each.destroy()))
  const { standBehind, behindNodes } = await servers(t, stack)

  await createNamespaces(stack, [namespace])
  const pods = service({ namespace, name: 'pods', type: 'ClusterIP', keys: { 'target-type': 'ip' } })
  await put(stack, [...['web', 'api'].map((name) => service({ namespace, name })), pods])
  for (const name of ['web', 'api']) await behindNodes(name, await nodePortOf(stack, namespace, name))
  for (const [node, name] of ['one', 'two'].entries())
    await standBehind('pods', await runPod(stack, { namespace, name, app: 'pods', node, offset: 40 }), 8080)

  const keys = {
    scheme: 'internet-facing',
    'listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
    'certificate-arn': fixture.certificates['*.example.com'],
  }
  const manifest: Shop['manifest'] = (more = {}, paths = hosts) =>
    ingress({ namespace, keys: { ...keys, ...more }, spec: specOf(paths) })
  let controller: RunningProcess | undefined
  const startController: Shop['startController'] = async () => {
    controller = await stack.startController({ flags: ['--facts-refresh=1s', '--set-aside-max-delay=1s'] })
    return controller
  }

  await byHand.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: fixture.securityGroups.extra,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 443, IpRanges: [{ CidrIp: clients }] }],
    }),
  )
  await emulator.configure({ clientAddress: client, targetTimeoutSeconds: 30 })
  await startController()
  await put(stack, manifest())
  const dnsName = await addressOf(stack, namespace)
  await applied(stack, group)
  const traffic = await Traffic.start(stack, { dnsName, perSecond: requestsPerSecond, answers: answersAtFirst })
  t.teardown(() => traffic.stop())

  const state = async (): Promise<AwsState> => ours(await emulator.snapshot(), group)
  const until: Shop['until'] = (what, holds) =>
    eventually(what, async () => (holds(await state()) ? true : undefined), 30_000)
  const change: Shop['change'] = (name, after, work) =>
    t.test(name, async (t) => {
      await emulator.resetCalls()
      const { requests, rate, losses } = await traffic.during(name, after, async () => {
        await work()
        await quietWrites(stack)
      })
      const writes = writesOf(await emulator.calls()).map(({ action }) => action)
      const told = `${requests} requests, ${Math.round(rate)} a second, ${losses.length} lost`
      t.comment(`${told}; AWS writes: ${writes.join(', ')}`)
      t.ok(requests > 20, 'also a machine that is busy otherwise asks')
      t.same(losses.map(tellLoss), [])
    })
  return {
    stack,
    traffic,
    byHand,
    manifest,
    startController,
    endController: async (signal) => controller?.stop(signal),
    standBehind,
    behindNodes,
    state,
    until,
    change,
  }
}

/** Servers that answer with the name of their Service. */
const servers = async (t: Test, { emulator, fixture }: Stack): Promise<Pick<Shop, 'standBehind' | 'behindNodes'>> => {
  const names = ['web', 'api', 'pods'] as const
  const running = new Map(await Promise.all(names.map(async (name) => [name, await startNamedServer(name)] as const)))
  t.teardown(() => Promise.all([...running.values()].map((server) => server.stop())))
  const standBehind: Shop['standBehind'] = async (name, id, port) => {
    const server = [...running].find(([known]) => known === name)?.[1]
    if (server === undefined) throw new Error(`no server answers for ${name}`)
    await emulator.setTarget(id, port, { host: server.host, port: server.port })
  }
  const behindNodes: Shop['behindNodes'] = async (name, port) => {
    for (const { id } of fixture.instances) await standBehind(name, id, port)
  }
  return { standBehind, behindNodes }
}

const specOf = (paths: Paths): Manifest => ({
  ingressClassName: 'alb',
  rules: Object.entries(paths).map(([host, of]) => ({
    host,
    http: {
      paths: Object.entries(of).map(([path, name]) => ({
        path,
        pathType: 'Prefix',
        backend: { service: { name, port: { number: 80 } } },
      })),
    },
  })),
})

/** Waits until nothing was written for a while. */
const quietWrites = async ({ emulator }: Stack): Promise<void> => {
  for (let before = -1; ;) {
    const now = writesOf(await emulator.calls()).length
    if (now === before) return
    before = now
    await delay(400)
  }
}

/** The listener on a port. */
export const listenerOf = (state: AwsState, port: number) =>
  state.loadBalancers[0]?.listeners.find((listener) => listener.port === port)

/** The target groups that rules of the HTTPS listener forward to now. */
export const targetGroupsInUse = (state: AwsState) => {
  const actions = listenerOf(state, 443)?.rules.flatMap((rule) => rule.actions) ?? []
  const arns = new Set(
    actions.flatMap((action) =>
      action.type === 'forward' ? action.targetGroups.filter(({ weight }) => weight > 0).map(({ arn }) => arn) : [],
    ),
  )
  return state.targetGroups.filter(({ arn }) => arns.has(arn))
}

/** The target group of a Service that is in use. */
export const targetGroupOf = (state: AwsState, name: string) =>
  targetGroupsInUse(state).find(({ tags }) => tags['ingress.k8s.aws/resource']?.includes(`-${name}:`))
