import { Registry, collectDefaultMetrics } from 'prom-client'

/**
 * A registry of one process, so that nothing is global. It holds the runtime's own metrics (memory, event-loop delay)
 * from the start; the counters of a module are made by that module, with `registers: [registry]`.
 */
export const createRegistry = (): Registry => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}
