import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createCertificateAuthority } from '../local/certificates.ts'
import { ensurePython } from '../local/python.ts'
import { startMoto } from './moto.ts'
import { startProxy } from './proxy/server.ts'
import { type AwsState, awsState } from './state.ts'
import { call, listenerPort } from './control-types.ts'
import type {
  Buckets,
  Call,
  CertificateChange,
  EmulatorSettings,
  Fault,
  ListenerPort,
  TargetAddress,
} from './control-types.ts'

export type { AwsState } from './state.ts'
export type {
  Buckets,
  Call,
  CertificateChange,
  EmulatorSettings,
  Fault,
  ListenerPort,
  TargetAddress,
} from './control-types.ts'

/** AWS on loopback: what the SDK talks to, and what tests steer and observe. */
export interface Emulator {
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string
  /** As `endpoint`, but calls are not counted and meet no faults: for fixtures and for looking. */
  readonly uncountedEndpoint: string
  readonly region: string
  readonly accountId: string
  /** The certificate (PEM) of the authority that signs what HTTPS listeners present: for `curl --cacert`. */
  readonly caFile: string
  /** Calls since the last `resetCalls`; only those from an index on, where one is given. */
  calls(from?: number): Promise<readonly Call[]>
  resetCalls(): Promise<void>
  /** An empty account: objects, calls, faults, settings and targets are gone; ids begin as in a new one. */
  reset(): Promise<void>
  fault(fault: Fault): Promise<void>
  /** Disarms all faults; answers that are held are let go. */
  clearFaults(): Promise<void>
  /** How many answers are held now; waits up to the given time until there is at least one. */
  held(waitMilliseconds?: number): Promise<number>
  releaseHeld(): Promise<void>
  throttle(buckets: Buckets): Promise<void>
  configure(settings: EmulatorSettings): Promise<void>
  listeners(): Promise<readonly ListenerPort[]>
  /** Where the data plane finds a target (instance id or address, and port); undefined: nowhere. */
  setTarget(id: string, port: number, address: TargetAddress | undefined): Promise<void>
  /** What befalls a certificate in ACM without a call: it is issued, it expires. */
  changeCertificate(arn: string, change: CertificateChange): Promise<void>
  /** The whole state of the account, uncounted. */
  snapshot(): Promise<AwsState>
  stop(): Promise<void>
}

/** The name of `caFile` in the folder of the emulator's logs. */
export const caFileName = 'listeners-ca.crt'
const region = 'ap-northeast-1'
const accountId = '123456789012'

/** Starts moto and the strict proxy in front of it; logs go to `directory`. */
export async function startEmulator(options: {
  readonly directory: string
  readonly progress: (line: string) => void
  /** The `moto_server` program; found by the set-up when left out. */
  readonly motoServer?: string
}): Promise<Emulator> {
  const motoServer = options.motoServer ?? (await ensurePython(options.progress)).motoServer
  const moto = await startMoto({ motoServer, directory: options.directory })
  try {
    const authority = createCertificateAuthority('HTTPS listeners of the emulated account')
    const caFile = join(options.directory, caFileName)
    await writeFile(caFile, authority.certificate)
    const proxy = await startProxy({ motoPort: moto.port, region, accountId, authority })
    const client = connectEmulator(proxy.endpoint, caFile)
    return {
      ...client,
      stop: async () => {
        await proxy.stop()
        await moto.stop()
      },
    }
  } catch (error) {
    await moto.stop()
    throw error
  }
}

/** A client for an emulator that runs elsewhere; its `stop` leaves that one running. */
export function connectEmulator(endpoint: string, caFile: string): Emulator {
  const ask = async (path: string, body?: unknown) => {
    const post = { method: 'POST', body: JSON.stringify(body) }
    const response = await fetch(`${endpoint}/_${path}`, body === undefined ? {} : post)
    if (!response.ok) throw new Error(`the emulator refused ${path}: ${await response.text()}`)
    return response.json()
  }
  const tell = async (path: string, body: unknown): Promise<void> => {
    await ask(path, body)
  }
  return {
    endpoint,
    uncountedEndpoint: `${endpoint}/_aws`,
    region,
    accountId,
    caFile,
    calls: async (from = 0) => z.array(call).parse(await ask(`calls?from=${from}`)),
    resetCalls: () => tell('calls/reset', {}),
    reset: () => tell('reset', {}),
    fault: (fault) => tell('faults', fault),
    clearFaults: () => tell('faults/clear', {}),
    held: async (waitMilliseconds = 0) => z.int().parse(await ask(`held?wait=${waitMilliseconds}`)),
    releaseHeld: () => tell('held/release', {}),
    throttle: (buckets) => tell('throttle', buckets),
    configure: (settings) => tell('settings', settings),
    listeners: async () => z.array(listenerPort).parse(await ask('listeners')),
    setTarget: (id, port, address) => tell('targets', { id, port, address }),
    changeCertificate: (arn, change) => tell('certificates', { arn, change }),
    snapshot: async () => awsState.parse(await ask('state')),
    stop: () => Promise.resolve(),
  }
}
