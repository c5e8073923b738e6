import { Registry } from 'prom-client'
import { assemble } from '../../controller/assemble.ts'
import type { Controller } from '../../controller/assemble.ts'
import { lead } from '../../controller/lead.ts'
import { ControllerMetrics } from '../../controller/metrics.ts'
import { processTiming } from '../../controller/timing.ts'
import { parseFlags } from '../../shared/process/flags.ts'
import type { Settings } from '../../shared/process/settings.ts'
import type { Emulated } from '../shared/aws/emulated.ts'
import type { FakeCluster } from './fake-cluster.ts'
import { recordingLog } from './recording-log.ts'

const scaled = [
  '--debounce=5ms',
  '--retry-base-delay=20ms',
  '--retry-max-delay=200ms',
  '--set-aside-max-delay=100ms',
  '--orphan-observation-delay=200ms',
  '--aws-retry-delay=50ms',
  '--aws-retry-timeout=5s',
  '--first-targets-timeout=3s',
  '--replacement-grace=1s',
  '--replacement-poll-period=100ms',
]

export const settingsOf = (vpcId: string, flags: readonly string[]): Settings => {
  const parsed = parseFlags(
    ['--cluster-name=demo', '--aws-region=ap-northeast-1', `--aws-vpc-id=${vpcId}`, ...scaled, ...flags],
    {},
  )
  if (parsed.is !== 'settings') throw new Error(JSON.stringify(parsed))
  return parsed.settings
}

export interface RunningController extends Controller {
  readonly registry: Registry
  readonly logged: ReturnType<typeof recordingLog>
  /** As SIGTERM: steps under way end, no other is begun. */
  readonly stop: () => Promise<void>
}

/**
 * The controller without a process: its lanes over a cluster with memory and AWS on loopback, leader from the start.
 * `killed` ends it as a kill does: calls under way are cut.
 */
export const startController = (
  cluster: FakeCluster,
  { aws, fixture }: Pick<Emulated, 'aws' | 'fixture'>,
  flags: readonly string[] = [],
  killed: AbortSignal = new AbortController().signal,
): RunningController => {
  const stopping = new AbortController()
  const registry = new Registry()
  const logged = recordingLog()
  const controller: Controller = assemble({
    settings: settingsOf(fixture.vpcId, flags),
    cluster,
    caches: cluster.caches,
    aws,
    metrics: new ControllerMetrics(
      registry,
      () => ({}),
      () => true,
    ),
    log: logged.log,
    timing: processTiming,
    fence: () => Promise.resolve(),
    signal: killed,
    stopping: AbortSignal.any([stopping.signal, killed]),
  })
  const leading = lead(controller, killed)
  return {
    ...controller,
    registry,
    logged,
    stop: async () => {
      stopping.abort()
      await leading
      await Promise.all(Object.values(controller.lanes).map(({ queue }) => queue.drain()))
      await controller.io.events.flush()
    },
  }
}

/** Waits until a condition holds; what does not hold in time is an error. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = 10_000,
): Promise<void> => {
  const endsAt = Date.now() + milliseconds
  // oxlint-disable no-await-in-loop -- polling
  while (!(await holds())) {
    if (Date.now() > endsAt) throw new Error(`not in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  // oxlint-enable no-await-in-loop
}
