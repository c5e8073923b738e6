import t from 'tap'
import { createLog } from '../../../shared/process/log.ts'
import type { Level, Log } from '../../../shared/process/log.ts'

const setUp = (level: Level = 'info', readable = false): { log: Log; lines: string[] } => {
  const lines: string[] = []
  return {
    log: createLog({ level, readable, write: (line) => lines.push(line), now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) }),
    lines,
  }
}

void t.test('an entry is one line of JSON: time, level, msg, then the fields', async (t) => {
  const { log, lines } = setUp()
  log.info('caches synced')
  log.child({ group: 'shop/web' }).warn({ port: 80, list: ['a'] }, 'listener is odd')
  t.same(lines, [
    '{"time":"2026-01-02T03:04:05.006Z","level":"info","msg":"caches synced"}\n',
    '{"time":"2026-01-02T03:04:05.006Z","level":"warn","msg":"listener is odd","group":"shop/web","port":80,"list":["a"]}\n',
  ])
})

void t.test('entries below the level are not written', async (t) => {
  const { log, lines } = setUp('warn')
  log.debug('a')
  log.info('b')
  log.warn('c')
  log.error('d')
  t.equal(lines.length, 2)
})

void t.test('an error keeps its name, message, code, stack and cause', async (t) => {
  const { log, lines } = setUp()
  const err = Object.assign(new TypeError('boom', { cause: new Error('below') }), { code: 'ECONNRESET' })
  log.error({ err }, 'it failed')
  const entry = JSON.parse(lines[0] ?? '')
  t.match(entry.err, { name: 'TypeError', message: 'boom', code: 'ECONNRESET', cause: { message: 'below' } })
  t.match(entry.err.stack, /log\.test\.ts/)
})

void t.test('a field cannot forge time, level or message', async (t) => {
  const { log, lines } = setUp()
  log.info({ level: 'error', msg: 'x', time: 0 }, 'true words')
  t.match(JSON.parse(lines[0] ?? ''), { level: 'info', msg: 'true words', level_: 'error', msg_: 'x' })
})

void t.test('values are cut at 1 KiB and the depth has an end', async (t) => {
  const { log, lines } = setUp()
  const loop: Record<string, unknown> = {}
  loop['self'] = loop
  log.info({ long: 'x'.repeat(5_000), loop, many: Array.from({ length: 5_000 }, (_, index) => index) }, 'm')
  const entry = JSON.parse(lines[0] ?? '')
  t.equal(entry.long.length, 1_024)
  t.ok(entry.long.endsWith('...'))
  t.ok((lines[0] ?? '').length < 3_000)
})

void t.test('what JSON cannot hold is still written', async (t) => {
  const { log, lines } = setUp()
  log.info(
    {
      big: 5n,
      fn: () => 1,
      map: new Map([['a', 1]]),
      set: new Set([1]),
      none: undefined,
      date: new Date(0),
      bad: new Date(Number.NaN),
    },
    'm',
  )
  t.match(JSON.parse(lines[0] ?? ''), {
    big: '5',
    fn: '[function]',
    map: { a: 1 },
    set: [1],
    date: '1970-01-01T00:00:00.000Z',
    bad: 'invalid date',
  })
})

for (const readable of [false, true]) {
  void t.test(`control and bidirectional characters are escaped, ${readable ? 'for people' : 'in JSON'}`, async (t) => {
    const { log, lines } = setUp('info', readable)
    log.info({ value: 'a\nb\u001b[31m\u202e\u2028\u0085\u200b\ufeff' }, 'one\nline')
    t.equal(lines.length, 1)
    const [line = ''] = lines
    t.match(line.slice(0, -1), /^[\u0020-\u007e]+$/)
    t.equal(line.at(-1), '\n')
  })
}

void t.test('at a terminal an entry is for people', async (t) => {
  const { log, lines } = setUp('info', true)
  log.warn({ group: 'shop/web', count: 2, why: 'two words' }, 'member set aside')
  t.same(lines, ['03:04:05  WARN   member set aside  group=shop/web  count=2  why="two words"\n'])
})
