import type { Log } from '../process/log.ts'
import type { AwsCall } from './client.ts'

/** The debug line of one AWS call: what was asked, how AWS names the request, and the error code where it failed. */
export const logCall = (log: Pick<Log, 'debug'>, { service, action, requestId, code, milliseconds }: AwsCall): void => {
  log.debug(
    { service, action, 'request-id': requestId ?? '', ...(code === undefined ? {} : { code }), milliseconds },
    'AWS call',
  )
}
