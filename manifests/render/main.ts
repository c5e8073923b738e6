import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { files } from './files.ts'
import { values } from './values.ts'

const base = join(import.meta.dirname, '..', 'base')

const help = `Usage: npm run render [-- --check]

Writes the kustomize base ${shown(base)} from the values in manifests/render/values.ts.

  --check            write nothing; name the files that differ and exit with status 1 if there are any
  --directory DIR    the base to write or to check, instead of ${shown(base)}
  --help             show this text
`

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    directory: { type: 'string', default: base },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) process.stdout.write(help)
else if (options.check) await check(options.directory)
else await render(options.directory)

async function render(directory: string): Promise<void> {
  const stale = await differences(directory)
  await mkdir(directory, { recursive: true })
  const wanted = files(values)
  for (const name of stale) {
    const text = wanted.get(name)
    if (text === undefined) await rm(join(directory, name))
    else await writeFile(join(directory, name), text)
  }
  process.stdout.write(`${wanted.size} files rendered in ${shown(directory)}, ${stale.length} changed\n`)
}

async function check(directory: string): Promise<void> {
  const stale = await differences(directory)
  if (stale.length === 0) {
    process.stdout.write(`${files(values).size} files in ${shown(directory)} are fresh\n`)
    return
  }
  process.stderr.write(
    `stale, run "npm run render":\n${stale.map((name) => `  ${shown(join(directory, name))}\n`).join('')}`,
  )
  process.exitCode = 1
}

/** Names of files that are missing, differ or do not belong there. */
async function differences(directory: string): Promise<readonly string[]> {
  const wanted = files(values)
  const present = await contents(directory)
  const names = new Set([...wanted.keys(), ...present.keys()])
  return [...names].filter((name) => wanted.get(name) !== present.get(name)).sort()
}

async function contents(directory: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const)),
  )
}

function shown(path: string): string {
  return relative(process.cwd(), path)
}
