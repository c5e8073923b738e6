import { setAnnotations } from '../annotation/marker.ts'
import { annotationPath, classAnnotation, prefix } from '../names/annotation-keys.ts'
import type { Finding } from '../findings/finding.ts'
import { ingressRef, onSpec } from '../findings/on-spec.ts'
import { type ClassVerdict, classOf } from '../ingress/class.ts'
import type { Facts } from '../ingress/facts.ts'
import { nameOf } from '../kubernetes/objects.ts'
import type { Ingress } from '../kubernetes/objects.ts'
import { nearest } from '../text/nearest.ts'
import { quote } from '../text/quote.ts'

/** A label value, which the name of the Ingress becomes on its bindings (Kubernetes, "Labels and Selectors"). */
const labelValueLength = 63

const path = 'spec.ingressClassName'

/** What is to be said of the class of an Ingress, and of its name. */
export const classFindings = (ingress: Ingress, facts: Facts): readonly Finding[] => {
  const verdict = classOf(ingress, facts.cluster, facts.flags)
  switch (verdict.is) {
    case 'ours':
      return [...oursFindings(ingress, verdict), ...nameFindings(ingress)]
    case 'missing':
      return [missingClass(ingress, verdict.name, facts)]
    case 'ambiguous':
      return [ambiguousClass(ingress, verdict.names)]
    case 'foreign':
      return foreignClass(ingress, verdict.name)
    case 'none':
      return noClass(ingress)
    default:
      return verdict satisfies never
  }
}

const oursFindings = (ingress: Ingress, verdict: Extract<ClassVerdict, { is: 'ours' }>): readonly Finding[] => {
  const parameters = verdict.class?.parameters
  const named = ingress.spec.ingressClassName
  const annotated = ingress.annotations[classAnnotation]
  return [
    ...(parameters === undefined
      ? []
      : [
          onSpec(ingress, path, {
            code: 'NotSupportedYet',
            kind: 'fault',
            anchor: path,
            message: `class ${quote(verdict.class?.name ?? '')} has parameters (${parameters.kind} ${quote(parameters.name)}), which are not supported yet`,
            fix: 'use a class without spec.parameters',
            needs: 'cluster',
          }),
        ]),
    ...(annotated === undefined
      ? []
      : [
          annotationNotice(ingress, 'ClassAnnotation', `${classAnnotation}: use spec.ingressClassName`),
          ...(named === undefined || named === annotated
            ? []
            : [
                annotationNotice(
                  ingress,
                  'ClassAnnotationDisagrees',
                  `${classAnnotation}: ${annotated === '' ? '""' : annotated} wins over spec.ingressClassName ${named}`,
                ),
              ]),
        ]),
  ]
}

const annotationNotice = (
  ingress: Ingress,
  code: 'ClassAnnotation' | 'ClassAnnotationDisagrees',
  warning: string,
): Finding => ({
  code,
  kind: 'notice',
  member: nameOf(ingress),
  origin: { source: 'ingress', object: ingressRef(ingress), key: classAnnotation },
  path: annotationPath(classAnnotation),
  anchor: classAnnotation,
  value: quote(ingress.annotations[classAnnotation] ?? ''),
  message: warning,
  warning,
  needs: 'object',
  tenancy: false,
})

const nameFindings = (ingress: Ingress): readonly Finding[] =>
  ingress.name.length <= labelValueLength
    ? []
    : [
        onSpec(ingress, 'metadata.name', {
          code: 'NameTooLong',
          kind: 'fault',
          anchor: 'metadata.name',
          message: `may not be more than ${labelValueLength} bytes, since the name becomes a label of its TargetGroupBindings`,
          fix: 'write a shorter name',
          needs: 'object',
        }),
      ]

const missingClass = (ingress: Ingress, name: string, facts: Facts): Finding => {
  const names = facts.cluster.ingressClasses.map((candidate) => candidate.name)
  const hint = nearest(name, names)
  const [ours] = facts.cluster.ingressClasses
    .filter(({ controller }) => controller === facts.flags.controllerClass)
    .map((candidate) => candidate.name)
    .sort()
  return onSpec(ingress, path, {
    code: 'ClassNotFound',
    kind: 'fault',
    anchor: path,
    value: quote(name),
    message: 'no such IngressClass',
    ...(hint === undefined
      ? ours === undefined
        ? {}
        : { fix: `write ${quote(ours)}` }
      : { fix: `did you mean ${quote(hint)}?` }),
    needs: 'cluster',
  })
}

const ambiguousClass = (ingress: Ingress, names: readonly string[]): Finding =>
  onSpec(ingress, path, {
    code: 'ClassAmbiguous',
    kind: 'fault',
    anchor: path,
    message: `IngressClasses ${names.map(quote).join(' and ')} are ${names.length === 2 ? 'both' : 'all'} marked as default`,
    fix: 'write one of them, or leave the mark ingressclass.kubernetes.io/is-default-class to one only',
    needs: 'cluster',
  })

/** Keys that somebody set: defaults that were written while the class was ours are nobody's. */
const ourKeys = (ingress: Ingress): number =>
  Object.keys(setAnnotations(ingress)).filter((key) => key.startsWith(prefix)).length

const foreignClass = (ingress: Ingress, name: string): readonly Finding[] => {
  const count = ourKeys(ingress)
  if (count === 0) return []
  return [
    onSpec(ingress, path, {
      code: 'ClassForeign',
      kind: 'notice',
      anchor: path,
      value: quote(name),
      message: 'is not an ALB class',
      warning: `${count} alb.ingress.kubernetes.io key${count === 1 ? ' has' : 's have'} no effect: class ${name === '' ? '""' : name} is not an ALB class`,
      needs: 'cluster',
    }),
  ]
}

const noClass = (ingress: Ingress): readonly Finding[] => {
  const count = ourKeys(ingress)
  if (count === 0) return []
  return [
    onSpec(ingress, path, {
      code: 'ClassNone',
      kind: 'notice',
      anchor: path,
      message: 'no class, so no controller acts on the Ingress',
      warning: `${count} alb.ingress.kubernetes.io key${count === 1 ? ' has' : 's have'} no effect: no class is set and none is default`,
      needs: 'cluster',
    }),
  ]
}
