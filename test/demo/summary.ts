import { styleText } from 'node:util'
import { actionList, type CountedCalls } from './calls.ts'
import { indented } from './narrator.ts'
import type { Break } from './play.ts'
import type { RunningStage } from './stage.ts'

/** Prints what held, what did not, and what it cost; answers whether everything held. */
export function printSummary(
  { observations, counts }: Pick<RunningStage, 'observations' | 'counts'>,
  broken: Break | undefined,
  seconds: number,
): boolean {
  const failed = observations.filter(({ held }) => !held)
  console.log(`\n${styleText('bold', 'Summary')}`)
  for (const line of counts.flatMap(countLines)) console.log(line)
  for (const { step, sentence, instead } of failed) {
    console.log(`Did not hold: ${sentence} (${step})`)
    if (instead !== undefined) console.log(indented(instead))
  }
  if (broken !== undefined) console.log(`The demo ended early, in "${broken.step}":\n${indented(broken.reason)}`)
  const held = failed.length === 0 && broken === undefined
  console.log(`${observations.length - failed.length} of ${observations.length} observations held.`)
  console.log(`${held ? 'Everything held' : 'NOT everything held'}; ${seconds.toFixed(0)} seconds.`)
  return held
}

function countLines(counted: CountedCalls): readonly string[] {
  const { name, calls, writes, milliseconds } = counted
  return [
    `${name}: ${calls} AWS calls, ${writes} of them writes, in ${(milliseconds / 1000).toFixed(1)} seconds`,
    `  ${actionList(counted)}`,
  ]
}
