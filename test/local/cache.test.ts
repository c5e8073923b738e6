import { isAbsolute } from 'node:path'
import t from 'tap'
import { binariesDirectory } from './binaries.ts'
import { cacheDirectory, cacheKey } from './cache.ts'

void t.test('a cache key changes with each input and with their division', (t) => {
  const keys = [
    cacheKey('a', ['x', 'y']),
    cacheKey('a', ['x', 'z']),
    cacheKey('a', ['xy', '']),
    cacheKey('b', ['x', 'y']),
  ]
  t.equal(new Set(keys).size, keys.length)
  t.equal(cacheKey('a', ['x', 'y']), keys[0])
  t.end()
})

void t.test('the key of the binaries names their version and the platform', (t) => {
  t.match(
    binariesDirectory(),
    new RegExp(`control-plane-v1\\.36\\.3-${process.platform}-${process.arch}-[0-9a-f]{12}$`),
  )
  t.end()
})

void t.test('the cache is in the user’s cache folder', (t) => {
  t.ok(isAbsolute(cacheDirectory()))
  const before = process.env['XDG_CACHE_HOME']
  t.teardown(() => {
    if (before === undefined) delete process.env['XDG_CACHE_HOME']
    else process.env['XDG_CACHE_HOME'] = before
  })
  process.env['XDG_CACHE_HOME'] = '/elsewhere'
  t.equal(cacheDirectory(), '/elsewhere/alb-ingress-controller')
  t.end()
})
