import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { z } from 'zod'
import { sha256Hex } from '../../shared/names/sha256.ts'
import { tagKeys } from '../../shared/names/tags.ts'
import { loadBalancerAttributes, targetGroupAttributes } from '../aws/proxy/attributes.ts'
import { createFixture } from '../aws/fixture.ts'
import { endStateOf } from '../lbc-end-states/account.ts'
import { endStateBinding, type LiveBinding, manifestOf, readBindings } from '../lbc-end-states/bindings.ts'
import { caseNames, type EndState, type LbcCase, readCase } from '../lbc-end-states/case.ts'
import { differences } from '../lbc-end-states/difference.ts'
import { keptApart, manifestsOf, nodeRulesOf } from '../lbc-end-states/kept-apart.ts'
import { namedDifferences } from '../lbc-end-states/named-differences.ts'
import { normal } from '../lbc-end-states/normal.ts'
import { onAws } from '../lbc-end-states/on-aws.ts'
import { LbcAccount } from '../lbc-end-states/put.ts'
import { quietCalls, writeActions } from './support/aws.ts'
import { logOf, passMilliseconds } from './support/controller.ts'
import { apply, eventually, put, succeed } from './support/kubectl.ts'
import { stackFor } from './support/stack.ts'

const stack = await stackFor(t, { controller: false })
const { emulator, fixture } = stack
const flags = ['--log-level=debug', '--aws-api-throttle=Elastic Load Balancing v2:.*=1000:1000,EC2:.*=1000:1000']
let controller = await stack.startController({ flags })

/** All cases side by side in one cluster, whose nodes they share. */
const cases = caseNames.map((name, index) => ({ name, lbc: keptApart(onAws(name), index) }))
const groupOf = ({ namespace }: LbcCase): string => `${namespace}/web`
/** Longest time until all groups are there. */
const allMilliseconds = 90_000

/** An attribute at its default is none. */
const withoutDefaults = (state: EndState): EndState => ({
  ...state,
  loadBalancers: state.loadBalancers.map((of) => ({ ...of, ...attributesSet(of, loadBalancerAttributes) })),
  targetGroups: state.targetGroups.map((of) => ({ ...of, ...attributesSet(of, targetGroupAttributes) })),
})

const attributesSet = (
  { attributes = {} }: { readonly attributes?: Readonly<Record<string, string>> },
  known: Readonly<Record<string, { readonly fallback: string }>>,
): { readonly attributes: Record<string, string> } => ({
  attributes: Object.fromEntries(Object.entries(attributes).filter(([key, value]) => known[key]?.fallback !== value)),
})

/** Without the rules on the nodes, which are those of all cases together. */
const comparable = (state: EndState): EndState => ({
  ...withoutDefaults(state),
  securityGroups: state.securityGroups.map((of) => (of.name === 'nodes' ? { ...of, inbound: [] } : of)),
})

const bindings = async (): Promise<readonly LiveBinding[]> =>
  readBindings(await succeed(stack, ['get', 'targetgroupbindings', '-A', '-o', 'json']))

const ingresses = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ namespace: z.string(), finalizers: z.array(z.string()).default([]) }),
      status: z.object({
        loadBalancer: z.object({
          ingress: z
            .array(z.object({ hostname: z.string(), ports: z.array(z.object({ port: z.number() })).default([]) }))
            .default([]),
        }),
      }),
    }),
  ),
})

/** Waits until the controller has reconciled every group, and every binding that is there then. */
const reconciled = async (): Promise<void> => {
  await eventually(
    'every group reconciled',
    () => {
      const seen = new Set(logOf(controller).flatMap(({ msg, group }) => (msg === 'reconciled group' ? [group] : [])))
      return Promise.resolve(cases.every(({ lbc }) => seen.has(groupOf(lbc))) || undefined)
    },
    allMilliseconds,
  )
  await eventually(
    'every binding reconciled',
    async () =>
      (await bindings()).every(({ metadata, status }) => status.observedGeneration === metadata.generation) ||
      undefined,
    passMilliseconds,
  )
}

await t.test('all cases, side by side, end as LBC left them', async (t) => {
  const found = new Map<string, readonly string[]>()
  await put(
    stack,
    cases.flatMap(({ lbc }) => manifestsOf(lbc, fixture)),
  )
  for (const [index, { name, lbc }] of cases.entries()) {
    const asLbcTookIt = keptApart(readCase(name), index)
    if (isDeepStrictEqual(asLbcTookIt, lbc)) continue
    const { stderr } = await apply(stack, manifestsOf(asLbcTookIt, fixture))
    found.set(
      name,
      Array.from(stderr.matchAll(/\[(\w+)\]$/gm), ([, code]) => `refused: ${code ?? ''}`),
    )
  }
  await reconciled()

  const state = await emulator.snapshot()
  const live = await bindings()
  for (const { name, lbc } of cases) {
    const ours = normal(
      comparable(endStateOf(state, fixture, groupOf(lbc))),
      live
        .filter(({ metadata }) => metadata.namespace === lbc.namespace)
        .map((binding) => endStateBinding(binding, state, fixture)),
    )
    const theirs = normal(comparable(withDiscovered(lbc)), lbc.kubernetes.bindings)
    const lines = [...(found.get(name) ?? []), ...differences(ours, theirs)]
    const wanted = (namedDifferences[name] ?? []).map(({ line }) => line)
    t.same(lines, wanted, `${name}: ${wanted.length} named differences and no other`)
  }
  t.same(
    Object.keys(namedDifferences).filter((name) => !caseNames.includes(name)),
    [],
    'differences are named of cases that there are',
  )
  const nodes = endStateOf(state, fixture, '').securityGroups.find(({ name }) => name === 'nodes')
  t.same(nodes?.inbound, nodeRulesOf(cases.map(({ lbc }) => lbc.aws)), 'the rules on the nodes')
})

