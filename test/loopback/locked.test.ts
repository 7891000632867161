/** A home whose keys the desktop app has locked: the engine lives by what it is handed at its start, and by nothing else. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readEngineFile } from '../../electron/engine-process.ts'
import type { Wrapping } from '../../protocol/wrapping.ts'
import { folder } from '../folder.ts'
import { argv, assertError, type Program, porchlight, runEngine, start, startEngine, succeed } from './programs.ts'

const key = randomBytes(32).toString('base64')

const startLocked = (t: TestContext, data: string, wish: Wrapping['wish']): Promise<Program> =>
  start(
    t,
    argv('porchlight', ['run', '--data', data, '--ui', 'off', '--unlock']),
    /^ready (.+)\n/m,
    `${JSON.stringify({ v: 1, key, wish })}\n`,
  )

test('locked, restarted, killed, refused without the key, and unlocked again: the same home', async (t) => {
  const data = folder(t)
  const device = () => readFileSync(join(data, 'secrets', 'device.pem'), 'utf8')
  await (await startEngine(t, data)).stop()
  const clear = device()

  const locked = await startLocked(t, data, 'lock')
  assert.match(device(), /^porchlight-sealed\/1 /)
  const first = await readEngineFile(data)
  await succeed('restart', '--data', data)
  const second = await readEngineFile(data)
  assert.ok(first && second && second.pid !== first.pid)
  t.after(() => end(second.pid))
  // The new one is there before the old one has gone.
  if (locked.process.exitCode === null) await once(locked.process, 'exit')
  assert.equal(locked.process.exitCode, 0)
  assertKeyIsNowhere(second.pid)
  assertError(await porchlight('export', join(data, 'out'), '--data', data), 'secrets-locked', /settings/)
  end(second.pid)

  assertError(await runEngine(data), 'secrets-locked', /open the Porchlight app/)
  await (await startLocked(t, data, 'unlock')).stop()
  assert.equal(device(), clear)
  await (await startEngine(t, data)).stop()
})

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

/** Where other programs of the account could read it. */
function assertKeyIsNowhere(pid: number): void {
  if (process.platform !== 'linux') return
  for (const name of ['environ', 'cmdline']) assert.ok(!readFileSync(`/proc/${pid}/${name}`, 'latin1').includes(key), name)
}
