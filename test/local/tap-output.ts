/** What the files read so far have shown. A test is what stands directly in a test file: a subtest or an assertion. */
export interface TestCounts {
  readonly passed: number
  readonly failed: number
}

/** Which lines are shown: each file with its failed tests, or each test too. */
export type Detail = 'files' | 'tests'

const resultLine = /^( {4})?(not )?ok \d+(?: - (.*))?$/

/** In one file, failed tests beyond these are told by name only. */
const failuresShownInFull = 5

/**
 * Reads the TAP stream of tap's runner (TAP version 14, one subtest per file) line by line: counts tests, and tells
 * what is worth a person's reading: one line per file, and everything about a test that failed. Tests that are skipped
 * or to do count neither way.
 */
export class TapReader {
  readonly #show: (line: string) => void
  readonly #detail: Detail
  #passed = 0
  #failed = 0
  #failedInFile = 0
  #passedInFile = 0
  #pending: string[] = []
  #kept: string[] = []
  #diagnosis: 'none' | 'test' | 'hidden' = 'none'

  constructor(show: (line: string) => void, detail: Detail) {
    this.#show = show
    this.#detail = detail
  }

  get counts(): TestCounts {
    return { passed: this.#passed, failed: this.#failed }
  }

  line(line: string): void {
    if (this.#diagnosis !== 'none') return this.#diagnosisLine(line)
    const result = resultLine.exec(line)
    if (result === null) {
      this.#pending.push(line)
      return
    }
    const [, indent, not, description = ''] = result
    if (indent === undefined) this.#fileResult(not === undefined, description, line)
    else this.#testResult(not === undefined, description, line)
  }

  #testResult(ok: boolean, description: string, line: string): void {
    const before = this.#pending.splice(0)
    if (/ # (?:skip|todo)\b/i.test(description)) return
    if (ok) {
      this.#passedInFile += 1
    } else {
      this.#failedInFile += 1
      const inFull = this.#failedInFile <= failuresShownInFull
      this.#kept.push(...(inFull ? before : []), line)
      this.#diagnosis = inFull ? 'test' : 'hidden'
    }
    if (this.#detail === 'tests') this.#show(`    ${ok ? 'ok    ' : 'NOT OK'} ${description}`)
  }

  #fileResult(ok: boolean, description: string, line: string): void {
    // A file that failed without a failed test: it crashed, ran out of time or held no test.
    if (!ok && this.#failedInFile === 0) {
      this.#failedInFile = 1
      this.#kept.push(...this.#pending, line)
    }
    this.#passed += this.#passedInFile
    this.#failed += this.#failedInFile
    this.#show(
      `${ok ? 'ok    ' : 'NOT OK'} ${description.replace(/ # time=.*/, '')}: ${this.#fileSummary(description)}`,
    )
    for (const kept of this.#kept) this.#show(kept)
    this.#pending = []
    this.#kept = []
    this.#passedInFile = 0
    this.#failedInFile = 0
    this.#diagnosis = ok ? 'none' : 'hidden'
  }

  #fileSummary(description: string): string {
    const time = / # time=([\d.]+)ms/.exec(description)
    const counts = `${this.#passedInFile} passed, ${this.#failedInFile} failed`
    return time === null ? counts : `${counts} in ${Math.round(Number(time[1]))} ms`
  }

  /** The YAML block behind a test is shown or hidden; the one behind a file only repeats how tap started it. */
  #diagnosisLine(line: string): void {
    if (!/^ {2}/.test(line) || resultLine.test(line)) {
      this.#diagnosis = 'none'
      this.line(line)
      return
    }
    if (this.#diagnosis === 'test') this.#kept.push(line)
    if (/^(?: {4})? {2}\.\.\.$/.test(line)) this.#diagnosis = 'none'
  }
}
