import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readlink, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { isAlive, plainEnvironment } from './processes.ts'

const bootstrap = fileURLToPath(new URL('bootstrap.mjs', import.meta.url))
const pinnedNode = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
const directory = await mkdtemp(join(tmpdir(), 'bootstrap-'))
t.teardown(() => rm(directory, { recursive: true }))

/** Runs a script through the bootstrap and waits for its first line. */
async function start(script: string, ...args: readonly string[]): Promise<{ child: ChildProcess; line: string }> {
  const entry = join(directory, 'entry.ts')
  await writeFile(entry, script)
  const child = spawn(process.execPath, [bootstrap, entry, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: plainEnvironment(),
  })
  const [line] = await once(child.stdout, 'data')
  return { child, line: String(line).trim() }
}

const waiting = 'console.log(process.pid); setTimeout(() => {}, 60_000)'

void t.test('an entry runs on the pinned Node.js with its arguments, and its exit status is passed on', async (t) => {
  const { child, line } = await start(
    'const words: string[] = process.argv.slice(2); console.log(process.execPath, ...words); process.exitCode = 7',
    'start',
    '--flag',
  )
  const [code] = await once(child, 'exit')
  t.equal(code, 7)
  const [node, ...words] = line.split(' ')
  t.equal(node, await realpath(pinnedNode))
  t.same(words, ['start', '--flag'])
  t.match(await readlink(pinnedNode), 'node')
})

void t.test('an entry ends when its bootstrap is killed', async (t) => {
  const { child, line } = await start(waiting)
  child.kill('SIGKILL')
  await once(child, 'exit')
  t.ok(await gone(Number(line)))
})

void t.test('a signal reaches the entry, which ends in its own way', async (t) => {
  const { child } = await start(
    `process.on('SIGTERM', () => process.exit(9)); console.log('up'); setTimeout(() => {}, 60_000)`,
  )
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  t.equal(code, 9)
})

void t.test('an entry ends when the parent of its bootstrap is killed', async (t) => {
  const entry = join(directory, 'entry.ts')
  await writeFile(entry, waiting)
  const script = `require('node:child_process').spawn(process.execPath, ${JSON.stringify([bootstrap, entry])}, { stdio: 'inherit' })`
  const parent = spawn(process.execPath, ['--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: plainEnvironment(),
  })
  const [line] = await once(parent.stdout, 'data')
  parent.kill('SIGKILL')
  t.ok(await gone(Number(String(line).trim())))
})

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 50; tries += 1) {
    if (!isAlive(pid)) return true
    await delay(100)
  }
  return false
}
