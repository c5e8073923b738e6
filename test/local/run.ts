import { spawn } from 'node:child_process'

/** What a finished command said. */
export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly workingDirectory?: string
  /** Called with each chunk of standard error as it comes. */
  readonly onStderr?: (chunk: string) => void
}

/** Runs a short-lived command to its end. Its exit status is data; a command that cannot be started is an error. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.environment === undefined ? {} : { env: { ...options.environment } }),
      ...(options.workingDirectory === undefined ? {} : { cwd: options.workingDirectory }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk
      options.onStderr?.(chunk)
    })
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 1, stdout, stderr: signal === null ? stderr : `${stderr}ended by ${signal}\n` }),
    )
    child.stdin.on('error', (error) => {
      if ('code' in error && error.code === 'EPIPE') return
      reject(error)
    })
    child.stdin.end(options.input ?? '')
  })
}

/** Runs a command that must succeed and answers its standard output. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await runCommand(command, args, options)
  if (result.code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with status ${result.code}:\n${result.stderr.slice(-4_000)}`)
  }
  return result.stdout
}
