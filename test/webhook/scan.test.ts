import { array, assert, jsonValue, property, string } from 'fast-check'
import t from 'tap'
import { deepestNesting, mostTokens, scan } from '../../webhook/scan.ts'

const scanned = (text: string): ReturnType<typeof scan> => scan(Buffer.from(text))

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

void t.test('nesting is counted outside texts only', async (t) => {
  t.same(scanned(nested(deepestNesting)), { ok: true })
  t.same(scanned(nested(deepestNesting + 1)), { ok: false, what: 'nesting', at: deepestNesting })
  t.same(scanned(JSON.stringify([nested(1_000), '\\"[[[', '\\'])), { ok: true })
  t.same(scanned(`["${'\\"['.repeat(200)}"]`), { ok: true })
  t.same(scanned('[]'.repeat(1_000)), { ok: true })
})

void t.test('tokens are counted, whatever they are', async (t) => {
  t.same(scanned(','.repeat(mostTokens)), { ok: true })
  t.same(scanned(':'.repeat(mostTokens + 1)), { ok: false, what: 'tokens', at: mostTokens })
})

void t.test('any JSON of ordinary depth passes', async (t) => {
  t.doesNotThrow(() =>
    assert(
      property(
        jsonValue({ maxDepth: 20 }),
        array(string()),
        (value, texts) => scanned(JSON.stringify([value, texts])).ok,
      ),
    ),
  )
})

void t.test('7 MiB cost little, whatever is in them', async (t) => {
  const mebibytes = 7 * 1024 * 1024
  const bodies = [
    '"'.repeat(mebibytes),
    '\\'.repeat(mebibytes),
    `"${'\\"'.repeat(mebibytes / 2)}`,
    ' '.repeat(mebibytes),
  ]
  for (const body of bodies) {
    const bytes = Buffer.from(body)
    scan(bytes)
    const before = process.cpuUsage()
    scan(bytes)
    const { user } = process.cpuUsage(before)
    t.ok(user < 200_000, `${user} microseconds`)
  }
})
