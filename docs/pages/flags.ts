import { parseFlags } from '../../shared/process/flags.ts'
import { generated } from './table.ts'

/** The page of all flags: what `--help` of both processes prints. */
export const flagsPage = (): string => {
  const parsed = parseFlags(['--help'], {}, 'controller')
  if (parsed.is !== 'help') throw new Error('--help gives no help')
  return [
    generated,
    '# Flags',
    'Both processes take the same flags.',
    `\`\`\`text\n${parsed.text.trimEnd()}\n\`\`\``,
    '',
  ].join('\n\n')
}
