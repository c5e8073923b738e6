import { styleText } from 'node:util'
import type { CommandResult } from '../local/run.ts'
import type { Observation } from './observations.ts'
import { typed } from './shell.ts'

// What the story prints. Colours appear on a terminal only.

export function tellTitle(number: number, of: number, title: string): void {
  console.log(`\n${styleText('bold', `${number}/${of}  ${title}`)}`)
}

export function tellCommand(command: readonly string[]): void {
  console.log(`${styleText('cyan', '$')} ${typed(command)}`)
}

export function tellPipe(...commands: readonly (readonly string[])[]): void {
  console.log(`${styleText('cyan', '$')} ${commands.map(typed).join(' | ')}`)
}

/** kubectl writes warnings and refusals to standard error, and they come first. */
export function tellOutput({ stdout, stderr }: CommandResult): void {
  for (const text of [stderr, stdout]) if (text !== '') console.log(text.replaceAll('\r\n', '\n').trimEnd())
}

export function tellLines(lines: readonly string[]): void {
  for (const line of lines) console.log(`  ${line}`)
}

export function tellObservation({ sentence, held, instead }: Observation): void {
  console.log(`  ${held ? styleText('green', '✓') : styleText('red', '✗')} ${sentence}`)
  if (!held && instead !== undefined) console.log(indented(instead))
}

/** A text of several lines, set in. */
export function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}
