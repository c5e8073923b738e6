import type { FastifyInstance, LightMyRequestResponse } from 'fastify'

/** What asking has cost. */
export interface Cost {
  requests: number
  /** Longest time of one request on the processor, in milliseconds, and what it was. */
  slowest: { readonly milliseconds: number; readonly what: string }
}

export const newCost = (): Cost => ({ requests: 0, slowest: { milliseconds: 0, what: '' } })

/** Longest time in which a request may hold up all others, in milliseconds of the processor. */
export const stall = 250

/**
 * Posts a body through the application. The time is that of the processor, in which others on the machine do not count;
 * all of it is spent in one go where nothing is waited for.
 */
export const ask = async (
  app: FastifyInstance,
  cost: Cost,
  url: string,
  payload: string | Buffer,
): Promise<LightMyRequestResponse> => {
  const start = process.cpuUsage()
  const reply = await app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json' }, payload })
  const { user, system } = process.cpuUsage(start)
  const milliseconds = (user + system) / 1_000
  cost.requests += 1
  if (milliseconds > cost.slowest.milliseconds) {
    const text = payload.toString()
    const what = text.slice(Math.max(0, text.indexOf('alb.ingress.kubernetes.io/'))).slice(0, 100)
    cost.slowest = { milliseconds, what: `${url}, ${payload.length} bytes, ${what}` }
  }
  if (milliseconds > stall)
    throw new Error(`${Math.round(milliseconds)} ms for ${url} ${payload.toString().slice(0, 2_000)}`)
  return reply
}
