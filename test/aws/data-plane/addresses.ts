import type { TargetAddress } from '../control-types.ts'

/** Where targets are on loopback, by id and port. */
export class Addresses {
  readonly #known = new Map<string, TargetAddress>()

  set(id: string, port: number, address: TargetAddress | undefined): void {
    if (address === undefined) this.#known.delete(`${id}:${port}`)
    else this.#known.set(`${id}:${port}`, address)
  }

  of(id: string, port: number): TargetAddress | undefined {
    return this.#known.get(`${id}:${port}`)
  }

  clear(): void {
    this.#known.clear()
  }
}
