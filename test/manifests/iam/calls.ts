import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../../../build/bundle.ts'

/**
 * The operations of AWS that a process can call, `service:Action`, sorted: those that are left in its bundle, into which
 * esbuild takes only what can be reached from `main.ts`.
 */
export const callsInCode = async (process: 'webhook' | 'controller'): Promise<readonly string[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'calls-'))
  try {
    const outfile = join(directory, `${process}.js`)
    await bundle(process, outfile)
    const found = (await readFile(outfile, 'utf8')).matchAll(/\boperation\d*\(\s*"(\w+)",\s*"(\w+)",/g)
    return [...found].map(([, service = '', action = '']) => `${service}:${action}`).sort()
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