await t.test('finalizers and status are those of LBC', async (t) => {
  const state = await emulator.snapshot()
  const { items } = ingresses.parse(JSON.parse(await succeed(stack, ['get', 'ingress', '-A', '-o', 'json'])))
  t.equal(items.length, cases.length)
  for (const { name, lbc } of cases) {
    const [of] = items.filter(({ metadata }) => metadata.namespace === lbc.namespace)
    const balancer = state.loadBalancers.find(({ tags }) => tags['ingress.k8s.aws/stack'] === groupOf(lbc))
    const ports = lbc.aws.loadBalancers.flatMap(({ listeners }) => listeners.map(({ port }) => port))
    t.same(of?.metadata.finalizers, ['ingress.k8s.aws/resources'], `${name}: finalizers`)
    t.same(
      of?.status.loadBalancer.ingress,
      [{ hostname: balancer?.dnsName.toLowerCase(), ports: ports.toSorted((a, b) => a - b).map((port) => ({ port })) }],
      `${name}: status`,
    )
  }
})

await t.test('all cases are taken over from LBC without a write', async (t) => {
  await controller.stop()
  await succeed(
    stack,
    ['replace', '-f', '-'],
    (await bindings()).map((of) => ({ ...of, metadata: { ...of.metadata, finalizers: [] } })),
  )
  await succeed(stack, ['delete', 'targetgroupbindings', '-A', '--all'])
  await succeed(stack, ['delete', 'configmaps', '-n', 'alb-ingress', '--all'])
  await emulator.reset()
  t.same(await createFixture(emulator), fixture, 'the same account, with nothing of ours in it')

  const account = new LbcAccount(emulator, fixture)
  t.teardown(() => account.destroy())
  // An older LBC, or a Service that was there before, gave other hashes.
  const named = cases.map(({ lbc: { kubernetes, ...lbc } }) => ({
    ...lbc,
    aws: {
      ...withDiscovered(lbc),
      targetGroups: lbc.aws.targetGroups.map((of) => ({
        ...of,
        name: hashed(of.name, of.tags[tagKeys.resource] ?? ''),
      })),
    },
    bindings: kubernetes.bindings.map((of) => {
      const resource = `${lbc.namespace}/web-${of.spec.serviceRef.name}:${String(of.spec.serviceRef['port'])}`
      return { resource, binding: { ...of, name: hashed(of.name, resource) } }
    }),
  }))
  for (const { aws } of named)
    await account.put({ ...aws, securityGroups: aws.securityGroups.filter(({ name }) => name !== 'nodes') })
  await account.authorize('nodes', nodeRulesOf(named.map(({ aws }) => aws)))
  await put(
    stack,
    named.flatMap(({ namespace, bindings: of }) =>
      of.map(({ resource, binding }) =>
        manifestOf(namespace, binding, account.id(`tg:${resource}`), (symbol) => account.id(symbol)),
      ),
    ),
  )
  const before = { aws: await emulator.snapshot(), bindings: await bindings() }
  t.equal(before.aws.loadBalancers.length, cases.length)

  await emulator.resetCalls()
  controller = await stack.startController({ flags })
  await reconciled()
  const calls = await quietCalls(emulator)
  t.same(writeActions(calls), [], 'no write')
  t.same(
    calls.filter(({ action }) => action === 'DescribeTargetHealth').length,
    before.bindings.length,
    'the targets of every binding were looked at',
  )
  t.same(await emulator.snapshot(), before.aws)
  t.same(specs(await bindings()), specs(before.bindings), 'no binding was written')
  t.comment(`${cases.length} groups taken over with ${calls.length} AWS calls`)
})

/**
 * LBC's end state with the certificates of this account, whose ARNs are in another order than those of its run: of the
 * certificates that are found by host the first by ARN is the default.
 */
function withDiscovered({ objects, aws }: Pick<LbcCase, 'objects' | 'aws'>): EndState {
  if (JSON.stringify(objects).includes('certificate-arn')) return aws
  const arns = new Map<string, string>(
    Object.entries(fixture.certificates).map(([domain, arn]) => [`cert:${domain}`, arn]),
  )
  const byArn = (left: string, right: string): number => ((arns.get(left) ?? '') < (arns.get(right) ?? '') ? -1 : 1)
  return {
    ...aws,
    loadBalancers: aws.loadBalancers.map((of) => ({
      ...of,
      listeners: of.listeners.map((listener) => ({
        ...listener,
        default: listener.extra.toSorted(byArn).slice(0, listener.default.length),
      })),
    })),
  }
}

/** `#` in the name of a target group as a hash, of each another one. */
function hashed(name: string, resource: string): string {
  return name.replace('#', sha256Hex(resource).slice(0, 10))
}

/** All of the bindings but their status. */
function specs(all: readonly LiveBinding[]): readonly Pick<LiveBinding, 'metadata' | 'spec'>[] {
  return all.map(({ metadata: { resourceVersion: _, ...metadata }, spec }) => ({ metadata, spec }))
}
