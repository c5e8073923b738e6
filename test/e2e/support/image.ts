import { chmod, chown, copyFile, cp, link, mkdir, readFile, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { runCommand } from '../../local/run.ts'
import { plainEnvironment } from '../../local/processes.ts'
import { repository } from '../../local/product.ts'

/** The image as far as it can be had without a container engine. */
export interface Image {
  /** What is `/app` there: a folder without write permission that holds what the last stage copies, and no more. */
  readonly app: string
  /** A folder with Node.js alone, which is the whole PATH there. */
  readonly bin: string
  /** Names of the files in `app`. */
  readonly files: readonly string[]
  /** User and group that the image runs as. */
  readonly user: number
}

/**
 * Does what the Dockerfile does: takes what .dockerignore lets through, runs the build on it, copies what the last stage
 * copies. The packages are those that are installed here, in place of `npm ci`.
 */
export const buildImage = async (directory: string): Promise<Image> => {
  const source = join(directory, 'source')
  const built = join(directory, 'built')
  const app = join(directory, 'app')
  const bin = join(directory, 'nodejs/bin')
  await mkdir(source, { recursive: true })
  const dockerfile = await readFile(join(repository, 'Dockerfile'), 'utf8')
  for (const name of await letThrough()) await cp(join(repository, name), join(source, name), { recursive: true })
  await symlink(join(repository, 'node_modules'), join(source, 'node_modules'))
  const [, script = ''] = required(/^RUN node (\S+) --directory \/app$/m.exec(dockerfile), 'the build')
  const build = await runCommand(process.execPath, [script, '--directory', built], {
    workingDirectory: source,
    environment: plainEnvironment(),
  })
  if (build.code !== 0) throw new Error(`the build failed: ${build.stderr}`)

  const lastStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
  const [, list = ''] = required(/^COPY --from=build --chmod=0444 (.*) \.\/$/m.exec(lastStage), 'the copied files')
  const files = list.split(' ').map((path) => basename(path))
  await mkdir(app)
  for (const name of files) {
    await copyFile(join(built, name), join(app, name))
    await chmod(join(app, name), 0o444)
  }
  await chmod(app, 0o555)
  await mkdir(bin, { recursive: true })
  // A link costs nothing, but does not lead from one file system to another.
  await link(process.execPath, join(bin, 'node')).catch(() => copyFile(process.execPath, join(bin, 'node')))
  await chmod(directory, 0o755)
  const [, user = ''] = required(/^USER (\d+):\1$/m.exec(lastStage), 'the user')
  return { app, bin, files, user: Number(user) }
}

/** The `!name` lines of .dockerignore, whose first line leaves everything out. */
const letThrough = async (): Promise<readonly string[]> => {
  const [first, ...rest] = (await readFile(join(repository, '.dockerignore'), 'utf8')).trim().split('\n')
  if (first !== '*' || !rest.every((line) => /^![\w.-]+$/.test(line))) throw new Error('.dockerignore is no allow-list')
  return rest.map((line) => line.slice(1))
}

const required = (match: RegExpExecArray | null, what: string): RegExpExecArray => {
  if (match === null) throw new Error(`the Dockerfile does not tell ${what}`)
  return match
}

/** Copies of files for the image's user alone, as the kubelet mounts them. */
export const mountFor = async (user: number, directory: string, files: readonly string[]): Promise<void> => {
  await mkdir(directory, { recursive: true })
  const owned = process.getuid?.() === 0
  for (const file of files) {
    const copy = join(directory, basename(file))
    await copyFile(file, copy)
    await chmod(copy, 0o400)
    if (owned) await chown(copy, user, user)
  }
}

/** The command by which a program runs as another user; only the superuser can do that, anybody else runs it as he is. */
export const asUser = (user: number): readonly string[] =>
  process.getuid?.() === 0
    ? ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--no-new-privs', '--bounding-set=-all', '--']
    : []
