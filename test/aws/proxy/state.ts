import { setTimeout as sleep } from 'node:timers/promises'
import type { Call } from '../control-types.ts'
import type { Account } from './account.ts'
import { Faults, Throttle } from './faults.ts'
import { type AwsRequest, isWrite } from './request.ts'

/** What the proxy holds while it runs: the account, the faults, the record of calls and the answers that are held. */
export class ProxyState {
  readonly account: Account
  readonly faults = new Faults()
  readonly throttle = new Throttle()
  #calls: Call[] = []
  #held: (() => void)[] = []
  #turn: Promise<unknown> = Promise.resolve()
  #requests = 0

  constructor(account: Account) {
    this.account = account
  }

  get calls(): readonly Call[] {
    return this.#calls
  }

  resetCalls(): void {
    this.#calls = []
  }

  /** How many answers are held, after waiting for the first one up to the given time. */
  async held(milliseconds: number): Promise<number> {
    const deadline = performance.now() + milliseconds
    while (this.#held.length === 0 && performance.now() < deadline) await sleep(5)
    return this.#held.length
  }

  releaseHeld(): void {
    const held = this.#held
    this.#held = []
    for (const release of held) release()
  }

  /** Waits for the release; a client that goes away is held no longer. */
  hold(gone: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#held.push(resolve)
      gone.addEventListener('abort', () => {
        this.#held = this.#held.filter((release) => release !== resolve)
        resolve()
      })
    })
  }

  /** Runs work when everything before it is done. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  nextRequestId(): string {
    this.#requests += 1
    return `emulator-${this.#requests.toString(16).padStart(8, '0')}`
  }

  /** Takes a call into the record; the function returned completes it with its outcome. */
  count(request: AwsRequest): (outcome: Partial<Pick<Call, 'status' | 'errorCode' | 'fault'>>) => void {
    const calls = this.#calls
    const index = calls.length
    const { service, action, parameters, client } = request
    const call: Call = {
      index,
      service,
      action,
      write: isWrite(action),
      parameters,
      status: 0,
      ...(client === undefined ? {} : { client }),
    }
    calls.push(call)
    return (outcome) => {
      calls[index] = { ...call, ...outcome }
    }
  }
}
