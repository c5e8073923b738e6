import type { Cache } from '../shared/cluster/cache.ts'
import type { ClusterClient } from '../shared/cluster/client.ts'
import { hasRemedy } from '../shared/cluster/errors.ts'
import { createRecord, replaceRecordData } from '../shared/cluster/records.ts'
import { deleteObject } from '../shared/cluster/resources.ts'
import { readRecord, recordName, writeRecord } from '../shared/group/record.ts'
import type { GroupRecord } from '../shared/group/record.ts'
import { nameOf } from '../shared/kubernetes/objects.ts'
import type { ConfigMap } from '../shared/kubernetes/objects.ts'
import type { GroupKey } from '../shared/model/model.ts'
import { OwnWrites } from './own-writes.ts'
import type { Timing } from './timing.ts'

/** An operator puts it on the record of a group; while it is there, nothing is written to AWS for the group. */
export const pausedAnnotation = 'ingress.k8s.aws/paused'

/** For people: which group a record belongs to. */
const groupAnnotation = 'ingress.k8s.aws/group'

/** Key of the data under which the digests of the targets last registered are, by binding (`namespace/name`). */
const targetsKey = 'targets'

export type TargetDigests = Readonly<Record<string, string>>

export interface RecordsOptions {
  readonly client: ClusterClient
  readonly cache: Cache<ConfigMap>
  /** The controller's own namespace. */
  readonly namespace: string
  readonly timing: Timing
}

/**
 * The records of the groups: one ConfigMap each, a cache of intent and never of ownership. Two lanes write to one record,
 * each its own part of the data, so writes of one record come one after the other.
 */
export class Records {
  readonly #options: RecordsOptions
  readonly #objects: OwnWrites<ConfigMap>
  readonly #writing = new Map<string, Promise<void>>()

  constructor(options: RecordsOptions) {
    this.#options = options
    this.#objects = new OwnWrites(options.cache, options.timing)
  }

  /** Undefined without a record, and for one that is damaged or of an unknown version. */
  read(group: GroupKey): GroupRecord | undefined {
    const found = this.#find(group)
    return found === undefined ? undefined : readRecord(found.data)
  }

  /** What the operator wrote into the annotation that pauses the group. */
  paused(group: GroupKey): string | undefined {
    return this.#find(group)?.annotations[pausedAnnotation]
  }

  targets(group: GroupKey): TargetDigests {
    return readTargets(this.#find(group)?.data[targetsKey])
  }

  /** Writes the record where it differs from what is there. */
  write(group: GroupKey, record: GroupRecord, signal?: AbortSignal): Promise<void> {
    return this.#change(group, true, (data) => ({ ...data, ...writeRecord(record) }), signal)
  }

  /** Notes the digest of the targets of one binding, in the record of a group that has one. */
  writeTargets(group: GroupKey, binding: string, digest: string | undefined, signal?: AbortSignal): Promise<void> {
    return this.#change(
      group,
      false,
      (data) => {
        const { [binding]: _, ...others } = readTargets(data[targetsKey])
        const next = digest === undefined ? others : { ...others, [binding]: digest }
        const { [targetsKey]: _targets, ...rest } = data
        return Object.keys(next).length === 0 ? rest : { ...rest, [targetsKey]: sortedJson(next) }
      },
      signal,
    )
  }

  /** Deletes the record of a group of which nothing is left. */
  async remove(group: GroupKey, signal?: AbortSignal): Promise<void> {
    await this.#inTurn(group, async () => {
      const found = this.#find(group)
      if (found === undefined) return
      await deleteObject(this.#options.client, 'configmaps', found, signal)
      this.#objects.deleted(found)
    })
  }

  #key(group: GroupKey): string {
    return `${this.#options.namespace}/${recordName(group)}`
  }

  #find(group: GroupKey): ConfigMap | undefined {
    return this.#objects.get(this.#key(group))
  }

  #change(
    group: GroupKey,
    create: boolean,
    edit: (data: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#inTurn(group, async () => {
      const { client, namespace } = this.#options
      const found = this.#find(group)
      if (found === undefined && !create) return
      const data = edit(found?.data ?? {})
      if (found !== undefined && sortedJson(data) === sortedJson(found.data)) return
      try {
        const written =
          found === undefined
            ? await createRecord(
                client,
                { namespace, name: recordName(group), annotations: { [groupAnnotation]: group }, data },
                signal,
              )
            : await replaceRecordData(client, found, data, signal)
        this.#objects.wrote(written)
      } catch (error) {
        if (hasRemedy(error, 'conflict', 'not-found', 'already-exists', 'uncertain'))
          this.#objects.forget(this.#key(group))
        throw error
      }
    })
  }

  async #inTurn(group: GroupKey, work: () => Promise<void>): Promise<void> {
    const before = this.#writing.get(group) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.catch(() => undefined)
    this.#writing.set(group, settled)
    try {
      await mine
    } finally {
      if (this.#writing.get(group) === settled) this.#writing.delete(group)
    }
  }
}

/** The group that a record belongs to, for those that look at all records. */
export const groupOfRecord = (record: ConfigMap): GroupKey | undefined => {
  const group = record.annotations[groupAnnotation]
  return group !== undefined && nameOf(record).endsWith(`/${recordName(group)}`) ? group : undefined
}

const sortedJson = (value: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))))

/** A damaged entry counts as none: the targets are read from AWS then. */
const readTargets = (text: string | undefined): TargetDigests => {
  if (text === undefined) return {}
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null) return {}
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch {
    return {}
  }
}
