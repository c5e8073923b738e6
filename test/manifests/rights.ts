import type { Json, Manifest } from '../../manifests/render/objects.ts'
import { at, isList, items, textAt } from './at.ts'

/** One verb on one resource, as RBAC grants it. */
export interface Right {
  /** Empty in the whole cluster. */
  readonly namespace: string
  /** `ingresses.networking.k8s.io`, `services`. */
  readonly resource: string
  /** The only names for which it holds; none: all. */
  readonly names: readonly string[]
  readonly verb: string
}

/** All rights that roles grant, one by one. */
export const rightsOf = (roles: readonly Manifest[]): readonly Right[] =>
  roles
    .filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
    .flatMap((role) => items(role, 'rules').flatMap((rule) => rights(role, rule)))

const rights = (role: Manifest, rule: Json): readonly Right[] => {
  const namespace = role.kind === 'ClusterRole' ? '' : textAt(role, 'metadata', 'namespace')
  const names = 'resourceNames' in Object(rule) ? words(rule, 'resourceNames') : []
  return words(rule, 'apiGroups').flatMap((group) =>
    words(rule, 'resources').flatMap((resource) =>
      words(rule, 'verbs').map((verb) => ({
        namespace,
        resource: [resource, group].filter(Boolean).join('.'),
        names,
        verb,
      })),
    ),
  )
}

const words = (rule: Json, key: string): readonly string[] => {
  const found = at(rule, key)
  return isList(found) ? found.map(String) : []
}
