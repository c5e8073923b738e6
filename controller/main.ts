import manifest from '../package.json' with { type: 'json' }
import { runProgram } from '../shared/process/program.ts'
import { runController } from './run.ts'

process.exit(await runProgram({ name: 'controller', version: manifest.version }, runController))
