interface Waiting {
  readonly bytes: number
  readonly admit: () => void
}

/**
 * The bytes of bodies that may be in memory at once. A small body passes at once; a large one waits its turn, and gives up
 * when the wait is over.
 */
export class BodyBudget {
  readonly #limit: number
  readonly #small: number
  #used = 0
  readonly #waiting: Waiting[] = []

  constructor(limit: number, small: number) {
    this.#limit = limit
    this.#small = small
  }

  /** Bytes in flight now. */
  get used(): number {
    return this.#used
  }

  /** Resolves to the function that gives the bytes back, or to `undefined` when there was no room in `waitMs`. */
  async take(bytes: number, waitMs: number): Promise<(() => void) | undefined> {
    if (bytes <= this.#small || (this.#waiting.length === 0 && this.#fits(bytes))) return this.#admit(bytes)
    if (waitMs <= 0) return undefined
    return new Promise((resolve) => {
      const waiting: Waiting = {
        bytes,
        admit: () => {
          clearTimeout(timer)
          resolve(this.#admit(bytes))
        },
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        resolve(undefined)
        this.#next()
      }, waitMs)
      this.#waiting.push(waiting)
    })
  }

  #fits(bytes: number): boolean {
    return this.#used + bytes <= this.#limit
  }

  #admit(bytes: number): () => void {
    this.#used += bytes
    let given = false
    return () => {
      if (given) return
      given = true
      this.#used -= bytes
      this.#next()
    }
  }

  #next(): void {
    let first = this.#waiting[0]
    while (first !== undefined && this.#fits(first.bytes)) {
      this.#waiting.shift()
      first.admit()
      first = this.#waiting[0]
    }
  }
}
