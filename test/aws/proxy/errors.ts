import { encode } from './xml.ts'

/** The services that the product calls, as named in the credential scope of a signature. */
export type Service = 'elasticloadbalancing' | 'ec2' | 'sts' | 'acm' | 'iam'

/** A refusal as AWS sends it: wire code, HTTP status and a sentence. */
export interface Refusal {
  readonly code: string
  readonly status: number
  readonly message: string
}

/** A refusal; the HTTP status is 400 unless stated. */
export function refuse(code: string, message: string, status = 400): Refusal {
  return { code, status, message }
}

/** An answer of the proxy: what goes over the wire to the client. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly errorCode?: string
}

/** Error bodies of the Query services, of EC2 and of the JSON services (AWS General Reference, "Common errors"). */
export function errorAnswer(service: Service, refusal: Refusal, requestId: string): Answer {
  const { code, message, status } = refusal
  switch (service) {
    case 'elasticloadbalancing':
    case 'sts':
    case 'iam':
      return {
        status,
        errorCode: code,
        headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
        body: `<ErrorResponse><Error><Type>${status >= 500 ? 'Receiver' : 'Sender'}</Type><Code>${encode(code)}</Code><Message>${encode(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      }
    case 'ec2':
      return {
        status,
        errorCode: code,
        headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
        body: `<Response><Errors><Error><Code>${encode(code)}</Code><Message>${encode(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      }
    case 'acm':
      return {
        status,
        errorCode: code,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amzn-errortype': code,
          'x-amzn-requestid': requestId,
        },
        body: JSON.stringify({ __type: code, message }),
      }
    default:
      return service satisfies never
  }
}

/** What each service answers to a caller that is too fast. */
export function throttling(service: Service): Refusal {
  if (service === 'ec2') return refuse('RequestLimitExceeded', 'Request limit exceeded.', 503)
  return refuse(service === 'acm' ? 'ThrottlingException' : 'Throttling', 'Rate exceeded')
}

/** What each service answers to a caller without the permission for an action. */
export function denial(service: Service, action: string): Refusal {
  if (service === 'ec2')
    return refuse('UnauthorizedOperation', `You are not authorized to perform this operation: ${action}`, 403)
  const message = `User is not authorized to perform: ${service}:${action} because no identity-based policy allows the action`
  return service === 'acm' ? refuse('AccessDeniedException', message) : refuse('AccessDenied', message, 403)
}

/** What a service answers while it is down. */
export function outage(service: Service): Refusal {
  return refuse(
    service === 'ec2' ? 'Unavailable' : 'ServiceUnavailable',
    'The service is unavailable. Please try again shortly.',
    503,
  )
}
