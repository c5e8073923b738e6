// Runs a script of this repository on the Node.js that the lock file pins, after installing the dependencies when
// they are missing or older than the lock file. This file itself runs on any Node.js from 18 on, without dependencies.
//
//   node test/local/bootstrap.mjs ENTRY [arguments...]

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../..')
const bin = join(root, 'node_modules/.bin')
const pinnedNode = join(bin, 'node')
const digestFile = join(root, 'node_modules/.lock-digest')
const oldestNode = 24

const [entry, ...args] = process.argv.slice(2)
if (entry === undefined) fail('usage: node test/local/bootstrap.mjs ENTRY [arguments...]')

await installDependencies()
const status = await run(
  existsSync(pinnedNode) ? pinnedNode : nodeOfThisMachine(),
  // The entry watches descriptor 3 and ends when this process is gone.
  ['--import', pathToFileURL(join(here, 'end-with-parent.mjs')).href, resolve(root, entry), ...args],
  ['inherit', 'inherit', 'inherit', 'pipe'],
)
process.exit(status)

async function installDependencies() {
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const installed = existsSync(digestFile) ? readFileSync(digestFile, 'utf8').trim() : undefined
  if (installed === digest) return
  if (installedAsLocked()) {
    writeFileSync(digestFile, `${digest}\n`)
    return
  }
  const why = existsSync(join(root, 'node_modules')) ? 'they are not those of package-lock.json' : 'there are none yet'
  console.error(`set-up: installing the npm packages, since ${why} (about 30 seconds, Node.js itself among them)`)
  const npm = process.env.npm_execpath
  const command = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const stdio = ['ignore', 'inherit', 'inherit']
  const status =
    npm !== undefined && /npm-cli\.[cm]?js$/.test(npm)
      ? await run(process.execPath, [npm, ...command], stdio)
      : await run('npm', command, stdio)
  if (status !== 0) fail(`set-up: npm ci ended with status ${status}`)
  writeFileSync(digestFile, `${digest}\n`)
  console.error('set-up: the npm packages are installed')
}

/** Whether what npm says it installed (node_modules/.package-lock.json) is what package-lock.json wants. */
function installedAsLocked() {
  const installedFile = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installedFile)) return false
  const [wanted, installed] = [join(root, 'package-lock.json'), installedFile].map(
    (file) => JSON.parse(readFileSync(file, 'utf8')).packages,
  )
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    const found = installed[path]
    if (path === '') return true
    // Packages for other platforms are in the lock file only.
    return found === undefined ? optional === true : found.version === version && found.integrity === integrity
  })
}

function nodeOfThisMachine() {
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) return process.execPath
  return fail(
    `there is no pinned Node.js for ${process.platform} ${process.arch}: run this with Node.js ${oldestNode} or later`,
  )
}

/** Runs a command in the repository, passes signals on, and ends it when the parent of this process is gone. */
function run(command, commandArgs, stdio) {
  return new Promise((done, reject) => {
    const child = spawn(command, commandArgs, {
      cwd: root,
      stdio,
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
    })
    const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [signal, () => child.kill(signal)])
    for (const [signal, handler] of handlers) process.on(signal, handler)
    const parents = parentsOfThisProcess()
    const watch = setInterval(() => {
      if (parentsOfThisProcess().join() !== parents.join()) child.kill('SIGTERM')
    }, 1_000)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearInterval(watch)
      for (const [name, handler] of handlers) process.off(name, handler)
      done(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
}

/**
 * The process that started this one, and the one that started that. npm starts a script through a shell, which
 * outlives a killed npm, so the parent alone does not tell.
 */
function parentsOfThisProcess() {
  return process.env.npm_lifecycle_event === undefined ? [process.ppid] : [process.ppid, parentOf(process.ppid)]
}

function parentOf(pid) {
  if (existsSync('/proc/self/stat')) {
    // The name, in parentheses, may hold anything; state and parent follow it.
    return /.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
  }
  return spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
