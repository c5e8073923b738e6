import t from 'tap'
import { TapReader } from './tap-output.ts'

function read(text: string, detail: 'files' | 'tests' = 'files') {
  const shown: string[] = []
  const reader = new TapReader((line) => shown.push(line), detail)
  for (const line of text.split('\n')) reader.line(line)
  return { shown, counts: reader.counts }
}

function failedTest(index: number): string {
  return `    not ok ${index} - case ${index}\n      ---\n      secret: of ${index}\n      ...\n`
}

const passing = `# Subtest: test/a.test.ts
    # Subtest: one
        ok 1 - should be equal
        1..1
    ok 1 - one # time=3.1ms

    ok 2 - an assertion of the file
    ok 3 - left out # SKIP no reason
    1..3
ok 1 - test/a.test.ts # time=37.3ms`

const failing = `# Subtest: test/b.test.ts
    ok 1 - fine
    # Subtest: two
        not ok 1 - numbers
          ---
          diff: |
            -2
            +1
          ...
        1..1
    not ok 2 - two # time=3.1ms
      ---
      at:
        lineNumber: 3
      ...
    1..2
not ok 2 - test/b.test.ts # time=37.3ms
  ---
  exitCode: 1
  ...
`

void t.test('tests are counted once, whatever they hold, and skipped ones are not', (t) => {
  const { counts, shown } = read(passing)
  t.same(counts, { passed: 2, failed: 0 })
  t.same(shown, ['ok     test/a.test.ts: 2 passed, 0 failed in 37 ms'])
  t.end()
})

void t.test('a failed test is shown with its difference, without the tests that passed', (t) => {
  const { counts, shown } = read(`${passing}\n${failing}`)
  t.same(counts, { passed: 3, failed: 1 })
  const text = shown.join('\n')
  t.match(text, /NOT OK test\/b\.test\.ts: 1 passed, 1 failed in 37 ms/)
  t.match(text, /-2\n +\+1/)
  t.match(text, /not ok 2 - two/)
  t.match(text, /lineNumber: 3/)
  t.notMatch(text, /fine/)
  t.notMatch(text, /exitCode/)
  t.end()
})

void t.test('a file that crashed before its first test is one failure', (t) => {
  const { counts } = read(`# Subtest: test/c.test.ts
    1..0 # no tests found
not ok 1 - test/c.test.ts # time=10ms
  ---
  exitCode: 1
  ...
${failing}`)
  t.same(counts, { passed: 1, failed: 2 })
  t.end()
})

void t.test('a run that ended by a time-out is a failure of its own', (t) => {
  t.same(read(`not ok 3 - timeout!\n  ---\n  expired: test/c.test.ts\n  ...\n`).counts, { passed: 0, failed: 1 })
  t.end()
})

void t.test('of many failures in one file the later ones are told by name', (t) => {
  const tests = Array.from({ length: 8 }, (_, index) => failedTest(index + 1)).join('')
  const { counts, shown } = read(`${tests}not ok 1 - test/d.test.ts # time=1ms`)
  t.same(counts, { passed: 0, failed: 8 })
  t.ok(shown.includes('      secret: of 5'))
  t.notOk(shown.includes('      secret: of 6'))
  t.ok(shown.includes('    not ok 8 - case 8'))
  t.end()
})

void t.test('each test is told where one asks for that', (t) => {
  t.same(read(passing, 'tests').shown.slice(0, 2), [
    '    ok     one # time=3.1ms',
    '    ok     an assertion of the file',
  ])
  t.end()
})
