import { globSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { ensureBinaries } from './local/binaries.ts'
import { startProcess } from './local/processes.ts'
import { repository } from './local/product.ts'
import { ensurePython } from './local/python.ts'
import { type Detail, TapReader, type TestCounts } from './local/tap-output.ts'

const help = `Runs the tests: first those of the parts, then those of the whole in test/e2e.

  npm test [-- [--no-e2e] [FILE...]]

  FILE       run these test files only
  --no-e2e   leave test/e2e out
  --help     this text

The last line is "N passed, N failed"; the exit status is 0 only if none failed and some passed.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'no-e2e': { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})

if (values.help) {
  console.log(help)
} else {
  const { passed, failed } = await runAll()
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

async function runAll(): Promise<TestCounts> {
  const files = (positionals.length > 0 ? positionals : globSync('test/**/*.test.ts', { cwd: repository })).map(
    (file) => relative(repository, join(repository, file)),
  )
  const endToEnd = values['no-e2e'] ? [] : files.filter(isEndToEnd).sort()
  const others = files.filter((file) => !isEndToEnd(file)).sort()
  await ensurePython(console.log)
  await ensureBinaries(console.log)
  const first = await runTap('tests of the parts', others, 'files', ['--timeout=120'])
  const second = await runTap('tests of the whole', endToEnd, 'tests')
  return { passed: first.passed + second.passed, failed: first.failed + second.failed }
}

function isEndToEnd(file: string): boolean {
  return file.startsWith('test/e2e/')
}

/** Runs tap in a process group of its own, which is killed when tap ends or this process does. */
async function runTap(
  title: string,
  files: readonly string[],
  detail: Detail,
  options: readonly string[] = [],
): Promise<TestCounts> {
  if (files.length === 0) return { passed: 0, failed: 0 }
  console.log(`\n${title}: ${files.length} files`)
  const bin = join(repository, 'node_modules/.bin')
  const child = startProcess({
    name: 'tap',
    command: process.execPath,
    args: [join(bin, 'tap'), 'run', '--reporter=tap', ...options, ...files],
    directory: repository,
    workingDirectory: repository,
    output: 'piped',
    environment: { ...definedEnvironment(), PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
  })
  if (child.stdout === null) throw new Error('the output of tap is not piped')
  const reader = new TapReader((line) => console.log(line), detail)
  for await (const line of createInterface({ input: child.stdout })) reader.line(line)
  const exit = await child.exited
  const { passed, failed } = reader.counts
  if (exit.code === 0 || failed > 0) return { passed, failed }
  console.log(`tap ended with ${exit.code ?? exit.signal} although no test failed`)
  return { passed, failed: failed + 1 }
}

function definedEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
