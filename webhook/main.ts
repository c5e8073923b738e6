import { join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { runProgram } from '../shared/process/program.ts'
import { rules } from './rules.ts'
import { runWebhook } from './run.ts'

const { version } = manifest

const status = await runProgram({ name: 'webhook', version }, ({ settings, log, stop }) => {
  const { webhookCertDir, webhookCertFile, webhookKeyFile } = settings.process
  return runWebhook({
    settings,
    log,
    stop,
    judges: rules,
    ruleset: version,
    files: { certificateFile: join(webhookCertDir, webhookCertFile), keyFile: join(webhookCertDir, webhookKeyFile) },
  })
})
process.exit(status)
