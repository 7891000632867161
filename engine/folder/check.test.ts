import assert from 'node:assert/strict'
import { mkdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder } from '../../test/folder.ts'
import { checkFolder, holdsHome, whyUnshowable } from './check.ts'

test('some folders are shown to nobody', () => {
  if (process.platform === 'win32') return
  const data = '/home/anna/porchlight'
  const rows: [string, ReturnType<typeof whyUnshowable>][] = [
    ['/', 'whole-disk'],
    ['/home/anna/porchlight', 'own-data'],
    ['/home/anna/porchlight/secrets', 'own-data'],
    ['/home/anna/porchlight-photos', undefined],
    ['/home/anna', undefined],
    ['/home/anna/.ssh', 'hidden'],
    ['/home/anna/.local/share/other', 'hidden'],
    ['/etc', 'system'],
    ['/etc/ssl', 'system'],
    ['/etcetera', undefined],
    ['/proc/self', 'system'],
    ['/run/media/anna/DISK', undefined],
    ['/srv/photos', undefined],
  ]
  for (const [path, why] of rows) assert.equal(whyUnshowable(path, data, 'linux'), why, path)
})

test('a whole home, or a folder of homes, is remarked upon', () => {
  if (process.platform === 'win32') return
  assert.deepEqual(
    ['/home/anna', '/home', '/', '/home/anna/Photos', '/home/ann', '/srv'].map((path) => holdsHome(path, '/home/anna')),
    [true, true, true, false, false, false],
  )
})

test('what is found of a folder', async (t) => {
  const base = realpathSync(folder(t))
  const [data, shown] = [join(base, 'data'), join(base, 'shown')]
  for (const path of [data, shown]) mkdirSync(path)
  const found = async (path: string) => {
    const { problem, remark } = await checkFolder('photos', path, data)
    return [problem?.code, remark?.code]
  }
  assert.deepEqual(await found(shown), [undefined, undefined])
  assert.deepEqual(await found(join(base, 'not-there')), ['folder-gone', undefined])
  assert.deepEqual(await found(data), ['folder-unshowable', undefined])
  assert.deepEqual(await found(homedir()), [undefined, 'folder-holds-home'])
})
