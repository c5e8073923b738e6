import t from 'tap'
import { defaultAnnotations } from '../../../shared/features/defaulting.ts'
import { judgeIngress } from '../../../shared/group/admission.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { certificate, facts, flags, ingress, type IngressChanges, path } from '../../builders.ts'
import { verdict } from '../../../webhook/verdict.ts'

const certificateArn = certificate().arn

const defaulted = (object: Ingress): Ingress => {
  const { set, remove } = defaultAnnotations(object, undefined, flags())
  const annotations = Object.entries({ ...object.annotations, ...set }).filter(([key]) => !remove.includes(key))
  return { ...object, annotations: Object.fromEntries(annotations) }
}

const warnings = (from: IngressChanges, to: IngressChanges): readonly string[] => {
  const before = defaulted(ingress(from))
  const added = ingress(to)
  const after = defaulted({ ...added, annotations: { ...before.annotations, ...added.annotations } })
  const judgement = judgeIngress(
    { operation: 'UPDATE', before, after, dryRun: false },
    facts({ certificates: [certificate()] }),
  )
  return verdict({ ...judgement, dryRun: false }).warnings
}

void t.test('a certificate moves the default listener: the one that goes and the default are told', async (t) => {
  t.same(warnings({}, { keys: { 'certificate-arn': certificateArn } }), [
    'listen-ports: listener HTTP:80 and its 1 rule will be removed',
    'listen-ports: default changes from [{"HTTP":80}] to [{"HTTPS":443}]',
  ])
})

void t.test('a port whose protocol changes is told', async (t) => {
  t.same(
    warnings(
      { keys: { 'listen-ports': '[{"HTTP":8443}]' } },
      { keys: { 'listen-ports': '[{"HTTPS":8443}]', 'certificate-arn': certificateArn } },
    ),
    ['listen-ports: port 8443 changes from HTTP to HTTPS'],
  )
})

const withPaths = (...paths: readonly string[]): IngressChanges => ({
  spec: {
    ingressClassName: 'alb',
    tlsHosts: [],
    rules: [{ host: 'echoserver.example.com', paths: paths.map((each) => path({ path: each })) }],
  },
})

void t.test('more than half of the rules gone is told, one of three is not', async (t) => {
  t.same(warnings(withPaths('/a', '/b', '/c'), withPaths('/a')), ['rules: 2 of 3 rules will be removed or changed'])
  t.same(warnings(withPaths('/a', '/b', '/c'), withPaths('/a', '/b')), [])
})

void t.test('nothing is told of a change that takes nothing', async (t) => {
  t.same(warnings({}, { keys: { 'healthcheck-path': '/healthz' } }), [])
})
