import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** How a process ended: one of the two is not null. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A child process with its own process group and a log file that holds both of its outputs. */
export interface GuardedProcess {
  readonly name: string
  readonly pid: number
  readonly logFile: string
  /** Standard output when it is piped. */
  readonly stdout: Readable | null
  readonly exited: Promise<Exit>
  /** Signals the group (SIGTERM unless told otherwise), waits `graceMilliseconds`, then kills it. */
  stop(signal?: NodeJS.Signals, graceMilliseconds?: number): Promise<Exit>
}

export interface ProcessCommand {
  /** Names the log file: `directory/name.log`. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly directory: string
  /** The whole environment of the child; nothing of this process's environment is added. */
  readonly environment: Readonly<Record<string, string>>
  readonly workingDirectory?: string
  /** `piped`: no log file; standard output is `stdout`, standard error goes to that of this process. */
  readonly output?: 'log' | 'piped'
}

const guardianScript = fileURLToPath(new URL('guardian.sh', import.meta.url))
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ']
const running = new Set<GuardedProcess>()
const orderlyStops = new Set<() => Promise<void>>()
let guardian: Writable | undefined
let stopping: Promise<void> | undefined

/** What a child needs of this process's environment: no AWS, Kubernetes or Node settings come along. */
export function plainEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/**
 * Starts a child that ends when this process ends, however that happens: on `stop`, on exit, on SIGINT and SIGTERM by
 * the handlers installed here, and on SIGKILL by the guardian, which sees its pipe close.
 */
export function startProcess(command: ProcessCommand): GuardedProcess {
  if (stopping !== undefined) throw new Error(`${command.name} is not started: this process is stopping`)
  guardian ??= startGuardian()
  const logFile = join(command.directory, `${command.name}.log`)
  const child = spawnWithLog(command, logFile)
  const pid = child.pid
  if (pid === undefined) {
    child.once('error', (error) => {
      throw error
    })
    throw new Error(`${command.command} could not be started`)
  }
  guardian.write(`+ ${pid}\n`)
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const handle: GuardedProcess = {
    name: command.name,
    pid,
    logFile,
    stdout: child.stdout,
    exited,
    async stop(signal = 'SIGTERM', graceMilliseconds = 5_000) {
      signalGroup(pid, signal)
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMilliseconds)
      const exit = await exited
      clearTimeout(timer)
      return exit
    },
  }
  running.add(handle)
  void exited.then(() => {
    signalGroup(pid, 'SIGKILL')
    running.delete(handle)
    guardian?.write(`- ${pid}\n`)
    return undefined
  })
  return handle
}

/** What `startProcess` started and that still runs. */
export function runningProcesses(): readonly Pick<GuardedProcess, 'name' | 'pid'>[] {
  return [...running].map(({ name, pid }) => ({ name, pid }))
}

/**
 * Has `stop` run first when a signal ends this process, for what must end in an order of its own. The answer takes it
 * back.
 */
export function onEndBySignal(stop: () => Promise<void>): () => void {
  orderlyStops.add(stop)
  return () => orderlyStops.delete(stop)
}

/** Stops everything that `startProcess` started and that still runs. */
export async function stopAllProcesses(): Promise<void> {
  await Promise.all([...running].toReversed().map((child) => child.stop()))
}

/**
 * Waits until `ready` answers true; a rejected question counts as not yet. An ended process or a passed deadline is an
 * error that carries the end of the process's log.
 */
export async function waitUntilReady(
  child: GuardedProcess,
  ready: () => Promise<boolean>,
  timeoutMilliseconds = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMilliseconds
  let ended: Exit | undefined
  void child.exited.then((exit) => (ended = exit))
  for (;;) {
    const answer = await ready().catch(() => false)
    if (ended !== undefined) {
      throw new Error(`${child.name} ended (${ended.code ?? ended.signal}) before it was ready:\n${logTail(child)}`)
    }
    if (answer) return
    if (Date.now() > deadline) {
      throw new Error(`${child.name} was not ready after ${timeoutMilliseconds} ms:\n${logTail(child)}`)
    }
    await delay(50)
  }
}

/** Whether a process with this id runs; one that ended and that nobody has waited for does not. */
export function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`
  try {
    process.kill(pid, 0)
    // The state stands behind the name, which is in parentheses and may hold anything.
    return !existsSync('/proc/self/stat') || !/\) [ZX] [^)]*$/.test(readFileSync(stat, 'utf8'))
  } catch {
    return false
  }
}

/** The last lines of a child's log, for an error message. */
export function logTail(child: Pick<GuardedProcess, 'logFile'>, lines = 20): string {
  return `${child.logFile}:\n${readFileSync(child.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')}`
}

function spawnWithLog(command: ProcessCommand, logFile: string): ChildProcess {
  const options = {
    detached: true,
    env: { ...command.environment },
    ...(command.workingDirectory === undefined ? {} : { cwd: command.workingDirectory }),
  }
  if (command.output === 'piped') {
    return spawn(command.command, command.args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] })
  }
  mkdirSync(command.directory, { recursive: true })
  const log = openSync(logFile, 'a')
  try {
    return spawn(command.command, command.args, { ...options, stdio: ['ignore', log, log] })
  } finally {
    closeSync(log)
  }
}

function startGuardian(): Writable {
  const child = spawn('/bin/sh', [guardianScript], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  child.unref()
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => endBySignal(signal))
  process.on('exit', () => {
    for (const left of running) signalGroup(left.pid, 'SIGKILL')
  })
  return child.stdin
}

function endBySignal(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void {
  const status = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal]
  stopping ??= stopInOrder().finally(() => process.exit(status))
}

async function stopInOrder(): Promise<void> {
  await Promise.allSettled([...orderlyStops].map((stop) => stop()))
  await stopAllProcesses()
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')
    if (!gone) throw error
  }
}
