import { Registry } from 'prom-client'
import type { ClusterView } from '../../shared/ingress/facts.ts'
import { createLog } from '../../shared/process/log.ts'
import type { AnswerIo } from '../../webhook/answer.ts'
import type { Judgement } from '../../shared/group/admission.ts'
import type { FactSource, Judges } from '../../webhook/judges.ts'
import { createWebhookMetrics } from '../../webhook/metrics.ts'
import { flags as defaultFlags } from '../builders.ts'
import { aboutAnnotation } from '../shared/findings/finding.ts'

export const flags = defaultFlags()

const emptyCluster: ClusterView = {
  service: () => undefined,
  ingressClass: () => undefined,
  ingressClasses: [],
  ingresses: [],
  nodes: [],
}

export const nothingFound: Judgement = { ours: true, findings: [], findingsBefore: [], needs: [] }

/** Rules that find nothing, but for those that a test gives. */
export const judges = (some: Partial<Judges> = {}): Judges => ({
  ingress: () => nothingFound,
  strayIngress: () => nothingFound,
  service: () => [],
  defaults: () => ({ set: {}, remove: [] }),
  plans: { ingress: () => undefined, service: () => undefined, unchanged: () => [], serviceNeeds: () => [] },
  ...some,
})

export const noFacts: FactSource = { answer: async () => new Map(), confirm: async () => new Map() }

/** What the endpoints work with in a test, with the lines of the log and the metrics. */
export interface Rig {
  readonly io: AnswerIo
  readonly lines: string[]
  readonly registry: Registry
}

export const rig = (some: Partial<Judges> = {}, facts: FactSource = noFacts): Rig => {
  const lines: string[] = []
  const registry = new Registry()
  const metrics = createWebhookMetrics(registry, {
    bodyBytes: () => 0,
    caches: () => [['services', true]],
    loopDelaySeconds: () => 0,
    oldestFactSeconds: () => 0,
  })
  const log = createLog({ level: 'info', write: (line) => lines.push(line) })
  return {
    lines,
    registry,
    io: {
      judges: judges(some),
      facts,
      flags,
      cluster: () => emptyCluster,
      planView: () => ({ bindings: [], nodes: [], services: [], record: () => undefined }),
      bindings: () => [],
      factsBudgetMs: 1_500,
      log,
      metrics,
      ruleset: '1',
      monotonic: () => performance.now(),
      now: () => '2026-06-01T00:00:00Z',
      onFailure: () => undefined,
      onDeadline: () => metrics.deadlineHit(),
    },
  }
}

/** A raw Ingress of class alb. */
export const rawIngress = (metadata: object = {}, spec: object = {}): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace: 'echoserver', name: 'echoserver', ...metadata },
  spec: {
    ingressClassName: 'alb',
    rules: [
      {
        host: 'echoserver.example.com',
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'echoserver', port: { number: 80 } } } },
          ],
        },
      },
    ],
    ...spec,
  },
})

/** A raw Service. */
export const rawService = (metadata: object = {}, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'echoserver', name: 'echoserver', ...metadata },
  spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 31509 }], ...spec },
})

/** An AdmissionReview of an Ingress with what a test changes in its request. */
export const review = (request: object = {}): object => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
    kind: { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' },
    resource: { group: 'networking.k8s.io', version: 'v1', resource: 'ingresses' },
    operation: 'CREATE',
    namespace: 'echoserver',
    name: 'echoserver',
    dryRun: false,
    object: rawIngress(),
    oldObject: null,
    ...request,
  },
})

/** An AdmissionReview of a Service. */
export const serviceReview = (request: object = {}): object =>
  review({ kind: { group: '', version: 'v1', kind: 'Service' }, object: rawService(), ...request })

/** Rules that repeat what they are given: the name in a fault, the annotations in a warning and in the defaults. */
export const refusedNames: Partial<Judges> = {
  ingress: ({ after }) => ({
    ...nothingFound,
    findings: [
      aboutAnnotation('tags', { code: 'MapSyntax', value: JSON.stringify(after.name), message: after.name }),
      ...Object.entries(after.annotations).map(([key, message]) =>
        aboutAnnotation(key, { kind: 'notice', code: 'UnknownKey', message }),
      ),
    ],
  }),
  service: (before, after) => [
    aboutAnnotation('tags', { code: 'MapSyntax', value: JSON.stringify(after.name), message: before?.type ?? '' }),
  ],
  defaults: (ingress) => ({ set: { ...ingress.annotations, added: 'x' }, remove: [] }),
}
