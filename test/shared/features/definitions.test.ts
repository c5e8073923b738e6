import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { features, settings } from '../../../shared/features/index.ts'
import { laterKeys } from '../../../shared/features/later.ts'
import { codes } from '../../../shared/findings/codes.ts'

const root = join(import.meta.dirname, '..', '..', '..')

for (const setting of settings)
  void t.test(`${setting.key} says all that is to be said of it`, async (t) => {
    t.match(setting.summary, /^[A-Z].*\.$/)
    const decoded = setting.codec.decode(setting.sample)
    t.ok(decoded.ok, 'its sample decodes')
    if (decoded.ok) t.same(setting.codec.decode(setting.codec.encode(decoded.value)), decoded)
  })

void t.test('no key is defined twice, or defined and said to come later', async (t) => {
  const names = [
    ...settings.flatMap(({ key, oldSpellings }) => [key, ...oldSpellings]),
    ...laterKeys.map(({ key }) => key),
  ]
  t.same(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  )
  t.equal(new Set(features.map(({ name }) => name)).size, features.length)
})

void t.test('every code is used, and its summary is a sentence', async (t) => {
  const source = globSync(['shared/**/*.ts', 'webhook/*.ts'], { cwd: root })
    .filter((file) => file !== join('shared', 'findings', 'codes.ts'))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
  for (const [name, { summary }] of Object.entries(codes)) {
    t.ok(source.includes(`'${name}'`), `${name} is used`)
    t.match(summary, /^\S.*\.$/)
  }
})
