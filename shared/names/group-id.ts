import type { GroupId } from './names.ts'

/** The id of a group from its key: `namespace/name` is the group of one Ingress, anything else an explicit name. */
export const groupId = (key: string): GroupId => {
  const [namespace, name] = key.split('/')
  return namespace !== undefined && name !== undefined ? { implicit: { namespace, name } } : { explicit: key }
}
