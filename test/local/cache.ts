import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A line for people about what a long step does, how far it is and why it takes time. */
export type Progress = (line: string) => void

/** The user's cache folder of this project: built binaries and the Python environment, shared by all clones. */
export function cacheDirectory(): string {
  const base = process.env['XDG_CACHE_HOME']
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'alb-ingress-controller')
}

/** Names a folder in the cache after everything that its contents depend on. */
export function cacheKey(name: string, inputs: readonly string[]): string {
  const hash = createHash('sha256')
  for (const input of inputs) hash.update(`${input.length}:`).update(input)
  return `${name}-${process.platform}-${process.arch}-${hash.digest('hex').slice(0, 12)}`
}
