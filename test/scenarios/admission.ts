import { isDeepStrictEqual } from 'node:util'
import type { Judgement } from '../../shared/group/admission.ts'
import type { Facts } from '../../shared/ingress/facts.ts'
import { implicitFinalizer } from '../../shared/ingress/membership.ts'
import { readIngress } from '../../shared/kubernetes/read.ts'
import { classAnnotation, prefix } from '../../shared/names/annotation-keys.ts'
import { refusal } from '../../webhook/refusal.ts'
import { rules } from '../../webhook/rules.ts'
import { sameIngress, sameService } from '../../webhook/unchanged.ts'
import { verdict } from '../../webhook/verdict.ts'
import { applied, keyOf, serviceOf, type Stored } from './cluster.ts'
import type { Manifest } from './scenario.ts'

/** What the answers rest on: the facts for a cluster that holds these objects. */
export type FactsFor = (stored: ReadonlyMap<string, Stored>) => Facts

export interface Applied {
  /** What kubectl prints, then the annotations that defaulting sets and removes. */
  readonly text: string
  /** All objects as they are when no webhook stands in the way. */
  readonly stored: ReadonlyMap<string, Stored>
}

/** Names of kinds as kubectl prints them. */
const resources: Readonly<Record<string, string>> = {
  Ingress: 'ingress.networking.k8s.io',
  IngressClass: 'ingressclass.networking.k8s.io',
  Service: 'service',
}

/** Applies the manifests one after the other, as `kubectl apply -f` does, and deletes what is no longer among them. */
export const apply = (
  manifests: readonly Manifest[],
  before: ReadonlyMap<string, Stored>,
  factsFor: FactsFor,
): Applied => {
  const stored = new Map(before)
  const lines: string[] = []
  for (const [key, { manifest }] of before)
    if (!manifests.some((each) => keyOf(each) === key)) {
      stored.delete(key)
      lines.push(deleted(manifest))
    }
  for (const manifest of manifests) {
    const key = keyOf(manifest)
    const old = before.get(key)
    const finalizers = manifest.kind === 'Ingress' && old !== undefined ? [implicitFinalizer] : []
    const plain = applied(manifest, old, finalizers)
    const facts = factsFor(stored)
    const raw = manifest.kind === 'Ingress' ? defaulted(plain, facts) : plain
    const { denial, warnings } = judge(raw, old, facts)
    stored.set(key, { manifest, raw })
    lines.push(...warnings.map((text) => `Warning: ${text}`))
    if (denial === undefined)
      lines.push(`${subject(manifest)} ${verb(manifest, old)}`, ...changedAnnotations(plain, raw))
    else lines.push(denial)
  }
  return { text: `${lines.join('\n')}\n`, stored }
}

const resource = (kind: string): string => resources[kind] ?? kind.toLowerCase()

const subject = ({ kind, metadata }: Manifest): string => `${resource(kind)}/${metadata.name}`

const deleted = ({ kind, metadata: { name, namespace } }: Manifest): string =>
  `${resource(kind)} "${name}" deleted${namespace === undefined ? '' : ` from ${namespace} namespace`}`

const verb = (manifest: Manifest, old: Stored | undefined): string => {
  if (old === undefined) return 'created'
  return isDeepStrictEqual(old.manifest, manifest) ? 'unchanged' : 'configured'
}

const defaulted = (raw: Manifest, facts: Facts): Manifest => {
  const { set, remove } = rules.defaults(readIngress(raw), facts.cluster, facts.flags)
  const annotations = Object.entries({ ...raw.metadata.annotations, ...set }).filter(([key]) => !remove.includes(key))
  return { ...raw, metadata: { ...raw.metadata, annotations: Object.fromEntries(annotations) } }
}

const changedAnnotations = (plain: Manifest, raw: Manifest): readonly string[] => {
  const before = plain.metadata.annotations ?? {}
  const after = raw.metadata.annotations ?? {}
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .toSorted()
    .filter((key) => before[key] !== after[key])
    .map((key) => (after[key] === undefined ? `  - ${key}` : `  + ${key}: ${after[key]}`))
}

interface Answer {
  readonly denial?: string
  readonly warnings: readonly string[]
}

/** The answer of the validating endpoints. */
const judge = (raw: Manifest, old: Stored | undefined, facts: Facts): Answer => {
  const silent: Answer = { warnings: [] }
  switch (raw.kind) {
    case 'Ingress': {
      const after = readIngress(raw)
      const before = old === undefined ? undefined : readIngress(old.raw)
      if (before !== undefined && sameIngress(before, after)) return silent
      const change =
        before === undefined
          ? ({ operation: 'CREATE', after, dryRun: false } as const)
          : ({ operation: 'UPDATE', before, after, dryRun: false } as const)
      if (isRenderedFor(raw, facts) || (old !== undefined && isRenderedFor(old.raw, facts)))
        return answer(raw, rules.ingress(change, facts))
      const marked = Object.keys(after.annotations).some((key) => key.startsWith(prefix)) || after.finalizers.length > 0
      return marked ? answer(raw, rules.strayIngress(change, facts)) : silent
    }
    case 'Service': {
      const after = serviceOf(raw)
      const before = old === undefined ? undefined : serviceOf(old.raw)
      if (before !== undefined && sameService(before, after)) return silent
      const findings = rules.service(before, after, facts)
      const findingsBefore = before === undefined ? [] : rules.service(before, before, facts)
      return answer(raw, { ours: true, findings, findingsBefore, needs: [] })
    }
    default:
      return silent
  }
}

/** Whether the webhook configuration sends the Ingress to `validate.ingress`. */
const isRenderedFor = ({ metadata, ...rest }: Manifest, { flags }: Facts): boolean => {
  const annotated = metadata.annotations?.[classAnnotation]
  const className = readIngress({ metadata, ...rest }).spec.ingressClassName
  return annotated === undefined
    ? className !== undefined && flags.classNames.includes(className)
    : annotated === flags.ingressClass
}

const answer = (raw: Manifest, judgement: Judgement): Answer => {
  const { faults, warnings } = verdict({ ...judgement, dryRun: false })
  if (faults.length === 0) return { warnings }
  const { details } = refusal({ group: '', kind: raw.kind, name: raw.metadata.name }, faults)
  return { warnings, denial: kubectlInvalid(details) }
}

/** A refusal with causes as kubectl prints it. */
const kubectlInvalid = ({ kind, name, causes }: ReturnType<typeof refusal>['details']): string => {
  const texts = causes.map(({ field, message }) => `${field}: ${message}`)
  const [only] = texts
  return texts.length === 1 && only !== undefined
    ? `The ${kind} "${name}" is invalid: ${only}`
    : [`The ${kind} "${name}" is invalid: `, ...texts.map((text) => `* ${text}`)].join('\n')
}
