import { settle } from '../../shared/annotation/settle.ts'
import type { AnySetting } from '../../shared/annotation/setting.ts'
import { features } from '../../shared/features/index.ts'
import { laterKeys, refusedSpellings } from '../../shared/features/later.ts'
import type { Flags } from '../../shared/ingress/flags.ts'
import { parseFlags } from '../../shared/process/flags.ts'
import { prefix } from '../../shared/names/annotation-keys.ts'
import { code, generated, table } from './table.ts'

/** The flags at their defaults, from which defaults of annotations follow. */
const flags = (): Flags => {
  const parsed = parseFlags(['--cluster-name=page', '--aws-region=us-east-1', '--aws-vpc-id=vpc-0'], {})
  if (parsed.is !== 'settings') throw new Error('the defaults of the flags are no settings')
  return parsed.settings.flags
}

/** The reference page of all annotations: those that are built, those that are not yet, and refused old ones. */
export const annotationsPage = (): string =>
  [
    generated,
    '# Annotations',
    [
      `Keys are written without their prefix \`${prefix}\`. A key on a Service counts for the backends of that Service`,
      'and beats the same key of the Ingress. A default that the webhook writes into the object is marked with *. Old',
      'spellings are read with a warning; aws-load-balancer-controller does not know them.',
    ].join('\n'),
    ...features.flatMap(({ name, settings }) => [`## ${title(name)}`, settingsTable(settings)]),
    '## Not supported yet',
    [
      'aws-load-balancer-controller knows these keys. Those that touch exposure, authentication, routing or identity are',
      'refused; the others are ignored with a warning.',
    ].join('\n'),
    table(
      ['key', 'is'],
      laterKeys.map((later) => [code(later.key), later.is === 'refused' ? 'refused' : 'ignored']),
    ),
    '## Keys of 2017 that are refused',
    table(
      ['key', 'instead'],
      [...refusedSpellings].map(([key, fix]) => [code(key), fix('80,443') ?? '']),
    ),
    '',
  ].join('\n\n')

const title = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ')

const settingsTable = (settings: readonly AnySetting[]): string =>
  table(
    ['key', 'on', 'default', 'what it is', 'example', 'old spellings'],
    settings.map((setting) => [
      code(setting.key),
      setting.places.map((place) => (place === 'service' ? 'Service' : 'Ingress')).join(', '),
      `${code(defaultOf(setting))}${setting.written === 'never' ? '' : ' *'}`,
      setting.summary,
      code(setting.sample),
      setting.oldSpellings.map(code).join(', '),
    ]),
  )

const defaultOf = (setting: AnySetting): string => {
  const object = { kind: 'Ingress', namespace: 'default', name: 'page' } as const
  const { values } = settle(features, [{ is: 'ingress', object, annotations: {} }], flags(), 'default/page')
  const settled = values.get(setting)
  return settled.ok && settled.value !== undefined ? setting.codec.encode(settled.value) : ''
}
