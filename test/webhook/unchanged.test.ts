import t from 'tap'
import { defaultAnnotations } from '../../shared/features/defaulting.ts'
import type { Ingress } from '../../shared/kubernetes/objects.ts'
import { sameIngress, sameService } from '../../webhook/unchanged.ts'
import { flags, ingress, path, service } from '../builders.ts'

const defaulted = (plain: Ingress): Ingress => ({
  ...plain,
  annotations: { ...plain.annotations, ...defaultAnnotations(plain, undefined, flags()).set },
})

void t.test('an Ingress is the same while spec and set annotations of ours are', async (t) => {
  const plain = ingress({ keys: { scheme: 'internal' } })
  t.ok(sameIngress(plain, { ...plain, labels: { team: 'a' }, finalizers: ['x'] }))
  t.ok(sameIngress(plain, { ...plain, annotations: { ...plain.annotations, 'example.com/x': 'y' } }))
  t.notOk(sameIngress(plain, ingress({ keys: { scheme: 'internet-facing' } })))
  t.notOk(sameIngress(plain, ingress({ annotations: { 'kubernetes.io/ingress.class': 'alb' } })))
  t.notOk(sameIngress(plain, { ...plain, spec: { ...plain.spec, rules: [{ paths: [path()] }] } }))
})

void t.test('defaults that the webhook adds to an Ingress are no change of it', async (t) => {
  const plain = ingress({ keys: { scheme: 'internal' } })
  t.ok(sameIngress(plain, defaulted(plain)))
  const pinned = { ...defaulted(plain), chosenKeys: ['alb.ingress.kubernetes.io/target-type'] }
  t.notOk(sameIngress(defaulted(plain), pinned))
})

void t.test('a Service is the same while type, ports and annotations of ours are', async (t) => {
  t.ok(sameService(service(), service({ labels: { team: 'a' }, annotations: { 'example.com/x': 'y' } })))
  t.notOk(sameService(service(), service({ type: 'ClusterIP' })))
  t.notOk(sameService(service(), service({ ports: [] })))
  t.notOk(sameService(service(), service({ annotations: { 'alb.ingress.kubernetes.io/tags': 'a=b' } })))
})
