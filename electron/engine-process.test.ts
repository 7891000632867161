import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Wrapping } from '../protocol/wrapping.ts'
import { folder } from '../test/folder.ts'
import { attachEngine, EngineStartError, ensureEngine } from './engine-process.ts'

test('only an engine that lives is attached to, though somebody answers where a dead one did', async (t) => {
  const data = folder(t)
  const socket = join(data, 'stranger.sock')
  let visits = 0
  const stranger = createServer(() => visits++).listen(socket)
  t.after(() => stranger.close())
  const { pid } = spawnSync(process.execPath, ['--version'])
  const write = (of: number): void => writeFileSync(join(data, 'engine.json'), JSON.stringify({ v: 1, pid: of, socket }))
  write(pid)
  assert.equal(await attachEngine(data), undefined)
  assert.equal(visits, 0)
  write(process.pid)
  const channel = await attachEngine(data)
  assert.ok(channel)
  channel.close()
})

test('what is no address of an engine leads nowhere', async (t) => {
  const data = folder(t)
  for (const text of ['', '{', '[]', '{"v":1}', '{"v":2,"pid":1,"socket":"/x"}', `{"v":1,"pid":${process.pid},"socket":""}`]) {
    writeFileSync(join(data, 'engine.json'), text)
    assert.equal(await attachEngine(data), undefined)
  }
})

test('an engine is handed what opens its keys, on its standard input, and nothing that steers this Node', async (t) => {
  const data = folder(t)
  const [script, seen] = [join(data, 'engine.mjs'), join(data, 'seen')]
  writeFileSync(
    script,
    `import { readFileSync, writeFileSync } from 'node:fs'
     const input = process.argv.includes('--unlock') ? readFileSync(0, 'utf8') : null
     writeFileSync(${JSON.stringify(seen)}, JSON.stringify([process.argv.slice(2), process.env.NODE_OPTIONS ?? null, input]))`,
  )
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = '--no-warnings'
  t.after(() => {
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
  })
  const wrapping: Wrapping = { v: 1, key: Buffer.alloc(32, 1).toString('base64'), wish: 'lock' }
  const common = ['run', '--data', data, '--ui', 'off']
  for (const [command, expected] of [
    [{}, [common, null, null]],
    [{ wrapping }, [[...common, '--unlock'], null, `${JSON.stringify(wrapping)}\n`]],
  ] as const) {
    const starting = ensureEngine(data, async () => ({ node: process.execPath, script, ...command }), AbortSignal.timeout(60_000))
    await assert.rejects(starting, EngineStartError) // it ends at once
    assert.deepEqual(JSON.parse(readFileSync(seen, 'utf8')), expected)
  }
})
