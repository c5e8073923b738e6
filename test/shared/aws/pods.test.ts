import t from 'tap'
import { isWithin, PodSecurityGroups } from '../../../shared/aws/pods.ts'
import { addPods } from '../../aws/fixture-pods.ts'
import { startEmulated } from './emulated.ts'

void t.test('an address lies in a block of its family', async (t) => {
  t.equal(isWithin('10.0.16.70', ['10.1.0.0/16', '10.0.16.64/28']), true)
  t.equal(isWithin('10.0.16.80', ['10.0.16.64/28']), false)
  t.equal(isWithin('2001:db8::1', ['10.0.0.0/8', '2001:db8::/32']), true)
  t.equal(isWithin('none', ['10.0.0.0/8', 'none']), false)
})

void t.test('the groups of Pods are found by address and prefix of the instance, and asked for once', async (t) => {
  const emulated = await startEmulated((line) => t.comment(line))
  t.teardown(() => emulated.stop())
  const { emulator, fixture, aws, actions } = emulated
  const [node] = fixture.instances
  if (node === undefined) throw new Error('the fixture has no instance')
  const [first = '', second = '', third = ''] = node.address.split('.')
  const at = (last: number): string => [first, second, third, String(last)].join('.')
  await addPods(emulator, [
    { instance: node.id, address: at(40) },
    { instance: node.id, address: at(70), prefix: `${at(64)}/28` },
  ])
  const groups = (await emulator.snapshot()).securityGroups
  const nodes = groups.find(({ name }) => name === 'nodes')?.id ?? ''
  const on = { is: 'instance', instanceId: node.id } as const
  const places = [
    { key: 'address', address: at(40), on },
    { key: 'prefix', address: at(70), on },
    { key: 'nowhere', address: '192.0.2.1', on },
    { key: 'hybrid', address: '192.0.2.2', on: { is: 'none' } },
  ] as const
  const pods = new PodSecurityGroups(aws, { vpcId: fixture.vpcId }, { maxAgeMs: 60_000 })
  await actions()
  const found = await pods.of(places)
  t.same(Object.fromEntries(found), { address: [nodes], prefix: [nodes], hybrid: 'none' })
  t.same(await actions(), ['DescribeInstances'])
  await pods.of(places.filter(({ key }) => key !== 'nowhere'))
  t.same(await actions(), [])
})
