import { setAnnotations } from '../shared/annotation/marker.ts'
import { classAnnotation, prefix, zalandoPrefix } from '../shared/names/annotation-keys.ts'
import type { Ingress, Service } from '../shared/kubernetes/objects.ts'

const isRead = (key: string): boolean =>
  key.startsWith(prefix) || key === classAnnotation || key.startsWith(zalandoPrefix)

const readAnnotations = (annotations: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    Object.entries(annotations)
      .filter(([key]) => isRead(key))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )

/** Whether an update leaves all that the rules read of an Ingress as it was; they take what is still a default as absent. */
export const sameIngress = (before: Ingress, after: Ingress): boolean =>
  JSON.stringify(before.spec) === JSON.stringify(after.spec) &&
  readAnnotations(setAnnotations(before)) === readAnnotations(setAnnotations(after))

/** Whether an update leaves all that the rules read of a Service as it was. */
export const sameService = (before: Service, after: Service): boolean =>
  before.type === after.type &&
  JSON.stringify(before.ports) === JSON.stringify(after.ports) &&
  JSON.stringify(before.ipFamilies) === JSON.stringify(after.ipFamilies) &&
  readAnnotations(before.annotations) === readAnnotations(after.annotations)
