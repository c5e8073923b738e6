import fc from 'fast-check'
import t from 'tap'
import { stillDefaults } from '../../../shared/annotation/marker.ts'
import { type AnnotationEdits, defaultAnnotations } from '../../../shared/features/defaulting.ts'
import { settings } from '../../../shared/features/index.ts'
import type { Ingress } from '../../../shared/kubernetes/objects.ts'
import { markerKey, prefix } from '../../../shared/names/annotation-keys.ts'
import { flags, ingress } from '../../builders.ts'

const apply = (object: Ingress, { set, remove }: AnnotationEdits): Ingress => ({
  ...object,
  annotations: Object.fromEntries(
    Object.entries({ ...object.annotations, ...set }).filter(([key]) => !remove.includes(key)),
  ),
})
const defaulted = (object: Ingress): Ingress => apply(object, defaultAnnotations(object, undefined, flags()))

void t.test('the defaults of the walkthrough are written, with their fingerprints in the marker', async (t) => {
  const { annotations } = defaulted(ingress({ keys: { scheme: 'internet-facing', tags: 'Environment=dev,Team=test' } }))
  t.same(annotations, {
    [`${prefix}backend-protocol`]: 'HTTP',
    [`${prefix}backend-protocol-version`]: 'HTTP1',
    [`${prefix}healthcheck-interval-seconds`]: '15',
    [`${prefix}healthcheck-port`]: 'traffic-port',
    [`${prefix}healthcheck-timeout-seconds`]: '5',
    [`${prefix}healthy-threshold-count`]: '2',
    [`${prefix}ip-address-type`]: 'ipv4',
    [`${prefix}listen-ports`]: '[{"HTTP":80}]',
    [`${prefix}scheme`]: 'internet-facing',
    [`${prefix}tags`]: 'Environment=dev,Team=test',
    [`${prefix}target-type`]: 'instance',
    [`${prefix}unhealthy-threshold-count`]: '2',
    [markerKey]: annotations[markerKey],
  })
  t.match(
    annotations[markerKey],
    /^backend-protocol=56d6f321,backend-protocol-version=18c4256b,healthcheck-interval-seconds=e629fa65,healthcheck-port=37f47e19,healthcheck-ti/,
  )
  t.notMatch(annotations[markerKey], /scheme/)
})

void t.test('a key set by hand leaves the marker and stays', async (t) => {
  const first = defaulted(ingress())
  const edited = { ...first, annotations: { ...first.annotations, [`${prefix}healthcheck-interval-seconds`]: '30' } }
  const { annotations } = defaulted(edited)
  t.equal(annotations[`${prefix}healthcheck-interval-seconds`], '30')
  t.notMatch(annotations[markerKey], /healthcheck-interval-seconds/)
})

void t.test('a default that a user is known to have chosen is pinned', async (t) => {
  const first = defaulted(ingress())
  const chosen = { ...first, chosenKeys: [`${prefix}scheme`] }
  t.notOk(stillDefaults(chosen).has('scheme'))
  t.notMatch(defaulted(chosen).annotations[markerKey], /scheme/)
})

void t.test('a deleted default comes back', async (t) => {
  const first = defaulted(ingress())
  const { [`${prefix}scheme`]: _scheme, ...rest } = first.annotations
  t.equal(defaulted({ ...first, annotations: rest }).annotations[`${prefix}scheme`], 'internal')
})

void t.test('an old spelling counts as set', async (t) => {
  const { annotations } = defaulted(ingress({ keys: { 'healthcheck-healthy-threshold-count': '3' } }))
  t.equal(annotations[`${prefix}healthy-threshold-count`], undefined)
})

void t.test('--defaulting minimal writes the keys of the load balancer only, off none', async (t) => {
  const minimal = defaultAnnotations(ingress(), undefined, flags({ defaulting: 'minimal' }))
  t.same(
    Object.keys(minimal.set).sort(),
    [`${prefix}ip-address-type`, `${prefix}listen-ports`, `${prefix}scheme`, `${prefix}target-type`, markerKey].sort(),
  )
  t.same(defaultAnnotations(ingress(), undefined, flags({ defaulting: 'off' })), { set: {}, remove: [] })
})

const anyKeys = fc.dictionary(
  fc.constantFrom(...settings.flatMap(({ key, oldSpellings }) => [key, ...oldSpellings])),
  fc.oneof(fc.constantFrom(...settings.map(({ sample }) => sample)), fc.string()),
)

void t.test('law: defaulting is idempotent and never changes what a user wrote', async (t) => {
  fc.assert(
    fc.property(anyKeys, (keys) => {
      const before = ingress({ keys })
      const once = defaulted(before)
      for (const [key, value] of Object.entries(before.annotations)) if (once.annotations[key] !== value) return false
      const again = defaultAnnotations(once, undefined, flags())
      return Object.keys(again.set).length === 0 && again.remove.length === 0
    }),
  )
  t.pass()
})
