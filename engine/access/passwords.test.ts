import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createPasswords } from './passwords.ts'

const quick = async (password: string, salt: Buffer): Promise<Buffer> => createHash('sha256').update(salt).update(password).digest()

function file(text?: string, ...hash: [] | [typeof quick]) {
  const kept = { text, isFull: false }
  const passwords = () =>
    createPasswords(
      {
        read: () => kept.text,
        write(next) {
          if (kept.isFull) throw new Error('disk full')
          kept.text = next
        },
      },
      ...hash,
    )
  return { kept, passwords }
}

test('who knows the password of a service is told from who does not, also after a restart; it is nowhere on the disk', async () => {
  const { kept, passwords } = file()
  await passwords().set('web', 'crème brûlée')
  const again = passwords()
  assert.deepEqual(again.services(), ['web'])
  assert.equal(await again.isRight('web', 'crème brûlée'.normalize('NFD')), true, 'as another keyboard composes it')
  assert.equal(await again.isRight('web', 'Crème brûlée'), false)
  assert.equal(await again.isRight('photos', 'crème brûlée'), false)
  assert.equal(await again.isRight('constructor', 'crème brûlée'), false)
  assert.doesNotMatch(kept.text ?? '', /cr.me/)
})

test('the same password set again is another one to who came in by it', async () => {
  const { passwords } = file(undefined, quick)
  const all = passwords()
  await all.set('web', 'correct horse')
  const before = all.versionOf('web')
  await all.set('web', 'correct horse')
  assert.notEqual(all.versionOf('web'), before)
  all.remove('web')
  assert.deepEqual([all.versionOf('web'), all.services(), await all.isRight('web', 'correct horse')], [undefined, [], false])
})

test('a change that cannot be kept has not happened, and a damaged file lets nobody in', async () => {
  const { kept, passwords } = file(undefined, quick)
  const all = passwords()
  await all.set('web', 'correct horse')
  kept.isFull = true
  await assert.rejects(all.set('web', 'another horse'), /disk full/)
  assert.equal(await all.isRight('web', 'correct horse'), true)
  for (const text of ['', '{', 'null', '{"v":2,"services":{}}', '{"v":1,"services":{"web":{"salt":"x","hash":"y"}}}'])
    assert.equal(await file(text, quick).passwords().isRight('web', 'y'), false, text)
})

test('a crowd at the door waits in turn, and no longer than eight', async () => {
  const { passwords } = file(undefined, quick)
  const all = passwords()
  await all.set('web', 'correct horse')
  const answers = await Promise.all(Array.from({ length: 12 }, () => all.isRight('web', 'correct horse')))
  assert.deepEqual(answers, [...Array(8).fill(true), ...Array(4).fill('busy')])
})
