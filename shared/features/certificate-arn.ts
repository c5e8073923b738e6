import { certificateArns } from '../annotation/codecs/certificate-arns.ts'
import { setting } from '../annotation/setting.ts'

/** The certificates of the HTTPS listeners; in a file of its own, since the default of listen-ports follows from it. */
export const certificateArn = setting({
  key: 'certificate-arn',
  scope: 'ingress',
  merge: 'merged',
  codec: certificateArns,
  maximumLength: 32 * 1024,
  summary: 'ARNs of the certificates of the HTTPS listeners, the default one first; found by host when left out.',
  sample: 'arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555555555555',
})
