import type { Aws } from '../shared/aws/client.ts'
import { askAws } from '../shared/aws/fact-sources.ts'
import { AwsFacts } from '../shared/aws/facts.ts'
import { Inventory } from '../shared/aws/inventory.ts'
import type { ControllerCaches } from '../shared/cluster/caches.ts'
import type { ClusterClient } from '../shared/cluster/client.ts'
import { createEvent, patchEvent } from '../shared/cluster/events.ts'
import { systemClock } from '../shared/process/clock.ts'
import type { Log } from '../shared/process/log.ts'
import type { Settings } from '../shared/process/settings.ts'
import { Events } from './events.ts'
import { newGroupMemory } from './io.ts'
import type { Io } from './io.ts'
import { areAllSettled, newBindingMemory } from './lanes/binding-memory.ts'
import { BindingLane } from './lanes/bindings.ts'
import { GroupLane } from './lanes/groups.ts'
import { SecurityLane } from './lanes/security.ts'
import type { ControllerMetrics } from './metrics.ts'
import { OwnWrites } from './own-writes.ts'
import { Records } from './records.ts'
import type { Timing } from './timing.ts'
import { wakeOnChanges } from './triggers.ts'

/** What a controller is made of: its two peers, its settings, and what says when to act and when to end. */
export interface Parts {
  readonly settings: Settings
  readonly cluster: ClusterClient
  readonly caches: ControllerCaches
  readonly aws: Aws
  readonly metrics: ControllerMetrics
  readonly log: Log
  readonly timing: Timing
  readonly fence: () => Promise<void>
  readonly signal: AbortSignal
  readonly stopping: AbortSignal
}

export interface Lanes {
  readonly groups: GroupLane
  readonly bindings: BindingLane
  readonly security: SecurityLane
}

export interface Controller {
  readonly io: Io
  readonly lanes: Lanes
}

/** Puts the lanes together and lets changes wake them; nothing is done before their queues are started. */
export const assemble = (parts: Parts): Controller => {
  const { settings, cluster, caches, aws, log, timing } = parts
  const { flags, waits, process } = settings
  const inventory = new Inventory(aws, flags)
  const io: Io = {
    ...parts,
    bindings: new OwnWrites(caches.bindings, timing),
    inventory,
    facts: new AwsFacts(
      askAws(aws, flags, async (signal) => {
        await inventory.ensure(waits.factsRefresh, signal)
        return inventory.liveLoadBalancers() ?? []
      }),
      {
        clock: systemClock,
        refreshMs: waits.factsRefresh,
        waitForReturn: true,
        onFailure: (need, err) => log.warn({ need, err }, 'a fact of AWS could not be had'),
      },
    ),
    records: new Records({ client: cluster, cache: caches.records, namespace: process.controllerNamespace, timing }),
    events: new Events({
      writer: {
        create: (event) => createEvent(cluster, event),
        repeat: (event, again) => patchEvent(cluster, event, again),
      },
      timing,
      wallClock: systemClock.now,
      log,
      repeatPeriodMs: waits.eventRepeatPeriod,
    }),
  }
  const targets = newBindingMemory()
  const security = new SecurityLane(io, () => areAllSettled(io, targets))
  const bindings = new BindingLane(io, security, targets)
  const groups = new GroupLane({ ...io, bindingLane: bindings, securityLane: security, memory: newGroupMemory() })
  const afterMs = waits.debounce
  wakeOnChanges(caches, flags, {
    group: (group) => groups.queue.add(group, { afterMs }),
    binding: (key) => bindings.queue.add(key, { afterMs }),
    security: () => security.wake(afterMs),
  })
  return { io, lanes: { groups, bindings, security } }
}

/** Keys that wait, by lane. */
export const depthsOf = ({ groups, bindings, security }: Lanes): Readonly<Record<string, number>> => ({
  group: groups.queue.depth,
  binding: bindings.queue.depth,
  security: security.queue.depth,
})
