import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { folder } from '../folder.ts'
import { assertError, at, porchlight, readText, runEngine, startEngine, startRelay, statusOf, succeed } from './programs.ts'

test('SIGTERM stops the engine cleanly: exit code 0, and no way to it is left behind', async (t) => {
  const data = folder(t)
  const relay = await startRelay(t, { open: true })
  const engine = await startEngine(t, data, ...at(relay), '--ui', '127.0.0.1:0')
  assert.match(engine.ready, /^http:\/\/127\.0\.0\.1:\d+\/login\?key=/)
  const fresh = await succeed('page', '--data', data)
  assert.notEqual(fresh, engine.ready)
  for (const address of [engine.ready, fresh]) assert.equal((await fetch(address, { redirect: 'manual' })).status, 303)
  await succeed('add', 'web', '--to', 'http://127.0.0.1:1', '--data', data)
  await eventually(async () => assert.equal((await statusOf(data)).relay.state, 'connected'))
  // The contract allows five seconds, of those that the machine gave us.
  let passedMs = 0
  const clock = setInterval(() => {
    passedMs += 100
  }, 100)
  t.after(() => clearInterval(clock))
  const { code } = await eventually(() => engine.stop(), { timeoutMs: 60_000 })
  assert.equal(code, 0, engine.stderr())
  assert.ok(passedMs <= 5000, `${passedMs} ms`)
  for (const name of ['engine.json', 'control.sock']) assert.ok(!existsSync(join(data, name)), name)
  await assert.rejects(fetch(engine.ready))
})

test('killed and started again: same name, same link, nothing asked again', async (t) => {
  const data = folder(t)
  const relay = await startRelay(t)
  const options = ['--relay', await relay.code(), '--relay-ca', relay.ca]
  const engine = await startEngine(t, data, ...options)
  await succeed('add', 'web', '--to', 'http://127.0.0.1:1', '--data', data)
  const identity = async (): Promise<unknown> => {
    const { domain, services } = await statusOf(data)
    assert.ok(domain !== null)
    return { domain, services: services.map(({ name, target, publicUrl, shareLink }) => ({ name, target, publicUrl, shareLink })) }
  }
  const before = await eventually(identity)
  await engine.stop('SIGKILL')
  // What a killed engine leaves is no engine.
  assertError(await porchlight('status', '--data', data), 'engine-absent', /porchlight run/)
  await startEngine(t, data, ...options)
  assert.deepEqual(await eventually(identity), before)
})

test('two engines on one folder: the second says so, the first goes on', async (t) => {
  const data = folder(t)
  await startEngine(t, data)
  assertError(await runEngine(data), 'engine-running', /another folder with --data/)
  assert.equal((await statusOf(data)).v, 1)
})

test('damaged settings are kept aside, and it is said where', async (t) => {
  const data = folder(t)
  const damaged = '{"v":1,"services":[{"name":"web"'
  writeFileSync(join(data, 'settings.json'), damaged)
  const engine = await startEngine(t, data)
  const { services, problems } = await statusOf(data)
  assert.deepEqual(services, [])
  const notice = problems.find(({ code }) => code === 'settings-damaged')
  assert.ok(notice?.params.keptAs && notice.consequence.includes(notice.params.keptAs))
  assert.match(notice.remedy, /put it back/)
  assert.equal(readText(notice.params.keptAs), damaged)
  await engine.stop()

  // The next start has nothing to complain about, and the file is still there.
  await startEngine(t, data)
  assert.ok(!(await statusOf(data)).problems.some(({ code }) => code === 'settings-damaged'))
  assert.equal(readText(notice.params.keptAs), damaged)
})

test('settings of a newer Porchlight stay as they are', async (t) => {
  const data = folder(t)
  const newer = '{"v":999,"rooms":["kitchen"]}'
  writeFileSync(join(data, 'settings.json'), newer)
  assertError(await runEngine(data), 'settings-newer', /./)
  assert.equal(readText(data, 'settings.json'), newer)
  assert.deepEqual(
    readdirSync(data).filter((name) => name.startsWith('settings')),
    ['settings.json'],
  )
})

test('a damaged identity is for its owner to decide about', async (t) => {
  const data = folder(t)
  await (await startEngine(t, data)).stop()
  writeFileSync(join(data, 'secrets', 'device.pem'), 'once a key')
  assertError(await runEngine(data), 'identity-damaged', /./)
  assert.equal(readText(data, 'secrets', 'device.pem'), 'once a key')
})

test('a folder that is a file', async (t) => {
  const file = join(folder(t), 'data')
  writeFileSync(file, 'mine')
  assertError(await runEngine(file), 'data-unwritable', /--data/)
  assertError(await runEngine(join(file, 'below')), 'data-unwritable', /--data/)
  assert.equal(readText(file), 'mine')
})

test('what lies in the folder is for its owner alone', async (t) => {
  const data = join(folder(t), 'new')
  await startEngine(t, data, '--relay', 'https://porchlight.localhost:1')
  await succeed('add', 'web', '--to', 'http://127.0.0.1:1', '--data', data)
  const mode = (...path: string[]): string => (statSync(join(data, ...path)).mode & 0o777).toString(8)
  if (process.platform === 'win32') return
  for (const name of ['.', 'secrets']) assert.equal(mode(name), '700', name)
  for (const name of ['secrets/device.pem', 'settings.json', 'engine.json', 'control.sock']) assert.equal(mode(name), '600', name)
})
