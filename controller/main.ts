import manifest from '../package.json' with { type: 'json' }
import { describeSettings, parseFlags } from '../shared/process/flags.ts'
import type { ParsedFlags } from '../shared/process/flags.ts'
import { processLog } from '../shared/process/log.ts'
import { stopSignal } from '../shared/process/signals.ts'
import { runController } from './run.ts'

const start = async ({ settings, withoutEffect }: Extract<ParsedFlags, { is: 'settings' }>): Promise<number> => {
  const log = processLog(settings.process.logLevel).child({ process: 'controller' })
  const stop = stopSignal({ log })
  log.info({ version: manifest.version, ...describeSettings(settings) }, 'settings')
  const { notYet, ignored } = withoutEffect
  if (notYet.length + ignored.length > 0) log.warn({ 'not-yet': notYet, ignored }, 'flags without effect')
  try {
    await runController({ settings, log, stop })
    log.info('stopped')
    return 0
  } catch (error) {
    log.error({ err: error }, 'controller ends')
    return 1
  }
}

const main = async (): Promise<number> => {
  const parsed = parseFlags(process.argv.slice(2), process.env, 'controller')
  switch (parsed.is) {
    case 'help':
      process.stdout.write(parsed.text)
      return 0
    case 'refused':
      for (const problem of parsed.problems) process.stderr.write(`${problem}\n`)
      return 1
    case 'settings':
      return start(parsed)
    default:
      return parsed satisfies never
  }
}

process.exit(await main())
