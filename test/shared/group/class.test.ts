import t from 'tap'
import { judgeIngress } from '../../../shared/group/admission.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { classAnnotation } from '../../../shared/names/annotation-keys.ts'
import { facts, ingress, ingressClass, path, type IngressChanges } from '../../builders.ts'

const ofClass = (ingressClassName: string | undefined, changes: IngressChanges = {}): Ingress =>
  ingress({
    spec: {
      ...(ingressClassName === undefined ? {} : { ingressClassName }),
      rules: [{ host: 'a.example.com', paths: [path()] }],
      tlsHosts: [],
    },
    ...changes,
  })

const twoDefaults = [
  ingressClass({ isDefault: true }),
  ingressClass({ name: 'nginx', controller: 'k8s.io/nginx', isDefault: true }),
]

const codes = (
  after: Ingress,
  { before, classes = [ingressClass()] }: { before?: Ingress; classes?: typeof twoDefaults } = {},
) =>
  judgeIngress(
    { operation: 'UPDATE', after, ...(before === undefined ? {} : { before }), dryRun: false },
    facts({ classes }),
  ).findings.map(({ code }) => code)

const keys = { scheme: 'internal' }

void t.test('a class that does not exist is asked of an Ingress that is meant for us alone', async (t) => {
  t.same(codes(ofClass('albb', { keys })), ['ClassNotFound'])
  t.same(codes(ofClass('albb', { finalizers: ['ingress.k8s.aws/resources'] })), ['ClassNotFound'])
  t.same(codes(ofClass('albb')), [])
})

void t.test('two default classes concern a class-less Ingress with keys of ours alone', async (t) => {
  t.same(codes(ofClass(undefined, { keys }), { classes: twoDefaults }), ['ClassAmbiguous'])
  t.same(codes(ofClass(undefined), { classes: twoDefaults }), [])
  t.same(codes(ofClass('alb', { keys }), { classes: twoDefaults }), [])
})

void t.test('a class that was lost before is no reason to refuse, one that the change loses is', async (t) => {
  t.same(codes(ofClass('albb', { keys: { scheme: 'x' } }), { before: ofClass('albb', { keys }) }), [])
  const annotated = ofClass(undefined, { keys, annotations: { [classAnnotation]: 'alb' } })
  t.same(codes(annotated, { before: annotated }), ['ClassAnnotation'])
  t.same(codes(ofClass(undefined, { keys }), { before: annotated, classes: twoDefaults }), ['ClassAmbiguous'])
})
