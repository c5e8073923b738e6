import { join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import type { Settings } from '../shared/process/flags.ts'
import { describeSettings, parseFlags } from '../shared/process/flags.ts'
import { processLog } from '../shared/process/log.ts'
import { stopSignal } from '../shared/process/signals.ts'
import { rules } from './rules.ts'
import { runWebhook } from './run.ts'

const start = async (settings: Settings): Promise<number> => {
  const log = processLog(settings.process.logLevel).child({ process: 'webhook' })
  const stop = stopSignal({ log })
  log.info({ version: manifest.version, ...describeSettings(settings) }, 'settings')
  try {
    await runWebhook({
      settings,
      log,
      stop,
      judges: rules,
      ruleset: manifest.version,
      files: {
        certificateFile: join(settings.process.webhookCertDir, settings.process.webhookCertFile),
        keyFile: join(settings.process.webhookCertDir, settings.process.webhookKeyFile),
      },
    })
    log.info('stopped')
    return 0
  } catch (error) {
    if (stop.aborted) {
      log.info('stopped before it was ready')
      return 0
    }
    log.error({ err: error }, 'could not start')
    return 1
  }
}

const main = async (): Promise<number> => {
  const parsed = parseFlags(process.argv.slice(2), process.env, 'webhook')
  switch (parsed.is) {
    case 'help':
      process.stdout.write(parsed.text)
      return 0
    case 'refused':
      for (const problem of parsed.problems) process.stderr.write(`${problem}\n`)
      return 1
    case 'settings':
      return start(parsed.settings)
    default:
      return parsed satisfies never
  }
}

process.exit(await main())
