import assert from 'node:assert/strict'
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, test } from 'node:test'
import { folder } from '../../test/folder.ts'
import { fuzz } from '../../test/fuzz/random.ts'
import { openInside } from './open.ts'
import { addressOf, isShown, placeOf } from './path.ts'

describe('an address becomes a place', () => {
  const good: [string, readonly string[], boolean][] = [
    ['/', [], true],
    ['/?page=2', [], true],
    ['/a.jpg', ['a.jpg'], false],
    ['/a/', ['a'], true],
    ['/a/b%20c.jpg?x=/../', ['a', 'b c.jpg'], false],
    ['/%C3%A9t%C3%A9/', ['été'], true],
    ['/a%25b', ['a%b'], false],
    ['/a%3Fb%23c', ['a?b#c'], false],
    ['/a..b', ['a..b'], false],
    ['/a.', ['a.'], false],
    [`/${'a/'.repeat(64)}`, Array(64).fill('a'), true],
  ]
  for (const [url, names, isFolder] of good) test(url.slice(0, 40), () => assert.deepEqual(placeOf(url, 'linux'), { names, isFolder }))

  const bad = [
    '',
    'a',
    '//',
    '//a',
    '/a//b',
    '/.',
    '/..',
    '/../etc/passwd',
    '/%2e%2e/etc/passwd',
    '/a/%2E%2E/%2E%2E/b',
    '/..%2fetc%2fpasswd',
    '/a%2fb',
    '/.ssh/id_ed25519',
    '/a/.git/config',
    '/%2egit',
    '/a%00.jpg',
    '/a%0ab',
    '/a%7f',
    '/%c3%28',
    '/%',
    '/%zz',
    '/%ef%bf%bd',
    '/a#b',
    `/${'a'.repeat(256)}`,
    `/${'%C3%A9'.repeat(128)}`,
    `/${'a/'.repeat(65)}`,
  ]
  for (const url of bad) test(`not ${JSON.stringify(url.slice(0, 40))}`, () => assert.equal(placeOf(url, 'linux'), undefined))
})

test('Windows has more names that mean something else', () => {
  for (const name of ['a:b', 'a.txt::$DATA', 'GIT~1', 'a\\b', 'nul', 'NUL.txt', 'com1', 'lpt¹.log', 'a.', 'a ', 'a*', 'a|b'])
    assert.deepEqual([name, isShown(name, 'win32'), isShown(name, 'linux')], [name, false, true])
  for (const name of ['a b.txt', 'été.jpg', 'console', 'a~b', 'com']) assert.ok(isShown(name, 'win32'), name)
})

test('whatever is asked for, what opens lies in the folder and under names that may be seen', async (t) => {
  const data = folder(t)
  const root = realpathSync(data)
  for (const path of ['inside/deep', 'inside/.hidden', 'own']) mkdirSync(join(root, 'shown', path), { recursive: true })
  mkdirSync(join(root, 'outside'))
  for (const path of ['shown/a.txt', 'shown/inside/deep/b', 'shown/inside/.hidden/c', 'shown/own/key', 'outside/secret'])
    writeFileSync(join(root, path), path)
  const links = {
    'shown/in': 'inside/deep',
    'shown/out': '../outside',
    'shown/up': '..',
    'shown/hid': 'inside/.hidden',
    'shown/loop': 'loop',
  }
  for (const [path, to] of Object.entries(links)) symlinkSync(to, join(root, path))
  symlinkSync(join(root, 'outside/secret'), join(root, 'shown/leak.txt'))
  const shown = { path: join(root, 'shown'), withheld: [join(root, 'shown/own')] }
  const parts = [
    'a.txt',
    'inside',
    'deep',
    'b',
    '.hidden',
    'c',
    'own',
    'key',
    'in',
    'out',
    'secret',
    'up',
    'hid',
    'loop',
    'leak.txt',
    '..',
    '.',
  ]
  let opened = 0
  const wishes: string[] = []
  fuzz(3, (random) => {
    const names = Array.from({ length: random.int(5) }, () => random.pick(parts))
    wishes.push(`/${names.map((name) => (random.chance(0.2) ? name.replaceAll('.', '%2e') : name)).join(random.chance(0.1) ? '%2f' : '/')}`)
  })
  for (const wish of new Set(wishes)) {
    const place = placeOf(wish)
    const found = place && (await openInside(shown, place.names))
    if (!found) continue
    opened += 1
    if (found.stats.isFile()) {
      const text = await found.handle.readFile('utf8')
      assert.ok(text.startsWith(`shown${sep}`.replaceAll('\\', '/')) && !/own\/key|\/\./.test(text), `${wish} → ${text}`)
    }
    await found.handle.close()
  }
  assert.ok(opened > 3, 'some were right')
  for (const names of [
    ['out'],
    ['out', 'secret'],
    ['up'],
    ['hid'],
    ['hid', 'c'],
    ['loop'],
    ['leak.txt'],
    ['own'],
    ['own', 'key'],
    ['a.txt', 'x'],
  ])
    assert.equal(await openInside(shown, names), undefined, names.join('/'))
})

test('an address made of names leads back to them', () => {
  fuzz(4, (random) => {
    const names = Array.from({ length: random.int(4) }, () => random.text('ab ./%?#é&"<\\~', 1 + random.int(8))).filter((name) =>
      isShown(name, 'linux'),
    )
    const isFolder = names.length === 0 || random.chance(0.5)
    assert.deepEqual(placeOf(addressOf(names, isFolder), 'linux'), { names, isFolder })
  })
})
