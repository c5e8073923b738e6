import { describeSettings, parseFlags, type ParsedFlags, type Settings } from './flags.ts'
import { type Log, processLog } from './log.ts'
import { stopSignal } from './signals.ts'

/** What a process works with once its command line is read. */
export interface Program {
  readonly settings: Settings
  readonly log: Log
  /** Aborted by SIGTERM or SIGINT. */
  readonly stop: AbortSignal
}

/**
 * Runs a process from its command line to its exit status: `--help` prints the flags, a wrong flag refuses to start with
 * all that is wrong, else `run` goes on until it is told to stop. 0 after a stop, 1 when it failed or could not start.
 */
export const runProgram = async (
  of: { readonly name: string; readonly version: string },
  run: (program: Program) => Promise<void>,
): Promise<number> => {
  const parsed = parseFlags(process.argv.slice(2), process.env, of.name)
  switch (parsed.is) {
    case 'help':
      process.stdout.write(parsed.text)
      return 0
    case 'refused':
      for (const problem of parsed.problems) process.stderr.write(`${problem}\n`)
      return 1
    case 'settings':
      return start(of, parsed, run)
    default:
      return parsed satisfies never
  }
}

const start = async (
  { name, version }: { readonly name: string; readonly version: string },
  { settings, withoutEffect }: Extract<ParsedFlags, { readonly is: 'settings' }>,
  run: (program: Program) => Promise<void>,
): Promise<number> => {
  const log = processLog(settings.process.logLevel).child({ process: name })
  const stop = stopSignal({ log })
  log.info({ version, ...describeSettings(settings) }, 'settings')
  const { notYet, ignored } = withoutEffect
  if (notYet.length + ignored.length > 0) log.warn({ 'not-yet': notYet, ignored }, 'flags without effect')
  try {
    await run({ settings, log, stop })
    log.info('stopped')
    return 0
  } catch (error) {
    if (stop.aborted) {
      log.info({ err: error }, 'stopped before it was done')
      return 0
    }
    log.error({ err: error }, 'ended by an error')
    return 1
  }
}
