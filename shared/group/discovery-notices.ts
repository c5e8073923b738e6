import { covers, coversButForCase, dayMs, likeliest, shortArn, untilMs } from '../ingress/certificates.ts'
import type { Certificate } from '../ingress/facts.ts'
import type { SettingProblem } from './on-setting.ts'

/** What discovery tells of a host: the certificate that its clients get, and what could surprise about it. */
export const discoveryNotices = (
  host: string,
  usable: readonly Certificate[],
  now: string,
): readonly SettingProblem[] => {
  const inOtherCase = usable.find((certificate) => coversButForCase(certificate, host))
  const chosen = likeliest(usable, host, now)
  return [
    ...(inOtherCase === undefined
      ? []
      : [
          notice(
            'CertificateCase',
            `host ${host}: certificate ${shortArn(inOtherCase.arn)} not used, differs in upper and lower case`,
          ),
        ]),
    ...(chosen === undefined ? [] : ofChosen(host, chosen, usable, now)),
  ]
}

const ofChosen = (
  host: string,
  chosen: Certificate,
  usable: readonly Certificate[],
  now: string,
): readonly SettingProblem[] => {
  const how = chosen.names.includes(host) ? 'exact name' : 'wildcard'
  const valid = chosen.notAfter === undefined ? '' : `, valid to ${chosen.notAfter.slice(0, 10)}`
  const name = shortArn(chosen.arn)
  const others = usable.filter((other) => other !== chosen && covers(other, host))
  const equal = others.find((other) => isAlike(other, chosen, host))
  const days = daysLeft(chosen, now)
  const isLast = days < soonDays && others.every((other) => daysLeft(other, now) < soonDays)
  return [
    ...(isLast
      ? [
          notice(
            'CertificateExpires',
            `host ${host}: certificate ${name} expires in ${days} day${days === 1 ? '' : 's'}, and no other lasts longer`,
          ),
        ]
      : []),
    notice('CertificateChosen', `host ${host}: uses certificate ${name} (${how}${valid})`),
    ...(equal === undefined
      ? []
      : [
          notice(
            'CertificateTie',
            `host ${host}: ${shortArn(equal.arn)} matches as well as ${name}; both are attached`,
          ),
        ]),
  ]
}

const soonDays = 7

const daysLeft = ({ notAfter }: Certificate, now: string): number =>
  Math.ceil((untilMs(notAfter, now) ?? Infinity) / dayMs)

/** Whether two certificates match a host in the same way, so that only their ends or ARNs tell which one is used. */
const isAlike = (a: Certificate, b: Certificate, host: string): boolean =>
  a.names.includes(host) === b.names.includes(host) && isElliptic(a) === isElliptic(b)

const isElliptic = ({ keyAlgorithm }: Certificate): boolean => keyAlgorithm?.startsWith('EC') === true

const notice = (code: SettingProblem['code'], warning: string): SettingProblem => ({
  code,
  kind: 'notice',
  message: warning,
  warning,
  needs: 'aws',
})
