import type { Test } from 'tap'
import type { CommandResult } from '../../local/run.ts'

type Comparing = Pick<Test, 'same'>

/** kubectl was refused: exit status 1, nothing on standard output, exactly these lines on standard error. */
export const refused = (t: Comparing, result: CommandResult, lines: readonly string[]): void => {
  t.same(result, { code: 1, stdout: '', stderr: lines.map((line) => `${line}\n`).join('') })
}

/** kubectl succeeded with exactly these lines, and exactly these warnings in their order. */
export const accepted = (
  t: Comparing,
  result: CommandResult,
  lines: readonly string[],
  warnings: readonly string[] = [],
): void => {
  t.same(result, {
    code: 0,
    stdout: lines.map((line) => `${line}\n`).join(''),
    stderr: warnings.map((warning) => `Warning: ${warning}\n`).join(''),
  })
}
