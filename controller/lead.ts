import type { Controller, Lanes } from './assemble.ts'
import type { Io } from './io.ts'
import { backOffMs } from './queue.ts'
import { allBindings, groupsToLookAt } from './sweep.ts'
import { pause } from './timing.ts'

/** What a leader does until it is told to stop or leadership is lost: lists AWS, looks at everything, and again each while. */
export const lead = async ({ io, lanes }: Controller, lost: AbortSignal): Promise<void> => {
  const end = AbortSignal.any([io.stopping, lost])
  if (!(await list(io, end))) return
  const { waits } = io.settings
  const loadBalancers = io.inventory.liveLoadBalancers() ?? []
  io.log.info({ count: loadBalancers.length }, 'found load balancers')
  lookAtAll(io, lanes)
  for (const { queue } of Object.values(lanes)) queue.start()
  const period = Math.min(waits.inventoryMaxAge, waits.syncPeriod)
  while (!end.aborted) {
    // oxlint-disable no-await-in-loop -- one listing after the other
    await pause(io.timing, period, end)
    if (!end.aborted && (await list(io, end))) lookAtAll(io, lanes)
    // oxlint-enable no-await-in-loop
  }
}

/** Lists AWS, however long that takes to succeed; false when it is time to end. */
const list = async (io: Io, end: AbortSignal): Promise<boolean> => {
  const { waits } = io.settings
  for (let failures = 0; !end.aborted;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- each attempt follows the failure of the one before
      await io.inventory.refresh(AbortSignal.any([io.signal, end]))
      return true
    } catch (err) {
      if (end.aborted) return false
      failures += 1
      io.log.warn({ err, failures }, 'listing AWS failed')
      const backOff = { baseMs: waits.retryBaseDelay, maxMs: waits.retryMaxDelay }
      // oxlint-disable-next-line no-await-in-loop
      await pause(io.timing, backOffMs(backOff, failures, Math.random()), end)
    }
  }
  return false
}

const lookAtAll = (io: Io, { groups, bindings, security }: Lanes): void => {
  for (const group of groupsToLookAt(io.inventory, io.caches, io.settings))
    groups.queue.add(group, { priority: 'resync' })
  for (const binding of allBindings(io.caches)) bindings.queue.add(binding, { priority: 'resync' })
  security.resync()
}
