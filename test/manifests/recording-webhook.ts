import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type CertificateAuthority, createServingCertificate } from '../local/certificates.ts'

/** A webhook on loopback that allows everything and writes down what it was asked. */
export interface RecordingWebhook {
  readonly url: string
  /** `PATH OPERATION` of each call since the last time this was asked. */
  takeCalls(): readonly string[]
  stop(): Promise<void>
}

export async function startRecordingWebhook(ca: CertificateAuthority): Promise<RecordingWebhook> {
  const serving = createServingCertificate(ca, ['127.0.0.1'])
  let calls: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { uid, operation } = requestOf(JSON.parse(await text(request)))
    calls.push(`${request.url?.split('?')[0]} ${operation}`)
    const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, allowed: true } }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(review))
  }
  const server = createServer({ key: serving.key, cert: serving.certificate }, (request, response) => {
    void answer(request, response)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${portOf(server.address())}`,
    takeCalls() {
      const taken = calls
      calls = []
      return taken
    },
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function requestOf(review: unknown): { readonly uid: string; readonly operation: string } {
  if (typeof review !== 'object' || review === null || !('request' in review)) throw new Error('no AdmissionReview')
  const { request } = review
  if (typeof request !== 'object' || request === null || !('uid' in request) || !('operation' in request)) {
    throw new Error('no request in the AdmissionReview')
  }
  return { uid: String(request.uid), operation: String(request.operation) }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return address.port
}
