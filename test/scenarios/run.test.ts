import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { play } from './play.ts'
import { readScenario, scenarioFile, scenarioNames } from './scenario.ts'

/*
 * Each folder is a sentence: `before.yaml` was applied and built, then others did what `observed.yaml` says, now
 * `objects.yaml` is applied. `admission.txt` is what kubectl prints with the defaults that are written; `plan.txt` is what
 * the controller writes for the same objects, also where admission refuses them.
 */

const update = process.env['UPDATE'] === '1'
const hint = 'if the change is meant, run `UPDATE=1 npm test -- test/scenarios/run.test.ts` and read the difference'

const expected = (scenario: string, file: string, text: string): string => {
  const url = scenarioFile(scenario, file)
  if (update) writeFileSync(url, text)
  return existsSync(url) ? readFileSync(url, 'utf8') : `${file} is missing; ${hint}`
}

for (const name of scenarioNames)
  void t.test(name.replaceAll('-', ' '), async (t) => {
    const { admission, plan, again } = play(readScenario(name))
    t.equal(admission, expected(name, 'admission.txt', admission), `admission.txt: ${hint}`)
    t.equal(plan, expected(name, 'plan.txt', plan), `plan.txt: ${hint}`)
    if (!plan.includes('  held   '))
      t.same(
        again.filter((line) => /^ {2}(?:make|switch|remove|read) /.test(line)),
        [],
        'a second pass reads and writes nothing',
      )
  })

void t.test('the scenarios are compared, not rewritten', async (t) => {
  t.ok(scenarioNames.length >= 25, `${scenarioNames.length} scenarios`)
  t.notOk(update, 'the files were rewritten because UPDATE=1 is set; run again without it')
})
