import t from 'tap'
import type { DesiredSecurityGroup } from '../../../shared/model/model.ts'
import type { ObservedSecurityGroup } from '../../../shared/model/observed.ts'
import { findManagedGroup, planManagedGroup, sameRule } from '../../../shared/plan/security-group.ts'
import { awsSecurityGroup, built, frontend, inbound, tagsOf, worldOf, written } from './stack.ts'

interface Case {
  readonly name: string
  readonly aws: readonly ObservedSecurityGroup[]
  readonly desired?: Partial<DesiredSecurityGroup>
  readonly want: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'none there: the group, then its rules in one call',
    aws: [],
    desired: {
      inbound: [
        { port: 80, cidr: '0.0.0.0/0' },
        { port: 8080, cidr: '0.0.0.0/0' },
      ],
    },
    want: [
      'make   create-security-group k8s-shop-web-2 "managed" {ingress.k8s.aws/resource=ManagedLBSecurityGroup}',
      'make   authorize-ingress k8s-shop-web-2 tcp 80 from 0.0.0.0/0, tcp 8080 from 0.0.0.0/0',
    ],
  },
  { name: 'the same group: nothing', aws: [awsSecurityGroup()], want: [] },
  {
    name: 'a description by hand on a rule that is wanted: nothing',
    aws: [awsSecurityGroup({ inbound: [{ ...inbound(80), description: 'by hand' }] })],
    want: [],
  },
  {
    name: 'another port: tags, then the new rule, and the old one is revoked at the end',
    aws: [awsSecurityGroup({ inbound: [inbound(8080)], tags: { ...tagsOf('ManagedLBSecurityGroup'), Old: 'x' } })],
    want: [
      'switch tag-ec2 sg-1 -Old',
      'make   authorize-ingress sg-1 tcp 80 from 0.0.0.0/0',
      'remove revoke-ingress sg-1 tcp 8080 from 0.0.0.0/0',
    ],
  },
  {
    name: 'rules of every kind that are not wanted are revoked in one call, since the group is wholly ours',
    aws: [
      awsSecurityGroup({
        inbound: [
          inbound(80),
          inbound(80, '10.0.0.0/8'),
          { ...inbound(22), source: { is: 'group', groupId: 'sg-9' } },
          { ...inbound(443), source: { is: 'prefix-list', id: 'pl-1' } },
          { ...inbound(0), protocol: '-1', fromPort: -1, toPort: -1 },
        ],
      }),
    ],
    want: [
      'remove revoke-ingress sg-1 tcp 80 from 10.0.0.0/8, tcp 22 from sg-9, tcp 443 from pl-1, -1 -1 from 0.0.0.0/0',
    ],
  },
  {
    name: 'no listener: every rule is revoked',
    aws: [awsSecurityGroup()],
    desired: { inbound: [] },
    want: ['remove revoke-ingress sg-1 tcp 80 from 0.0.0.0/0'],
  },
]

for (const { name, aws, desired = {}, want } of cases)
  void t.test(name, async (t) => {
    const world = worldOf({ observed: { ...built, securityGroups: aws } })
    const lines = written((writer) => {
      planManagedGroup(writer, world, { ...frontend, ...desired }, ['shop/web']).revoke()
    })
    t.same(lines, want)
  })

void t.test('the managed group is the one of our resource id, of several the first by id', async (t) => {
  t.equal(findManagedGroup([]), undefined)
  t.equal(findManagedGroup([awsSecurityGroup({ tags: tagsOf('other') })]), undefined)
  t.equal(findManagedGroup([awsSecurityGroup({ id: 'sg-2' }), awsSecurityGroup({ id: 'sg-1' })])?.id, 'sg-1')
})

void t.test('rules are equal by protocol, ports and source', async (t) => {
  t.ok(sameRule(inbound(80), { ...inbound(80), description: 'x' }))
  t.notOk(sameRule(inbound(80), inbound(81)))
  t.notOk(sameRule(inbound(80), { ...inbound(80), fromPort: 79 }))
  t.notOk(sameRule(inbound(80), { ...inbound(80), toPort: 81 }))
  t.notOk(sameRule(inbound(80), { ...inbound(80), protocol: 'udp' }))
  t.notOk(sameRule(inbound(80), inbound(80, '::/0')))
})
