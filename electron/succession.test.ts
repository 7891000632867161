import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOlder, type Running, succession } from './succession.ts'

const deb = { version: '1.2.0', script: '/opt/Porchlight/resources/engine/porchlight.js', programs: '/home/ada/p/programs/' }
const appImage = { ...deb, script: '/home/ada/p/programs/1.2.0/engine/porchlight.js' }
const copy = (version: string): Running => ({ version, program: `/home/ada/p/programs/${version}/engine/porchlight.js` })

const rows: [string, Running, typeof deb, ReturnType<typeof succession>][] = [
  ['an older one whose files this app has replaced', { version: '1.1.9', program: deb.script }, deb, 'restart'],
  ['one that is as new', { version: '1.2.0', program: deb.script }, deb, 'keep'],
  ['a newer one', { version: '1.10.0', program: deb.script }, deb, 'keep'],
  ['the copy of an older app', copy('1.1.0'), appImage, 'replace'],
  ['the copy of this app', copy('1.2.0'), appImage, 'keep'],
  ['the copy of a newer app', copy('1.3.0'), appImage, 'keep'],
  ['an older one from a clone', { version: '1.0.0', program: '/home/ada/porchlight/dist/engine/porchlight.js' }, appImage, 'keep'],
  ['one that did not yet say what it is', { version: null, program: null }, deb, 'keep'],
  ['a neighbour of the copies', { version: '1.0.0', program: '/home/ada/p/programs-of-others/x.js' }, appImage, 'keep'],
]
for (const [what, running, ours, expected] of rows) test(`${what}: ${expected}`, () => assert.equal(succession(running, ours), expected))

test('versions are compared by their numbers', () => {
  for (const [a, b] of [
    ['1.9.0', '1.10.0'],
    ['0.9.9', '1.0.0'],
    ['1.2', '1.2.1'],
    ['', '0.0.1'],
    ['1.2.0-beta.1', '1.2.1'],
  ] as const)
    assert.deepEqual([isOlder(a, b), isOlder(b, a)], [true, false], `${a} ${b}`)
  assert.equal(isOlder('1.2.0-beta', '1.2.0'), false)
})
