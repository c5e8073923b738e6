import { join } from 'node:path'
import { plainEnvironment } from '../local/processes.ts'
import { repository } from '../local/product.ts'
import { type CommandResult, runCommand } from '../local/run.ts'

/** Runs kubectl and curl as a person would in the repository's folder. */
export interface Shell {
  /** `input` is its standard input. */
  run(command: readonly string[], input?: string): Promise<CommandResult>
}

/** `kubectl` is the program, and `home` a folder for its cache. */
export function createShell(options: {
  readonly kubectl: string
  readonly kubeconfig: string
  readonly home: string
}): Shell {
  const environment = { ...plainEnvironment(), HOME: join(options.home), KUBECONFIG: options.kubeconfig }
  return {
    run: ([program, ...args], input) => {
      if (program === undefined) throw new Error('there is no command to run')
      const found = program === 'kubectl' ? options.kubectl : program
      return runCommand(found, args, {
        environment,
        workingDirectory: repository,
        ...(input === undefined ? {} : { input }),
      })
    },
  }
}

/** A command as one would type it. */
export function typed(command: readonly string[]): string {
  return command.map(word).join(' ')
}

function word(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`
}
