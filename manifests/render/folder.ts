import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'

/** A folder of generated files, and the command that writes it. Only the subfolders that have such files are looked into. */
export interface Folder {
  /** Where it is committed. */
  readonly directory: string
  /** Text by file name (`annotations.md`, `base/namespace.yaml`); same sources, same bytes. */
  readonly files: ReadonlyMap<string, string>
  /** `npm run render` */
  readonly command: string
  /** One sentence for the help text. */
  readonly what: string
  /** Files of the folder that are written by hand. */
  readonly byHand?: readonly string[]
}

/** Runs a generator from its command line: writes the folder, or with `--check` names what is stale and exits with 1. */
export const runFolder = async (folder: Folder): Promise<void> => {
  const { values: options } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      directory: { type: 'string', default: folder.directory },
      help: { type: 'boolean', default: false },
    },
  })
  if (options.help) process.stdout.write(helpOf(folder))
  else if (options.check) await check(folder, options.directory)
  else await write(folder, options.directory)
}

const helpOf = ({ command, what, directory }: Folder): string => `Usage: ${command} [-- --check]

${what}

  --check            write nothing; name the files that differ and exit with status 1 if there are any
  --directory DIR    the folder to write or to check, instead of ${shown(directory)}
  --help             show this text
`

const write = async (folder: Folder, directory: string): Promise<void> => {
  const stale = await differences(folder, directory)
  for (const subfolder of subfolders(folder)) {
    // oxlint-disable-next-line no-await-in-loop -- a few folders
    await mkdir(join(directory, subfolder), { recursive: true })
  }
  for (const name of stale) {
    const text = folder.files.get(name)
    // oxlint-disable-next-line no-await-in-loop -- a few small files
    await (text === undefined ? rm(join(directory, name)) : writeFile(join(directory, name), text))
  }
  process.stdout.write(`${folder.files.size} files rendered in ${shown(directory)}, ${stale.length} changed\n`)
}

const check = async (folder: Folder, directory: string): Promise<void> => {
  const stale = await differences(folder, directory)
  if (stale.length === 0) {
    process.stdout.write(`${folder.files.size} files in ${shown(directory)} are fresh\n`)
    return
  }
  const names = stale.map((name) => `  ${shown(join(directory, name))}\n`).join('')
  process.stderr.write(`stale, run "${folder.command}":\n${names}`)
  process.exitCode = 1
}

/** Names of files that are missing, differ or do not belong there. */
const differences = async (folder: Folder, directory: string): Promise<readonly string[]> => {
  const { files, byHand = [] } = folder
  const present = new Map<string, string>()
  for (const subfolder of subfolders(folder)) {
    // oxlint-disable-next-line no-await-in-loop -- a few folders
    for (const [name, text] of await contents(directory, subfolder)) present.set(name, text)
  }
  const names = new Set([...files.keys(), ...present.keys()])
  return [...names].filter((name) => !byHand.includes(name) && files.get(name) !== present.get(name)).sort()
}

const subfolders = ({ files }: Folder): readonly string[] => [...new Set([...files.keys()].map(dirname))]

const contents = async (directory: string, subfolder: string): Promise<ReadonlyMap<string, string>> => {
  const entries = await readdir(join(directory, subfolder), { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => join(subfolder, name))
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const)),
  )
}

const shown = (path: string): string => relative(process.cwd(), path)
