import t from 'tap'
import { addIpv6 } from '../aws/fixture-ipv6.ts'
import { nodeRules, nothing, ours, quietCalls, writeActions } from './support/aws.ts'
import { addressOf, applied, eventOn } from './support/controller.ts'
import { accepted, refused } from './support/expect.ts'
import { apply, eventually, succeed } from './support/kubectl.ts'
import { ingress } from './support/objects.ts'
import { createNamespaces, stackFor } from './support/stack.ts'

const stack = await stackFor(t)
const { emulator, fixture } = stack
const namespace = 'echoserver'
const group = 'echoserver/echoserver'
const backendGroup = 'k8s-traffic-demo-2a97516c35'
const managedGroup = 'k8s-echoserv-echoserv-11a2c17603'
const annotation = (key: string) => `metadata.annotations[alb.ingress.kubernetes.io/${key}]`
const invalid = 'The Ingress "echoserver" is invalid: '
const facing = { scheme: 'internet-facing' } as const

const applyKeys = (keys: Readonly<Record<string, string>>) => apply(stack, ingress({ namespace, keys }))

/** Applies keys that are admitted, and waits until AWS has what they ask for. */
const change = async (
  t: Parameters<typeof accepted>[0],
  keys: Readonly<Record<string, string>>,
  warnings: readonly string[] = [],
): Promise<void> => {
  accepted(t, await applyKeys(keys), ['ingress.networking.k8s.io/echoserver configured'], warnings)
  digest = await applied(stack, group, digest)
}

let digest: string | undefined

/** The one load balancer; its security groups and subnets by name. */
const loadBalancer = async () => {
  const state = await emulator.snapshot()
  const [only] = ours(state).loadBalancers
  if (only === undefined) throw new Error('there is no load balancer')
  const nameOfGroup = new Map(state.securityGroups.map(({ id, name }) => [id, name]))
  const nameOfSubnet = new Map(Object.entries(fixture.subnets).map(([name, { id }]) => [id, name]))
  return {
    ipAddressType: only.ipAddressType,
    securityGroups: only.securityGroups.map((id) => nameOfGroup.get(id) ?? id).toSorted(),
    subnets: only.subnets.map((id) => nameOfSubnet.get(id) ?? id).toSorted(),
  }
}

const groupNames = async (): Promise<readonly string[]> =>
  ours(await emulator.snapshot()).securityGroups.map(({ name }) => name)

await createNamespaces(stack, [namespace])

await t.test('security groups that are not there are refused, and named with what is', async (t) => {
  refused(t, await applyKeys({ ...facing, 'security-groups': 'extrb,sg-0123456789abcdef0' }), [
    'Warning: security-groups: targets must admit these groups, or set manage-backend-security-group-rules',
    invalid,
    `* ${annotation('security-groups')}: Not found: "extrb": no security group of ${fixture.vpcId} has this tag Name; did you mean "extra"? [SecurityGroupNotFound]`,
    `* ${annotation('security-groups')}: Not found: "sg-0123456789abcdef0": no such security group in this account and region; write an id that 'aws ec2 describe-security-groups' shows [SecurityGroupNotFound]`,
  ])
})

await t.test('a load balancer has the groups that are named, and nobody opens its targets', async (t) => {
  accepted(
    t,
    await applyKeys({ ...facing, 'security-groups': 'extra' }),
    ['ingress.networking.k8s.io/echoserver created'],
    ['security-groups: targets must admit these groups, or set manage-backend-security-group-rules'],
  )
  await addressOf(stack, namespace)
  digest = await applied(stack, group)
  t.same((await loadBalancer()).securityGroups, ['extra'])
  t.same(await groupNames(), [])
  t.same(nodeRules(stack, await emulator.snapshot()), [])
})

await t.test('with rules on targets it has the backend group too, by which the nodes admit it', async (t) => {
  await change(t, { ...facing, 'security-groups': 'extra', 'manage-backend-security-group-rules': 'true' })
  t.same((await loadBalancer()).securityGroups, ['extra', backendGroup])
  t.same(await groupNames(), [backendGroup])
  await quietCalls(emulator)
  t.equal(nodeRules(stack, await emulator.snapshot()).length, 1)
})

await t.test('without named groups the managed one is made, which is told to open the load balancer', async (t) => {
  await change(t, facing, ['inbound-cidrs: port 80 is open to 0.0.0.0/0'])
  t.same((await loadBalancer()).securityGroups, [managedGroup, backendGroup].toSorted())
})

await t.test('and it goes once groups are named again', async (t) => {
  await change(t, {
    ...facing,
    'security-groups': fixture.securityGroups.extra,
    'manage-backend-security-group-rules': 'true',
  })
  t.same(await groupNames(), [backendGroup])
  await change(t, facing, ['inbound-cidrs: port 80 is open to 0.0.0.0/0'])
})

await t.test('dual stack is refused until the subnets have IPv6 blocks, and then changed in place', async (t) => {
  // The webhook lists load balancers anew after 5 s; until then it takes the Ingress for one without.
  const stderr = await eventually('the webhook to know the load balancer', async () => {
    const refusal = await applyKeys({ ...facing, 'ip-address-type': 'dualstack' })
    return refusal.stderr.includes('SubnetWithoutIpv6') ? refusal.stderr : undefined
  })
  for (const name of ['public-a', 'public-c', 'public-d'] as const)
    t.match(
      stderr,
      `* ${annotation('ip-address-type')}: Invalid value: "${fixture.subnets[name].id}": ${fixture.subnets[name].id} has no IPv6 CIDR, and the load balancer is dual stack; associate an IPv6 CIDR with it, or write ip-address-type: ipv4 [SubnetWithoutIpv6]`,
    )
  await addIpv6(emulator, fixture)
  await emulator.resetCalls()
  // What AWS said a moment ago counts for 5 s.
  const result = await eventually('the dual stack to be admitted', async () => {
    const again = await applyKeys({ ...facing, 'ip-address-type': 'dualstack' })
    return again.code === 0 ? again : undefined
  })
  accepted(t, result, ['ingress.networking.k8s.io/echoserver configured'])
  digest = await applied(stack, group, digest)
  t.equal((await loadBalancer()).ipAddressType, 'dualstack')
  t.same(writeActions(await quietCalls(emulator)).toSorted(), ['AuthorizeSecurityGroupIngress', 'SetIpAddressType'])
})

await t.test(
  'subnets are written by Name; without them the load balancer stays, and more zones are told of',
  async (t) => {
    const dual = { ...facing, 'ip-address-type': 'dualstack' }
    await change(t, { ...dual, subnets: 'public-ap-northeast-1c,public-ap-northeast-1a' })
    t.same((await loadBalancer()).subnets, ['public-a', 'public-c'])
    const told = `subnets: 2 zones in use, discovery would now choose 3; write subnets to add ${fixture.subnets['public-d'].id}`
    t.equal((await applyKeys(dual)).code, 0)
    t.match(await eventOn(stack, namespace, 'SubnetsOutdated'), { message: told })
    t.same((await loadBalancer()).subnets, ['public-a', 'public-c'])
  },
)

await t.test('the deletion leaves nothing but what was there', async (t) => {
  await succeed(stack, ['delete', 'ingress', 'echoserver', '-n', namespace])
  t.same(ours(await emulator.snapshot()), nothing)
  t.same(nodeRules(stack, await emulator.snapshot()), [])
  t.ok((await emulator.snapshot()).securityGroups.some(({ id }) => id === fixture.securityGroups.extra))
})
