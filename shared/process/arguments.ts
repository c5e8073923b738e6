import type { Flag } from './flag.ts'
import { neverOurs, notYet } from './flag-without-effect.ts'

/** The texts that were given for each flag, by its name, and what could not be understood. */
export interface GivenFlags {
  readonly help: boolean
  readonly texts: ReadonlyMap<string, string>
  readonly problems: readonly string[]
}

/** `cluster-name` -> `CLUSTER_NAME` */
export const environmentName = (flag: string): string => flag.toUpperCase().replaceAll('-', '_')

const plain = (word: string): string => word.replaceAll(/[-_]/g, '').toLowerCase()

const nearest = (name: string, known: readonly string[]): string => {
  const same = known.find((each) => plain(each) === plain(name))
  return same === undefined ? '' : `; did you mean --${same}?`
}

/**
 * Reads `--flag value`, `--flag=value` and bare switches, then the environment (capitals with `_`; an empty value counts
 * as absent). A flag beats the environment.
 */
export const readArguments = (
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  flags: readonly Pick<Flag<unknown>, 'name' | 'isSwitch' | 'repeats'>[],
): GivenFlags => {
  const known = new Map(flags.map((flag) => [flag.name, flag]))
  for (const [name, kind] of [...Object.entries(notYet), ...Object.entries(neverOurs)]) {
    known.set(name, { name, isSwitch: kind === 'switch', repeats: true })
  }
  const texts = new Map<string, string>()
  const problems: string[] = []
  let help = false

  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? ''
    if (word === '--help' || word === '-h') {
      help = true
      continue
    }
    const [, name, inline] = /^--([a-z][a-zA-Z0-9_-]*)(?:=([\s\S]*))?$/.exec(word) ?? []
    if (name === undefined) {
      problems.push(`${JSON.stringify(word)} is no flag; write --flag=value`)
      continue
    }
    const flag = known.get(name)
    if (flag === undefined) {
      problems.push(`unknown flag --${name}${nearest(name, [...known.keys()])}`)
      if (inline === undefined && argv[index + 1]?.startsWith('-') === false) index += 1
      continue
    }
    const value = inline ?? (flag.isSwitch ? 'true' : argv[(index += 1)])
    if (value === undefined) problems.push(`--${name} has no value`)
    else texts.set(name, flag.repeats && texts.has(name) ? `${texts.get(name)},${value}` : value)
  }

  for (const name of known.keys()) {
    const value = environment[environmentName(name)]
    if (value !== undefined && value !== '' && !texts.has(name)) texts.set(name, value)
  }
  return { help, texts, problems }
}
