import { z } from 'zod'
import { buckets, certificateChange, emulatorSettings, fault, targetAddress } from '../control-types.ts'
import type { Answer } from './errors.ts'
import type { ProxyState } from './state.ts'

const targetEntry = z.strictObject({ id: z.string(), port: z.int(), address: targetAddress.optional() })

const certificateEntry = z.strictObject({ arn: z.string(), change: certificateChange })

/** The control API of the emulator: JSON over HTTP under `/_`, never counted. */
export async function control(state: ProxyState, url: URL, body: string): Promise<Answer> {
  const told: unknown = body === '' ? undefined : JSON.parse(body)
  switch (url.pathname) {
    case '/_calls':
      return json(state.calls.slice(Number(url.searchParams.get('from') ?? 0)))
    case '/_calls/reset':
      state.resetCalls()
      return json({})
    case '/_reset':
      await state.inTurn(async () => {
        state.faults.clear()
        state.throttle.configure({})
        state.releaseHeld()
        await state.account.reset()
        state.resetCalls()
      })
      return json({})
    case '/_faults':
      state.faults.arm(fault.parse(told))
      return json({})
    case '/_faults/clear':
      state.faults.clear()
      state.releaseHeld()
      return json({})
    case '/_held':
      return json(await state.held(Number(url.searchParams.get('wait') ?? 0)))
    case '/_held/release':
      state.releaseHeld()
      return json({})
    case '/_throttle':
      state.throttle.configure(buckets.parse(told))
      return json({})
    case '/_settings':
      await state.inTurn(() => state.account.configure(emulatorSettings.parse(told)))
      return json(state.account.settings)
    case '/_listeners':
      return json(state.account.dataPlane.listeners())
    case '/_certificates': {
      const { arn, change } = certificateEntry.parse(told)
      await state.inTurn(async () => state.account.own.certificates.change(arn, change))
      return json({})
    }
    case '/_state':
      return json(await state.inTurn(() => state.account.state()))
    case '/_targets': {
      const { id, port, address } = targetEntry.parse(told)
      state.account.dataPlane.addresses.set(id, port, address)
      await state.inTurn(() => state.account.dataPlane.sync())
      return json({})
    }
    default:
      return { ...json({ error: `no such page: ${url.pathname}` }), status: 404 }
  }
}

function json(value: unknown): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
