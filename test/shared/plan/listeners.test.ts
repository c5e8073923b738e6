import t from 'tap'
import type { DesiredListener } from '../../../shared/model/model.ts'
import type { ObservedListener } from '../../../shared/model/observed.ts'
import { planListeners } from '../../../shared/plan/listeners.ts'
import { awsListener, awsRule, desiredListener, desiredRule, idOf, tagsOf, worldOf, written } from './stack.ts'

const refs = { arnOf: () => 'tg-web', standInOf: () => undefined, refOf: () => ({ arn: 'tg-web' }) }

const planned = (observed: readonly ObservedListener[], desired: readonly DesiredListener[]): readonly string[] =>
  written((writer) => planListeners(writer, worldOf(), { arn: 'alb-1' }, desired, observed, refs))

const here = awsListener([awsRule(1, 'a')])
const wanted = desiredListener([desiredRule('a')])
const wanted8080 = desiredListener([desiredRule('a')], { port: 8080 })

const cases: readonly {
  readonly name: string
  readonly aws: readonly ObservedListener[]
  readonly desired: readonly DesiredListener[]
  readonly want: readonly string[]
}[] = [
  { name: 'the same listener: nothing', aws: [here], desired: [wanted], want: [] },
  {
    name: 'a new listener with its rules before the rules of live ones',
    aws: [awsListener([])],
    desired: [wanted, wanted8080],
    want: [
      'make   create-listener HTTP:8080 on alb-1 default fixed-response 404 text/plain {ingress.k8s.aws/resource=8080}',
      'make   create-rule 8080:1 host-header=a -> forward tg-web {ingress.k8s.aws/resource=8080:1}',
      'make   create-rule 80:1 host-header=a -> forward tg-web {ingress.k8s.aws/resource=80:1}',
    ],
  },
  {
    name: 'another port: the new listener with its rules, then the old one goes with its own',
    aws: [here],
    desired: [wanted8080],
    want: [
      'make   create-listener HTTP:8080 on alb-1 default fixed-response 404 text/plain {ingress.k8s.aws/resource=8080}',
      'make   create-rule 8080:1 host-header=a -> forward tg-web {ingress.k8s.aws/resource=8080:1}',
      'remove delete-listener listener-80',
    ],
  },
  {
    name: 'another default action is a change in place',
    aws: [here],
    desired: [{ ...wanted, defaultAction: { is: 'forward', targetGroup: idOf('web') } }],
    want: ['switch modify-listener listener-80 HTTP:80 default forward tg-web'],
  },
  {
    name: 'another protocol on the port is a change in place',
    aws: [{ ...here, protocol: 'HTTPS' }],
    desired: [wanted],
    want: ['switch modify-listener listener-80 HTTP:80 default fixed-response 404 text/plain'],
  },
  {
    name: 'tags of a listener: ours are set, others removed, also those of version 1',
    aws: [{ ...here, tags: { 'kubernetes.io/ingress-name': 'web', 'ingress.k8s.aws/stack': 'shop/web' } }],
    desired: [wanted],
    want: [
      'switch tag listener-80 +elbv2.k8s.aws/cluster=demo +ingress.k8s.aws/resource=80 -kubernetes.io/ingress-name',
    ],
  },
  {
    name: 'a user tag on a listener that is there',
    aws: [here],
    desired: [{ ...wanted, tags: { ...tagsOf('80'), Team: 'shop' } }],
    want: ['switch tag listener-80 +Team=shop'],
  },
]

for (const { name, aws, desired, want } of cases)
  void t.test(name, async (t) => {
    t.same(planned(aws, desired), want)
  })
