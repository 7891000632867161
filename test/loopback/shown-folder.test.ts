/** A folder of this computer, from the command that shows it to a visitor who opens its link, through a relay. */
import assert from 'node:assert/strict'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { folder } from '../folder.ts'
import { assertError, at, porchlight, startEngine, startRelay, statusOf, succeed } from './programs.ts'
import { visit } from './visitor.ts'

test('a folder is shown to who opens its link, and to nobody else', async (t) => {
  const [data, base] = [folder(t), folder(t)]
  const shown = join(base, 'photos')
  mkdirSync(join(shown, 'summer'), { recursive: true })
  writeFileSync(join(shown, 'summer', 'été.txt'), 'the sea')
  const relay = await startRelay(t, { open: true })
  await startEngine(t, data, ...at(relay))
  const added = await porchlight('add', 'photos', '--folder', shown, '--data', data)
  assert.equal(added.code, 0, added.stderr)
  assert.match(added.stderr, /Only who opens its share link may come in\. "porchlight link photos" prints it\./)
  const photos = async (state: string) =>
    await eventually(
      async () => {
        const service = (await statusOf(data)).services.find(({ name }) => name === 'photos')
        assert.equal(service?.state, state)
        return service
      },
      { timeoutMs: 60_000 },
    )
  const { publicUrl, target, kind, access } = await photos('reachable')
  assert.deepEqual([target, kind, access], [`folder:${shown}`, 'http', 'link'])
  const url = publicUrl ?? ''

  await t.test('who has no link stays out', async () => {
    const { status, body } = await visit(url)
    assert.equal(status, 403)
    assert.doesNotMatch(body, /summer/)
  })
  await t.test('once its owner opens it to everybody, it is there: the listing, and what lies in it', async () => {
    await succeed('access', 'photos', 'public', '--data', data)
    assert.match((await visit(url)).body, /<a href="\/summer\/">/)
    assert.equal((await visit(new URL('/summer/%C3%A9t%C3%A9.txt', url).href)).body, 'the sea')
  })
  await t.test('a folder that is gone is told to its owner, and visitors read that the service is not running', async () => {
    renameSync(shown, `${shown}-away`)
    assert.equal((await visit(url)).status, 502)
    assert.deepEqual((await photos('unreachable')).problem, {
      code: 'folder-gone',
      severity: 'critical',
      params: { service: 'photos', path: shown },
    })
    renameSync(`${shown}-away`, shown)
    await photos('reachable')
    assert.equal((await visit(url)).status, 200)
  })
  await t.test('what holds secrets is refused', async () => {
    for (const path of ['/', data, join(data, 'secrets'), '/etc', join(base, 'nowhere')]) {
      const refused = await porchlight('add', 'more', '--folder', path, '--data', data)
      assertError(refused, path.endsWith('nowhere') ? 'folder-gone' : 'folder-unshowable', /folder|disk/)
    }
  })
})
