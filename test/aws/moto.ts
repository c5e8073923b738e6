import { createServer } from 'node:net'
import { plainEnvironment, startProcess, waitUntilReady } from '../local/processes.ts'

/** A running moto server. */
export interface Moto {
  readonly port: number
  readonly logFile: string
  stop(): Promise<void>
}

/**
 * Starts moto on a free loopback port, with its log in `directory`; it ends with this process. ACM certificates that are
 * requested stay pending for a day, imported ones are issued at once.
 */
export async function startMoto(options: { readonly motoServer: string; readonly directory: string }): Promise<Moto> {
  const port = await freePort()
  const child = startProcess({
    name: 'moto',
    command: options.motoServer,
    args: ['-H', '127.0.0.1', '-p', String(port)],
    directory: options.directory,
    environment: { ...plainEnvironment(), MOTO_ACM_VALIDATION_WAIT: '86400' },
  })
  try {
    await waitUntilReady(child, () => answers(port))
  } catch (error) {
    await child.stop('SIGKILL')
    throw error
  }
  return {
    port,
    logFile: child.logFile,
    stop: async () => {
      await child.stop('SIGKILL')
    },
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/moto-api/data.json`)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

/** A loopback TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  if (address === null || typeof address === 'string') throw new Error('no port given')
  return address.port
}
