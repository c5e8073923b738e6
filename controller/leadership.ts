import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { ClusterClient } from '../shared/cluster/client.ts'
import { systemClock } from '../shared/process/clock.ts'
import type { Log } from '../shared/process/log.ts'
import type { Settings } from '../shared/process/settings.ts'
import { leaseApi } from './lease-api.ts'
import { Lease } from './lease.ts'
import { processTiming } from './timing.ts'

/** A destructive call needs a confirmation of the Lease that is at most so old. */
const fenceMs = 2000

/** Whether this process may act. */
export interface Leadership {
  readonly acquire: (stop: AbortSignal) => Promise<void>
  readonly isHeld: () => boolean
  /** Aborted when leadership is lost; the process then ends. */
  readonly lost: AbortSignal
  /** Throws unless leadership is certain. */
  readonly fence: () => Promise<void>
  readonly release: () => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Leadership by the Lease, which we share with aws-load-balancer-controller. Without leader election this process always
 * may act; with `--plan-only` too, since it writes nothing and somebody else may be acting.
 * @param client one of its own, so that no load delays a renewal
 */
export const leadership = ({ process, waits }: Settings, client: ClusterClient, log: Log): Leadership => {
  const { enabled, id, namespace } = process.leaderElection
  if (!enabled || process.planOnly) {
    return {
      acquire: () => {
        log.info({ 'leader-election': enabled, 'plan-only': process.planOnly }, 'became leader')
        return Promise.resolve()
      },
      isHeld: () => true,
      lost: new AbortController().signal,
      fence: () => Promise.resolve(),
      release: () => Promise.resolve(),
      close: () => client.close(),
    }
  }
  const lease = new Lease({
    api: leaseApi(client, { namespace, name: id }, waits.leaseRenewDeadline),
    identity: `${hostname()}_${randomUUID()}`,
    durationMs: waits.leaseDuration,
    renewDeadlineMs: waits.leaseRenewDeadline,
    retryPeriodMs: waits.leaseRetryPeriod,
    timing: processTiming,
    random: Math.random,
    wallClock: systemClock.now,
    log: log.child({ lease: `${namespace}/${id}` }),
  })
  return {
    acquire: (stop) => lease.acquire(stop),
    isHeld: () => lease.held,
    lost: lease.lost,
    fence: () => lease.confirmedWithin(Math.min(fenceMs, waits.leaseRenewDeadline)),
    release: () => lease.release(),
    close: () => client.close(),
  }
}
