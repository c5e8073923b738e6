import { freePort } from '../local/ports.ts'
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
