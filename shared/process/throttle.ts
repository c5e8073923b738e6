import type { FlagReading } from './flag.ts'

/** How often calls of one service may be made whose action matches. */
export interface Throttle {
  /** As the SDK names it (`serviceId`): `Elastic Load Balancing v2`, `EC2` … */
  readonly serviceId: string
  /** A regular expression on the name of the action. */
  readonly actions: string
  /** Calls a second. */
  readonly rate: number
  /** Most calls at once. */
  readonly burst: number
}

/**
 * `Elastic Load Balancing v2:^Create=10:50,EC2:.*=20:100`, as aws-load-balancer-controller writes it (its page "Controller
 * configuration options", "throttle config").
 */
export const readThrottles = (given: string): FlagReading<readonly Throttle[]> => {
  const read: Throttle[] = []
  for (const entry of given.split(',').filter((each) => each.trim() !== '')) {
    const found = /^\s*(?<serviceId>[^:=]+):(?<actions>[^:=]+)=(?<rate>\d+(?:\.\d+)?):(?<burst>\d{1,9})\s*$/.exec(entry)
    const { serviceId = '', actions = '', rate, burst } = found?.groups ?? {}
    if (found === null || Number(rate) === 0 || Number(burst) === 0)
      return { ok: false, problem: `${JSON.stringify(entry)} is not service:actions=rate:burst` }
    if (!isPattern(actions)) return { ok: false, problem: `${JSON.stringify(actions)} is no regular expression` }
    read.push({ serviceId, actions, rate: Number(rate), burst: Number(burst) })
  }
  return { ok: true, value: read }
}

export const showThrottles = (throttles: readonly Throttle[]): string =>
  throttles.map(({ serviceId, actions, rate, burst }) => `${serviceId}:${actions}=${rate}:${burst}`).join(',')

const isPattern = (text: string): boolean => {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}
