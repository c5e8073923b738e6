import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { isAlive, plainEnvironment, startProcess, waitUntilReady } from './processes.ts'

const processes = new URL('processes.ts', import.meta.url).href
const directory = await mkdtemp(join(tmpdir(), 'processes-'))
t.teardown(() => rm(directory, { recursive: true }))

/**
 * A process that starts a guarded child, which starts a child of its own and ignores SIGTERM; answers the ids of both.
 */
async function startParent(ending = ''): Promise<{ parent: ChildProcess; children: readonly number[] }> {
  const script = `
    import { startProcess, plainEnvironment } from ${JSON.stringify(processes)}
    import { readFileSync } from 'node:fs'
    const child = startProcess({ name: 'child-' + process.pid, command: '/bin/sh', directory: ${JSON.stringify(directory)},
      args: ['-c', 'trap "" TERM; sleep 60 & echo $$ $!; wait; sleep 60'], environment: plainEnvironment() })
    const timer = setInterval(() => {
      const text = readFileSync(child.logFile, 'utf8')
      if (!text.endsWith('\\n')) return
      clearInterval(timer)
      console.log(text.trim())
      ${ending}
    }, 20)`
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: plainEnvironment(),
  })
  const [line] = await once(parent.stdout, 'data')
  return { parent, children: String(line).trim().split(' ').map(Number) }
}

async function allGone(pids: readonly number[], withinMilliseconds: number): Promise<boolean> {
  const deadline = Date.now() + withinMilliseconds
  while (Date.now() < deadline) {
    if (!pids.some(isAlive)) return true
    await delay(50)
  }
  return false
}

void t.test('a child and its own children end when the parent is killed', async (t) => {
  const { parent, children } = await startParent()
  t.equal(children.length, 2)
  t.ok(children.every(isAlive))
  parent.kill('SIGKILL')
  t.ok(await allGone(children, 5_000))
})

void t.test('a child that ignores SIGTERM does not keep an interrupted parent', async (t) => {
  const { parent, children } = await startParent()
  parent.kill('SIGINT')
  const [code] = await once(parent, 'exit')
  t.equal(code, 130)
  t.ok(await allGone(children, 500))
})

void t.test('children end with a parent that fails by an exception', async (t) => {
  const { parent, children } = await startParent(`setTimeout(() => { process.exit(3) }, 10)`)
  const [code] = await once(parent, 'exit')
  t.equal(code, 3)
  t.ok(await allGone(children, 500))
})

void t.test('a child gets the environment that is given and its outputs are logged', async (t) => {
  const child = startProcess({
    name: 'environment',
    command: '/bin/sh',
    args: ['-c', 'echo "$GIVEN"; echo "[$AWS_PROFILE]" >&2'],
    directory,
    environment: { GIVEN: 'value' },
  })
  t.same(await child.exited, { code: 0, signal: null })
  t.equal(await readFile(child.logFile, 'utf8'), 'value\n[]\n')
})

void t.test('stop tells how a child ended', async (t) => {
  const child = startProcess({
    name: 'stopped',
    command: '/bin/sh',
    args: ['-c', 'trap "exit 7" TERM; echo up; while :; do sleep 0.05; done'],
    directory,
    environment: plainEnvironment(),
  })
  await waitUntilReady(child, async () => (await readFile(child.logFile, 'utf8')) === 'up\n')
  t.same(await child.stop(), { code: 7, signal: null })
  t.same(await child.stop(), { code: 7, signal: null }, 'a second stop answers the same')
})

void t.test('a child that ends before it is ready is an error with its last words', async (t) => {
  const child = startProcess({
    name: 'failing',
    command: '/bin/sh',
    args: ['-c', 'echo "no such flag" >&2; exit 2'],
    directory,
    environment: plainEnvironment(),
  })
  await t.rejects(
    waitUntilReady(child, () => Promise.resolve(false)),
    /failing ended \(2\) before it was ready:\n.*failing\.log:\nno such flag/,
  )
})
