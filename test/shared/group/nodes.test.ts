import t from 'tap'
import { judgeIngress } from '../../../shared/group/admission.ts'
import { warningText } from '../../../shared/findings/text.ts'
import type { Ingress, Node } from '../../../shared/kubernetes/objects.ts'
import { facts, ingress, node, path, service } from '../../builders.ts'

const told = (nodes: readonly Node[], after: Ingress = ingress()): readonly string[] =>
  judgeIngress(
    { operation: 'CREATE', after, dryRun: false },
    facts({ nodes, services: [service(), service({ name: 'second' })] }),
  ).findings.map(warningText)

const many = (count: number): readonly Node[] =>
  Array.from({ length: count }, (_, index) =>
    node({ name: `node-${index}`, providerId: `aws:///ap-northeast-1a/i-${index.toString(16).padStart(4, '0')}` }),
  )

const two = ingress({
  spec: { ...ingress().spec, rules: [{ paths: [path(), path({ path: '/second', service: 'second' })] }] },
})

const kind = (name: string): Node => node({ name, providerId: `kind://${name}` })

void t.test('SVC-23: nodes that are no EC2 instances are told, with targets by instance alone', async (t) => {
  t.same(told([node(), kind('a')]), ['node a is no EC2 instance by its providerID, so it gets no requests'])
  t.same(told(['d', 'c', 'b', 'a'].map(kind)), [
    '4 nodes are no EC2 instances by their providerID, so they get no requests: a, b, c, ...',
  ])
  t.same(told([kind('a')], ingress({ keys: { 'target-type': 'ip' } })), [])
  t.same(told([node({ providerId: 'eks-hybrid:///region/cluster/mi-1' })]), [])
  t.same(told([node({ ...kind('a'), ready: 'False' })]), [])
})

void t.test('SVC-24: targets are counted for each Service, and never denied', async (t) => {
  t.same(told(many(799)), [])
  t.same(told(many(800)), ['group echoserver/echoserver: 800 of 1000 targets used'])
  t.same(told(many(1000)), ['group echoserver/echoserver: 1000 of 1000 targets used'])
  t.same(told(many(1001)), ['group echoserver/echoserver: 1001 targets, a load balancer takes 1000'])
  t.same(told(many(501), two), ['group echoserver/echoserver: 1002 targets, a load balancer takes 1000'])
})
