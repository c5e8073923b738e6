import { causeReasons, codes, sections } from '../../shared/findings/codes.ts'
import { code, generated, table } from './table.ts'

/** The page of all codes that a refusal, a warning, an event or a log line may carry, in the order in which they are told. */
export const codesPage = (): string => {
  const entries = Object.entries(codes)
  return [
    generated,
    '# Codes',
    'Each refusal ends with its code in brackets; events of the controller and the audit annotation `codes` carry the same.',
    table(
      ['code', 'begins with', 'what it says'],
      sections.flatMap((section) =>
        entries
          .filter(([, entry]) => entry.section === section)
          .map(([name, { reason, summary }]) => [code(name), code(causeReasons[reason]), summary]),
      ),
    ),
    '',
  ].join('\n\n')
}
