import { classAnnotation } from '../names/annotation-keys.ts'
import type { Ingress, IngressClass } from '../kubernetes/objects.ts'
import type { ClusterView } from './facts.ts'
import type { Flags } from './flags.ts'

/**
 * Whose an Ingress is (`behaviour.md` 1.1; Kubernetes documentation, "Ingress class").
 *
 * | annotation | ingressClassName | verdict |
 * |---|---|---|
 * | ours | any | ours, by annotation |
 * | another | any | foreign |
 * | none | class of ours / of another / that does not exist | ours / foreign / missing |
 * | none | none | the one default class, as above; two: ambiguous; none: nobody's, or ours with an empty `--ingress-class` |
 */
export type ClassVerdict =
  | { readonly is: 'ours'; readonly by: 'annotation' | 'class' | 'empty'; readonly class?: IngressClass }
  | { readonly is: 'foreign'; readonly name: string }
  | { readonly is: 'missing'; readonly name: string }
  | { readonly is: 'ambiguous'; readonly names: readonly string[] }
  | { readonly is: 'none' }

export const classOf = (ingress: Ingress, cluster: ClusterView, flags: Flags): ClassVerdict => {
  const annotated = ingress.annotations[classAnnotation]
  if (annotated !== undefined) {
    const ours = flags.ingressClass === '' ? annotated === 'alb' || annotated === '' : annotated === flags.ingressClass
    return ours ? { is: 'ours', by: 'annotation' } : { is: 'foreign', name: annotated }
  }
  if (ingress.spec.ingressClassName !== undefined) return byClass(ingress.spec.ingressClassName, cluster, flags)
  const defaults = cluster.ingressClasses.filter((candidate) => candidate.isDefault).map((candidate) => candidate.name)
  const [first, second] = [...defaults].sort()
  if (first !== undefined && second !== undefined) return { is: 'ambiguous', names: defaults.sort() }
  if (first !== undefined) return byClass(first, cluster, flags)
  return flags.ingressClass === '' ? { is: 'ours', by: 'empty' } : { is: 'none' }
}

const byClass = (name: string, cluster: ClusterView, flags: Flags): ClassVerdict => {
  const found = cluster.ingressClass(name)
  if (found === undefined) return { is: 'missing', name }
  return found.controller === flags.controllerClass
    ? { is: 'ours', by: 'class', class: found }
    : { is: 'foreign', name }
}
